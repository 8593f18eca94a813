import type { Refuse } from './quoting.ts';

/** The name of a user in an ACL file of Redis and Valkey, which end words at blanks and know no quotes (acl.c, ACLStringHasSpaces). */
export function redisUser(text: string, refuse: Refuse): string {
  if (text === '') return refuse('an ACL file can not hold an empty user name');
  if (/[\0 \t\n\v\f\r]/.test(text)) return refuse('an ACL file can not hold blanks, line breaks or a NUL in a user name');
  return text;
}

import type { Refuse } from './quoting.ts';

/** The user in `user:password`, as base64 has them in a docker config: all but what would end it (RFC 7617, section 2). */
export function basicUser(text: string, refuse: Refuse): string {
  if (text === '') return refuse('an empty text is not a user');
  return /[\0:]/.test(text) ? refuse('user:password can not hold a user with a colon or a NUL') : text;
}

/** The password in `user:password`. Docker drops NULs around it. */
export function basicPassword(text: string, refuse: Refuse): string {
  return text.includes('\0') ? refuse('user:password can not hold a NUL') : text;
}

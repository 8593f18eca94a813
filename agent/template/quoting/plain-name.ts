import type { Refuse } from './quoting.ts';

/** A name that needs no quotes anywhere, as it is: letters, digits, `.`, `-` and `_`, a letter or digit first. */
export function plainName(text: string, refuse: Refuse): string {
  return /^[A-Za-z0-9][A-Za-z0-9._-]*$/.test(text) ? text : refuse('this is not a name of letters, digits, dots, - and _');
}

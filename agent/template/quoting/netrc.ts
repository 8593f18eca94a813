import type { Refuse } from './quoting.ts';

/**
 * One word of a netrc file: as it is where it may, as old readers know no quotes; else in double quotes, with `\` before `"` and `\`
 * (Python's netrc, curl's "The netrc file format"). curl takes `\n` for a line break and Python for an n, so there is no way to write one.
 */
export function netrc(text: string, refuse: Refuse): string {
  if (/[\0\r\n]/.test(text)) return refuse('a netrc file can not hold a line break or a NUL');
  if (encodeURIComponent(text.toWellFormed()).replace(/%../g, '.').length > 1_900) {
    return refuse('a netrc file can not hold a word of more than 1900 bytes: curl takes lines of 4095');
  }
  return /^[^\s"#\\\p{Cc}]+$/u.test(text) ? text : `"${text.replace(/["\\]/g, '\\$&')}"`;
}

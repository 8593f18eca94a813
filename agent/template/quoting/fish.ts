import type { Refuse } from './quoting.ts';

/** One word for fish, in single quotes, where only `\'` and `\\` are escapes (fish, "Quotes"). */
export function fish(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('a shell can not hold a NUL');
  return `'${text.replace(/[\\']/g, '\\$&')}'`;
}

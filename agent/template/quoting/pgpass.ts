import type { Refuse } from './quoting.ts';

/** One field of a line in ~/.pgpass: `:`, `\`, and `#`, which begins a comment, escaped (PostgreSQL, "The Password File"). */
export function pgpass(text: string, refuse: Refuse): string {
  if (text === '') return refuse('a pgpass file can not hold an empty field: libpq takes it for none');
  if (/[\0\r\n]/.test(text)) return refuse('a pgpass file can not hold a line break or a NUL in a field');
  return text.replace(/[\\:#]/g, '\\$&');
}

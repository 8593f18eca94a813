import type { Refuse } from './quoting.ts';

/**
 * What stands behind a `=` in pg_service.conf, as it is: nothing can be escaped there. libpq takes a line of up to 1022 bytes with its line
 * break, drops blanks at its end, and takes an empty text for its own default (fe-connect.c, parseServiceFile).
 */
export function pgService(text: string, refuse: Refuse): string {
  if (text === '') return refuse('a service file can not hold an empty text: libpq takes its default instead');
  if (/[\0\n]/.test(text)) return refuse('a service file can not hold a line break or a NUL');
  if (/[ \t\v\f\r]$/.test(text)) return refuse('a service file can not hold a blank at the end: libpq drops it');
  const bytes = encodeURIComponent(text.toWellFormed()).replace(/%../g, '-').length;
  if (bytes > 1000) return refuse('a service file can not hold more than 1000 bytes in a line');
  return text;
}

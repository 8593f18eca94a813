import type { Refuse } from './quoting.ts';

/**
 * What stands behind a `=` in odbc.ini, as it is: nothing can be escaped there. unixODBC drops blanks around it, and cuts lines after 999
 * bytes (ini/iniOpen.c, INI_MAX_LINE).
 */
export function odbcIni(text: string, refuse: Refuse): string {
  if (/[\0\n]/.test(text)) return refuse('an odbc.ini can not hold a line break or a NUL');
  if (/^[ \t\v\f\r]|[ \t\v\f\r]$/.test(text)) return refuse('an odbc.ini can not hold a blank at either end: unixODBC drops it');
  const bytes = encodeURIComponent(text.toWellFormed()).replace(/%../g, '-').length;
  if (bytes > 980) return refuse('an odbc.ini can not hold more than 980 bytes in a value');
  return text;
}

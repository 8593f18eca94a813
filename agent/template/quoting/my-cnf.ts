import type { Refuse } from './quoting.ts';

/**
 * A value in an option file of MySQL and MariaDB, in quotes, which keep `#` and blanks (MySQL, "Using Option Files"). Single quotes where
 * it has double ones: readers that know no escapes take both as they are. A line is read up to 4094 bytes.
 */
export function myCnf(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('an option file can not hold a NUL');
  const quote = text.includes('"') && !text.includes("'") ? "'" : '"';
  const named: Record<string, string> = { '\n': '\\n', '\r': '\\r' };
  const escaped = text.replace(/[\\\n\r"]/g, (mark) => named[mark] ?? (mark === '"' && quote === "'" ? mark : `\\${mark}`));
  const bytes = encodeURIComponent(escaped.toWellFormed()).replace(/%../g, '-').length;
  if (bytes > 4083) return refuse('an option file can not hold more than 4083 bytes in a value, with its escapes');
  return quote + escaped + quote;
}

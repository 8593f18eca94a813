import type { Refuse } from './quoting.ts';

/**
 * A part of a JDBC URL for MariaDB's driver, which decodes nothing: all stands as it is, up to the next `&`. `address=(` would begin a host
 * (Configuration.java, parseInternal). Blanks at an end are lost where a file with the URL is read.
 */
export function mariadbUrl(text: string, refuse: Refuse): string {
  const driver = "the URL of MariaDB's JDBC driver";
  if (text === '') return refuse(`${driver} can not hold an empty text here: it is taken for none`);
  if (/[&\0\r\n]|address=\(/.test(text)) {
    return refuse(
      `${driver} can not hold &, address=(, a line break or a NUL, nor ? in the name of a database: it decodes nothing`,
    );
  }
  if (/^\s|\s$/.test(text)) return refuse(`${driver} can not hold a blank at either end of a text`);
  return text;
}

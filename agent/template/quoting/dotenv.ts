import type { Refuse } from './quoting.ts';

/**
 * A value in a `.env` file as `node --env-file` and npm's dotenv read it. In single quotes where it can, which all dotenv readers take as
 * they are; in double ones when it has a single one and nothing that they would expand; in backticks when it has both. What no quotes
 * can hold stands without any, unless a `#`, a space at an end or the like forbids that.
 *
 * npm's dotenv ends a value at a quote behind a backslash only if what follows the next quote could not end it. So a value that ends with
 * a backslash has no quotes or, where it must, a comment behind it, with such a quote.
 */
export function dotenv(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('an environment variable can not hold a NUL');
  if (text.includes('\r')) return refuse('a dotenv file can not hold a carriage return: readers drop it');
  const isPlain = text === text.trim() && !/[#\n\u2028\u2029]|^['"`]/.test(text);
  const endsWithBackslash = text.endsWith('\\');
  if (endsWithBackslash && isPlain) return text;
  const quoted = (quote: string): string => `${quote}${text}${quote}${endsWithBackslash ? ` #${quote}.` : ''}`;
  if (!text.includes("'")) return quoted("'");
  if (!/["\\$]/.test(text)) return quoted('"');
  if (!text.includes('`')) return quoted('`');
  if (!/"|\\[nr]/.test(text)) return quoted('"');
  if (isPlain) return text;
  return refuse(
    `a dotenv file can not hold a value with ' and \` and one of " \\n \\r, unless it has one line, no #, no quote first, and no space at an end`,
  );
}

/** The name of an environment variable as it is: letters, digits and `_`, no digit first (POSIX, "Environment Variables"). */
export function envName(text: string, refuse: Refuse): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? text : refuse('this is not the name of an environment variable');
}

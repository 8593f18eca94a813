import type { Refuse } from './quoting.ts';

/**
 * A value in a `.env` file, in quotes: single ones, which all readers take as they are; double ones when the value has a
 * single one and nothing that they would expand; else backticks, which Node and npm's dotenv know.
 */
export function dotenv(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('an environment variable can not hold a NUL');
  if (text.includes('\r')) return refuse('a dotenv file can not hold a carriage return: readers drop it');
  if (!text.includes("'")) return `'${text}'`;
  if (!/["\\$]/.test(text)) return `"${text}"`;
  if (!text.includes('`')) return `\`${text}\``;
  return refuse('a dotenv file can not hold a value with single quotes, backticks and one of " \\ $ in it');
}

/** The name of an environment variable as it is: letters, digits and `_`, no digit first (POSIX, "Environment Variables"). */
export function envName(text: string, refuse: Refuse): string {
  return /^[A-Za-z_][A-Za-z0-9_]*$/.test(text) ? text : refuse('this is not the name of an environment variable');
}

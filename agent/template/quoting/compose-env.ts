import type { Refuse } from './quoting.ts';

/**
 * A value in a `.env` file or `env_file` of Docker Compose (compose-go, package dotenv): in single quotes, where no `$` is expanded; in
 * double ones, with escapes, when it has a single one or ends with a backslash, since a single quote behind a backslash ends nothing.
 */
export function composeEnv(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('an environment variable can not hold a NUL');
  if (!text.includes("'") && !text.endsWith('\\')) return `'${text}'`;
  return `"${text.replace(/[\\"]/g, '\\$&').replaceAll('$', '$$$$')}"`;
}

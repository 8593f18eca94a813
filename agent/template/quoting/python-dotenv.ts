import type { Refuse } from './quoting.ts';

/**
 * A value in a `.env` file as python-dotenv reads it: in double quotes, with escapes. It expands `${NAME}` in all quotes, and knows no
 * escape for that: what it leaves of `${:-$}`, a variable without a name, is the `$`. Versions before 1.2.3 take a quote behind a
 * backslash for one of the value, even behind two: so `${:-}`, which is nothing, stands between them.
 */
export function pythonDotenv(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('an environment variable can not hold a NUL');
  const escaped = text.replace(/[\\"]/g, '\\$&').replaceAll('\r', '\\r');
  const nothing = '$' + '{:-}';
  return `"${escaped.replace(/\$\{/g, () => '$' + '{:-$}{')}${text.endsWith('\\') ? nothing : ''}"`;
}

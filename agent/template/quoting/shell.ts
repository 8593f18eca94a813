import type { Refuse } from './quoting.ts';

/** One word for a POSIX shell, in single quotes, where nothing has a meaning but the quote itself. */
export function shell(text: string, refuse: Refuse): string {
  if (text.includes('\0')) return refuse('a shell can not hold a NUL');
  return `'${text.replaceAll("'", "'\\''")}'`;
}

import type { Refuse } from './quoting.ts';

/**
 * A value in a file that Python's RawConfigParser reads: as it is, in one line. The parser knows no quotes, takes the white space off that
 * str.strip() does, and a `#`, `;` or `%` in a value means nothing to it.
 */
export function pypirc(text: string, refuse: Refuse): string {
  if (/[\r\n]/.test(text)) return refuse('a pypirc file can not hold a line break');
  const isSpace = (mark = ''): boolean =>
    (/\s/.test(mark) && mark !== '\ufeff') || (mark !== '' && '\x1c\x1d\x1e\x1f\x85'.includes(mark));
  if (isSpace(text[0]) || isSpace(text.at(-1))) return refuse('a pypirc file can not hold white space around a value');
  return text;
}

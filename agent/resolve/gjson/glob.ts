import { utf8Sequence } from '../../core/json-string.ts';
import type { Effort } from './effort.ts';

/** gjson gives up a match after so many steps for each byte of the text; then there is none. */
const stepsPerByte = 10_000;

/**
 * `*` any run, `?` any one rune, `\` takes the next rune as it is. Texts are `latin1` of UTF-8. Goes back to the last star only,
 * which finds every match that trying all of them would find.
 */
export function globMatches(text: string, pattern: string, effort: Effort): boolean {
  const wanted = tokens(pattern);
  if (!wanted) return false;
  const runes = runesOf(text);
  let [at, token, starToken, starAt, steps] = [0, 0, -1, 0, 0];
  while (at < runes.length) {
    steps += 1;
    effort.spend(1);
    const each = wanted[token];
    if (each === 'star') {
      starToken = token;
      starAt = at;
      token += 1;
    } else if (each !== undefined && (each === 'any' || each.rune === runes[at])) {
      at += 1;
      token += 1;
    } else if (starToken >= 0 && steps <= stepsPerByte * text.length) {
      starAt += 1;
      at = starAt;
      token = starToken + 1;
    } else return false;
  }
  return wanted.slice(token).every((each) => each === 'star');
}

type Token = 'star' | 'any' | { readonly rune: string };

/** Undefined: ends with a lone backslash, and matches nothing. */
function tokens(pattern: string): readonly Token[] | undefined {
  const found: Token[] = [];
  const runes = runesOf(pattern);
  for (let i = 0; i < runes.length; i += 1) {
    const rune = runes[i] ?? '';
    if (rune === '*') found.push('star');
    else if (rune === '?') found.push('any');
    else if (rune !== '\\') found.push({ rune });
    else {
      i += 1;
      const escaped = runes[i];
      if (escaped === undefined) return undefined;
      found.push({ rune: escaped });
    }
  }
  return found;
}

/** Bytes that are no UTF-8 are runes of their own, all equal to U+FFFD. */
function runesOf(text: string): readonly string[] {
  return [...text.matchAll(rune)].map(([each]) => (each.length === 1 && each >= '\x80' ? '\xef\xbf\xbd' : each));
}

const rune = new RegExp(`${utf8Sequence.source}|[^\\x80-\\xff]`, 'g');

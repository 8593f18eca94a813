import { encodeRune, isSpace, type Rune, runesOf } from '../runes.ts';
import { isOf, isUpperRune, lowerRune, upperRune } from './letter-case.ts';

/**
 * `snakecase` and `kebabcase` (gotemplate.md 12.1): words are told apart by the kinds of their runes, and joined in lower case.
 * A number belongs to the word before it (`Bld4Floor`) unless small letters follow (`http_2xx`).
 */
export function lowerWords(text: string, connector: string): string {
  const words = wordsOf(text);
  let result = '';
  let isOpen = false;
  for (const { index, 0: group } of words
    .map(({ kind }) => kind)
    .join('')
    .matchAll(joined)) {
    const isWord = !/[cp]/.test(group);
    if (isWord && isOpen) result += connector;
    for (const word of words.slice(index, index + group.length)) result += lowered(word, connector);
    isOpen = isWord;
  }
  return result;
}

/** Words that nothing comes between: kinds, one letter for each word. */
const joined = /[cp]|[Uao]n(?!a)|[Uao]|n[an]*/g;

interface Word {
  /** c connectors, p punctuation, U begins with a capital, a other letters, n numbers, o all else. */
  readonly kind: string;
  readonly runes: readonly Rune[];
}

/**
 * Runes that make a word, d for the connectors `-` and `_`, which punctuation takes in. The last of several capitals begins the next
 * word where small letters follow (`HTTPServer`).
 */
const oneWord = /[cd]+|p[pd]*|U+(?!a)|Ua*|a+|n+|o+/g;

function wordsOf(text: string): readonly Word[] {
  const units = unitsOf(text);
  const kinds = units.map(({ kind }) => kind).join('');
  return [...kinds.matchAll(oneWord)].map(({ index, 0: word }) => ({
    kind: word.charAt(0).replace('d', 'c'),
    runes: units.slice(index, index + word.length).flatMap(({ runes }) => runes),
  }));
}

/** A rune with what is no UTF-8, or U+FFFD itself, before it, at the end also behind it. */
function unitsOf(text: string): readonly Word[] {
  const units: { kind: string; runes: Rune[] }[] = [];
  let broken: Rune[] = [];
  for (const rune of runesOf(text)) {
    broken.push(rune);
    if (rune.rune === 0xfffd) continue;
    units.push({ kind: kindOf(rune.rune), runes: broken });
    broken = [];
  }
  const last = units.at(-1);
  if (last === undefined) return broken.length === 0 ? [] : [{ kind: 'o', runes: broken }];
  last.runes.push(...broken);
  return units;
}

function kindOf(rune: number): string {
  return kindsOfAscii[rune] ?? kindByUnicode(rune);
}

const kindsOfAscii: readonly string[] = Array.from({ length: 0x80 }, (_, rune) => kindByUnicode(rune));

function kindByUnicode(rune: number): string {
  if (isSpace(rune)) return 'c';
  if (isConnector(rune)) return 'd';
  if (isOf(/^\p{P}$/u, rune)) return 'p';
  if (isUpperRune(rune)) return 'U';
  if (isOf(/^\p{L}$/u, rune) && !isChinese(rune)) return 'a';
  return isOf(/^\p{N}$/u, rune) ? 'n' : 'o';
}

function isConnector(rune: number): boolean {
  return rune === 0x2d || rune === 0x5f || isSpace(rune);
}

/** What the library takes for Chinese, Japanese or Korean, which have no words. */
function isChinese(rune: number): boolean {
  return (rune >= 0x4e00 && rune <= 0x9fcc) || (rune >= 0x3400 && rune <= 0x4d85) || (rune >= 0x20000 && rune <= 0x2b81d);
}

/** Only words with a capital are looked at rune by rune, so that elsewhere what is no UTF-8 passes. */
function lowered({ kind, runes }: Word, connector: string): string {
  if (kind !== 'U' && kind !== 'c') return runes.map(({ bytes }) => bytes).join('');
  return runes
    .map(({ rune }) => (isConnector(rune) ? connector : encodeRune(isUpperRune(rune) ? lowerRune(rune) : rune)))
    .join('');
}

/** `camelcase` (gotemplate.md 12.1): leading connectors stay (a text of nothing else gets one more), of others only the second on. */
export function pascalCase(text: string): string {
  const runes = runesOf(text).map(({ rune }) => rune);
  const start = runes.findIndex((rune) => !isConnector(rune));
  if (start === -1) return [...runes, ...runes.slice(-1)].map(encodeRune).join('');
  const result = runes.slice(0, start);
  let isInCapitals = isUpperRune(runes[start] ?? 0);
  let previous = upperRune(runes[start] ?? 0);
  for (const rune of runes.slice(start + 1)) {
    const isAfterConnector = isConnector(previous);
    const isFurther = isAfterConnector && isConnector(rune);
    if (!isAfterConnector || isFurther) result.push(previous);
    if (!isFurther && (isAfterConnector || isInCapitals)) isInCapitals = isUpperRune(rune);
    previous = isFurther ? rune : isAfterConnector ? upperRune(rune) : isInCapitals ? lowerRune(rune) : rune;
  }
  return [...result, previous].map(encodeRune).join('');
}

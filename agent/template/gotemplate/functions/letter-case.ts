import { encodeRune, isPrint, isSpace, runesOf } from '../runes.ts';

/** Letters with Go's simple mappings, rune by rune (gotemplate.md 12.1). A byte that is no UTF-8 comes out as U+FFFD. */
export function upper(text: string): string {
  return /[^\0-\x7f]/.test(text) ? mapped(text, upperRune) : text.toUpperCase();
}

export function lower(text: string): string {
  return /[^\0-\x7f]/.test(text) ? mapped(text, lowerRune) : text.toLowerCase();
}

/** Go's strings.Title: a new word begins after what is neither letter, digit nor `_`; beyond ASCII only after white space. */
export function title(text: string): string {
  let isStart = true;
  return mapped(text, (rune) => {
    const result = isStart ? titleRune(rune) : rune;
    isStart = rune < 0x80 ? !/\w/.test(String.fromCharCode(rune)) : isSpace(rune);
    return result;
  });
}

/** The first letter of each word in lower case. */
export function untitle(text: string): string {
  let isStart = true;
  return mapped(text, (rune) => {
    const wasStart = isStart;
    isStart = isSpace(rune);
    return wasStart && !isStart ? lowerRune(rune) : rune;
  });
}

/** What is upper or title case becomes lower case, and the other way round, with title case after white space. */
export function swapCase(text: string): string {
  let isAfterSpace = true;
  return mapped(text, (rune) => {
    const wasAfterSpace = isAfterSpace;
    const isLower = isLowerRune(rune);
    const isCapital = isUpperRune(rune) || isTitleRune(rune);
    isAfterSpace = !isLower && !isCapital && isSpace(rune);
    if (isCapital) return lowerRune(rune);
    if (!isLower) return rune;
    return wasAfterSpace ? titleRune(rune) : upperRune(rune);
  });
}

function mapped(text: string, change: (rune: number) => number): string {
  return runesOf(text)
    .map(({ rune }) => encodeRune(change(rune)))
    .join('');
}

export function isUpperRune(rune: number): boolean {
  if (rune < 0x80) return rune >= 0x41 && rune <= 0x5a;
  return isOf(/^\p{Lu}$/u, rune);
}

function isLowerRune(rune: number): boolean {
  return isOf(/^\p{Ll}$/u, rune);
}

function isTitleRune(rune: number): boolean {
  return isOf(/^\p{Lt}$/u, rune);
}

/** `isPrint` knows which runes are too new for Go. */
export function isOf(category: RegExp, rune: number): boolean {
  return category.test(String.fromCodePoint(rune)) && isPrint(rune);
}

export function upperRune(rune: number): number {
  if (iotaBelow.test(String.fromCodePoint(rune))) return rune + (rune < 0x1fb0 ? 8 : 9);
  return simple(rune, String.fromCodePoint(rune).toUpperCase());
}

/** Letters whose upper case is two letters in JavaScript, and the letter of title case in Go: `ᾳ`. */
const iotaBelow = /^[\u1f80-\u1f87\u1f90-\u1f97\u1fa0-\u1fa7\u1fb3\u1fc3\u1ff3]$/;

export function lowerRune(rune: number): number {
  return rune === 0x130 ? 0x69 : simple(rune, String.fromCodePoint(rune).toLowerCase());
}

/** Differs from upper case for letters that are two, such as `ǆ`, and in Georgian, which has capitals but begins no word with one. */
export function titleRune(rune: number): number {
  if (rune >= 0x1c4 && rune <= 0x1cc) return rune - ((rune - 0x1c4) % 3) + 1;
  if (rune >= 0x1f1 && rune <= 0x1f3) return 0x1f2;
  return rune >= 0x10d0 && rune <= 0x10ff ? rune : upperRune(rune);
}

/** A mapping to more than one letter doesn't count, nor does one from or to a letter that Go doesn't know yet. */
function simple(rune: number, changed: string): number {
  const result = changed.codePointAt(0) ?? rune;
  return changed.length === String.fromCodePoint(result).length && isPrint(rune) && isPrint(result) ? result : rune;
}

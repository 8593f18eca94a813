import { runesOf } from '../runes.ts';

/** A key as its runes; `text` is what they stand for. */
interface Key {
  readonly text: string;
  readonly runes: readonly number[];
}

/** Keys in the order in which toYaml writes them: numbers within them count as numbers (gotemplate.md 15.1, key order). */
export function inKeyOrder(texts: readonly string[]): readonly string[] {
  const keys = [...texts].sort().map((text) => ({ text, runes: runesOf(text).map(({ rune }) => rune) }));
  return keys.sort(compare).map(({ text }) => text);
}

function compare(a: Key, b: Key): number {
  const length = Math.min(a.runes.length, b.runes.length);
  let at = 0;
  while (at < length && a.runes[at] === b.runes[at]) at += 1;
  return at === length ? a.runes.length - b.runes.length : compareFrom(a.runes, b.runes, at);
}

/** At the first difference. */
function compareFrom(a: readonly number[], b: readonly number[], at: number): number {
  const [runeA = 0, runeB = 0] = [a[at], b[at]];
  const [aIsLetter, bIsLetter] = [isLetter(runeA), isLetter(runeB)];
  if (aIsLetter !== bIsLetter) return aIsLetter ? 1 : -1;
  if (aIsLetter) return runeA - runeB;
  const lead = (runeA === zero || runeB === zero) && followsNonZero(a, at) ? 1n : 0n;
  const [numberA, numberB] = [numberAt(a, at, lead), numberAt(b, at, lead)];
  if (numberA.value !== numberB.value) return numberA.value < numberB.value ? -1 : 1;
  return numberA.end - numberB.end || runeA - runeB;
}

const zero = 0x30;

/** Of the digits directly before, one isn't zero: then a zero here is part of their number, not the beginning of one. */
function followsNonZero(runes: readonly number[], at: number): boolean {
  for (let before = at - 1; before >= 0 && isDigit(runes[before] ?? 0); before -= 1) {
    if (runes[before] !== zero) return true;
  }
  return false;
}

/** The digits from here on. Go's int64 wraps around, and counts digits of other scripts by their distance from `0`. */
function numberAt(runes: readonly number[], at: number, lead: bigint): { readonly value: bigint; readonly end: number } {
  let value = lead;
  let end = at;
  for (; end < runes.length && isDigit(runes[end] ?? 0); end += 1) {
    value = BigInt.asIntN(64, value * 10n + BigInt((runes[end] ?? 0) - zero));
  }
  return { value, end };
}

function isLetter(rune: number): boolean {
  return rune < 0x80 ? (rune | 0x20) >= 0x61 && (rune | 0x20) <= 0x7a : /\p{L}/u.test(String.fromCodePoint(rune));
}

function isDigit(rune: number): boolean {
  return rune < 0x80 ? rune >= zero && rune <= 0x39 : /\p{Nd}/u.test(String.fromCodePoint(rune));
}

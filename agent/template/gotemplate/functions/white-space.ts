import { encodeRune, isSpace, runeAt, runesOf } from '../runes.ts';

/** Without white space at both ends, as Go knows it (gotemplate.md 12.1). */
export function trimSpace(text: string): string {
  return trimmed(text, isSpace);
}

/** Without any runes of the set at both ends. A byte that is no UTF-8 in the set stands for all such bytes. */
export function trimSet(set: string, text: string): string {
  const runes = new Set(runesOf(set).map(({ rune }) => rune));
  return trimmed(text, (rune) => runes.has(rune));
}

function trimmed(text: string, isOff: (rune: number) => boolean): string {
  let start = 0;
  for (let size = 0; start < text.length; start += size) {
    const { rune, bytes } = runeAt(text, start);
    if (!isOff(rune)) break;
    size = bytes.length;
  }
  let end = text.length;
  for (let size = 0; end > start; end -= size) {
    const { rune, bytes } = lastRune(text.slice(Math.max(start, end - 4), end));
    if (!isOff(rune)) break;
    size = bytes.length;
  }
  return text.slice(start, end);
}

function lastRune(text: string): { readonly rune: number; readonly bytes: string } {
  for (let at = text.length - 1; at >= 0; at -= 1) {
    const found = runeAt(text, at);
    if (found.isValid && at + found.bytes.length === text.length) return found;
  }
  return runeAt(text.slice(-1), 0);
}

/**
 * `nospace` and `initials` take each byte for a rune, so that they break all text beyond ASCII; only where `nospace` finds nothing to
 * take away is the text what it was.
 */
export function withoutSpace(text: string): string {
  const kept = [...text].filter((byte) => !isSpace(byte.charCodeAt(0)));
  return kept.length === text.length ? text : bytesAsRunes(kept);
}

/** The first byte of each word. */
export function initials(text: string): string {
  return bytesAsRunes([...text].filter((byte, at) => !isSpaceAt(byte, 0) && (at === 0 || isSpaceAt(text, at - 1))));
}

function isSpaceAt(text: string, at: number): boolean {
  return isSpace(text.charCodeAt(at));
}

function bytesAsRunes(bytes: readonly string[]): string {
  return bytes.map((byte) => encodeRune(byte.charCodeAt(0))).join('');
}

import { runesOf } from './runes.ts';

/** What no text has in valid UTF-8: the upper half of a surrogate pair's range on its own, one for each byte from 0x80. */
const firstStandIn = 0xdc00;

/** A Go string as text, in which lone surrogates stand for the bytes that are no UTF-8. */
export function decodeLoosely(bytes: string): string {
  if (isAscii(bytes)) return bytes;
  return runesOf(bytes)
    .map((rune) => String.fromCodePoint(rune.isValid ? rune.rune : firstStandIn + rune.bytes.charCodeAt(0)))
    .join('');
}

/** The way back. */
export function encodeLoosely(text: string): string {
  if (isAscii(text)) return text;
  return text
    .split(/([\udc80-\udcff])/u)
    .map((piece, at) =>
      at % 2 === 1 ? String.fromCharCode(piece.charCodeAt(0) - firstStandIn) : Buffer.from(piece, 'utf8').toString('latin1'),
    )
    .join('');
}

function isAscii(text: string): boolean {
  return /^\p{ASCII}*$/u.test(text);
}

import { encodeRune } from '../runes.ts';
import { byteAt, type Cursor, isBlank, isBreak, isDocumentIndicator, isGap, need, scanError, skip, takeBreak } from './cursor.ts';
import { folded } from './scan-plain.ts';

export type Quote = "'" | '"';

/** A quoted text, from its opening quote on. */
export function scanQuoted(cursor: Cursor, quote: Quote): string {
  const parts: string[] = [];
  skip(cursor);
  for (;;) {
    need(cursor, 4);
    if (isDocumentIndicator(cursor)) throw scanError(cursor, 'found unexpected document indicator');
    if (byteAt(cursor) === 0) throw scanError(cursor, 'found unexpected end of stream');
    const end = quote === "'" ? scanSingle(cursor, parts) : scanDouble(cursor, parts);
    need(cursor, 1);
    if (byteAt(cursor) === quote.charCodeAt(0)) break;
    parts.push(scanGap(cursor, end));
  }
  skip(cursor);
  return parts.join('');
}

/** How a piece without blanks ended: an escaped line break joins it to the next without a space. */
type PieceEnd = 'as it is' | 'escaped break';

function scanSingle(cursor: Cursor, parts: string[]): PieceEnd {
  let { at } = cursor;
  while (!isGap(cursor)) {
    if (byteAt(cursor) === apostrophe) {
      if (byteAt(cursor, 1) !== apostrophe) break;
      parts.push(cursor.input.text.slice(at, cursor.at + 1));
      skip(cursor, 2);
      at = cursor.at;
    } else {
      skip(cursor);
    }
    need(cursor, 2);
  }
  parts.push(cursor.input.text.slice(at, cursor.at));
  return 'as it is';
}

const apostrophe = 0x27;
const quotationMark = 0x22;
const backslash = 0x5c;

function scanDouble(cursor: Cursor, parts: string[]): PieceEnd {
  let { at } = cursor;
  while (!isGap(cursor) && byteAt(cursor) !== quotationMark) {
    if (byteAt(cursor) === backslash) {
      parts.push(cursor.input.text.slice(at, cursor.at));
      if (isBreak(cursor, 1)) {
        need(cursor, 3);
        skip(cursor);
        takeBreak(cursor);
        return 'escaped break';
      }
      parts.push(scanEscape(cursor));
      at = cursor.at;
    } else {
      skip(cursor);
    }
    need(cursor, 2);
  }
  parts.push(cursor.input.text.slice(at, cursor.at));
  return 'as it is';
}

const escapes: ReadonlyMap<string, string> = new Map([
  ['0', '\0'],
  ['a', '\x07'],
  ['b', '\b'],
  ['t', '\t'],
  ['\t', '\t'],
  ['n', '\n'],
  ['v', '\v'],
  ['f', '\f'],
  ['r', '\r'],
  ['e', '\x1b'],
  [' ', ' '],
  ['"', '"'],
  ["'", "'"],
  ['\\', '\\'],
  ['N', '\xc2\x85'],
  ['_', '\xc2\xa0'],
  ['L', '\xe2\x80\xa8'],
  ['P', '\xe2\x80\xa9'],
]);

const codeLengths: ReadonlyMap<string, number> = new Map([
  ['x', 2],
  ['u', 4],
  ['U', 8],
]);

function scanEscape(cursor: Cursor): string {
  const letter = cursor.input.text.charAt(cursor.at + 1);
  const simple = escapes.get(letter);
  const length = codeLengths.get(letter);
  if (simple === undefined && length === undefined) throw scanError(cursor, 'found unknown escape character');
  skip(cursor, 2);
  return simple ?? scanCode(cursor, length ?? 0);
}

function scanCode(cursor: Cursor, length: number): string {
  need(cursor, length);
  const digits = cursor.input.text.slice(cursor.at, cursor.at + length);
  if (digits.length < length || !/^[0-9a-fA-F]*$/.test(digits)) {
    throw scanError(cursor, 'did not find expected hexdecimal number');
  }
  const rune = Number.parseInt(digits, 16);
  if ((rune >= 0xd800 && rune <= 0xdfff) || rune > 0x10ffff) {
    throw scanError(cursor, 'found invalid Unicode character escape code');
  }
  skip(cursor, length);
  return encodeRune(rune);
}

/** Blanks and line breaks between two pieces, and what they stand for. */
function scanGap(cursor: Cursor, before: PieceEnd): string {
  let blanks = '';
  const breaks: string[] = [];
  while (isBlank(cursor) || isBreak(cursor)) {
    if (isBlank(cursor)) {
      blanks += cursor.input.text[cursor.at];
      skip(cursor);
    } else {
      need(cursor, 2);
      breaks.push(takeBreak(cursor));
    }
    need(cursor, 1);
  }
  if (before === 'escaped break') return breaks.join('');
  return breaks.length === 0 ? blanks : folded(breaks);
}

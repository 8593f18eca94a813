import {
  byteAt,
  type Cursor,
  isAt,
  isBlank,
  isBreak,
  isDigit,
  isGap,
  isLineEnd,
  isWordCharacter,
  need,
  scanError,
  skip,
  skipBlanks,
  skipComment,
  take,
  takeBreak,
  takeWord,
} from './cursor.ts';
import { type Token, tokenOf } from './token.ts';

/** A line such as `%YAML 1.1` or `%TAG ! tag:example.com,2000:`. */
export function scanDirective(cursor: Cursor): Token {
  const { line } = cursor;
  skip(cursor);
  const name = takeWord(cursor);
  if (name === '') throw scanError(cursor, 'could not find expected directive name');
  if (!isGap(cursor)) throw scanError(cursor, 'found unexpected non-alphabetical character');
  if (name !== 'YAML' && name !== 'TAG') throw scanError(cursor, 'found unknown directive name');
  const token = name === 'YAML' ? scanVersion(cursor, line) : scanTagDirective(cursor, line);
  skipBlanks(cursor);
  skipComment(cursor);
  if (!isLineEnd(cursor)) throw scanError(cursor, 'did not find expected comment or line break');
  if (isBreak(cursor)) {
    need(cursor, 2);
    takeBreak(cursor);
  }
  return token;
}

function scanVersion(cursor: Cursor, line: number): Token {
  skipBlanks(cursor);
  const major = scanVersionNumber(cursor);
  if (!isAt(cursor, '.')) throw scanError(cursor, "did not find expected digit or '.' character");
  skip(cursor);
  const minor = scanVersionNumber(cursor);
  return tokenOf('version directive', line, `${major}.${minor}`);
}

function scanVersionNumber(cursor: Cursor): number {
  let digits = '';
  need(cursor, 1);
  while (isDigit(byteAt(cursor))) {
    if (digits.length === 2) throw scanError(cursor, 'found extremely long version number');
    digits += take(cursor);
    need(cursor, 1);
  }
  if (digits === '') throw scanError(cursor, 'did not find expected version number');
  return Number(digits);
}

function scanTagDirective(cursor: Cursor, line: number): Token {
  skipBlanks(cursor);
  const handle = scanHandle(cursor);
  if (!handle.endsWith('!')) throw scanError(cursor, "did not find expected '!'");
  need(cursor, 1);
  if (!isBlank(cursor)) throw scanError(cursor, 'did not find expected whitespace');
  skipBlanks(cursor);
  const prefix = scanUri(cursor, '');
  need(cursor, 1);
  if (!isGap(cursor)) throw scanError(cursor, 'did not find expected whitespace or line break');
  return tokenOf('tag directive', line, handle, prefix);
}

/** `!<uri>`, `!suffix`, `!handle!suffix` or `!`. */
export function scanTag(cursor: Cursor): Token {
  const { line } = cursor;
  need(cursor, 2);
  const [handle, suffix] = isAt(cursor, '!<') ? ['', scanVerbatim(cursor)] : scanShorthand(cursor);
  need(cursor, 1);
  if (!isGap(cursor)) throw scanError(cursor, 'did not find expected whitespace or line break');
  return tokenOf('tag', line, handle, suffix);
}

function scanVerbatim(cursor: Cursor): string {
  skip(cursor, 2);
  const uri = scanUri(cursor, '');
  if (!isAt(cursor, '>')) throw scanError(cursor, "did not find the expected '>'");
  skip(cursor);
  return uri;
}

function scanShorthand(cursor: Cursor): readonly [handle: string, suffix: string] {
  const handle = scanHandle(cursor);
  if (handle.length > 1 && handle.endsWith('!')) return [handle, scanUri(cursor, '')];
  const suffix = scanUri(cursor, handle);
  return suffix === '' ? ['', '!'] : ['!', suffix];
}

/** `!`, `!!`, `!word!`, or the `!word` that is no handle but the beginning of a tag. */
function scanHandle(cursor: Cursor): string {
  need(cursor, 1);
  if (!isAt(cursor, '!')) throw scanError(cursor, "did not find expected '!'");
  skip(cursor);
  const word = takeWord(cursor);
  if (!isAt(cursor, '!')) return `!${word}`;
  skip(cursor);
  return `!${word}!`;
}

/** What follows `head`, of which the first character doesn't count. */
function scanUri(cursor: Cursor, head: string): string {
  const parts = [head.slice(1)];
  let isEmpty = head === '';
  need(cursor, 1);
  while (isUriCharacter(cursor)) {
    parts.push(isAt(cursor, '%') ? scanUriEscape(cursor) : take(cursor));
    need(cursor, 1);
    isEmpty = false;
  }
  if (isEmpty) throw scanError(cursor, 'did not find expected tag URI');
  return parts.join('');
}

function isUriCharacter(cursor: Cursor): boolean {
  const byte = byteAt(cursor);
  return isWordCharacter(cursor) || (byte > 0x20 && byte < 0x7f && ";/?:@&=+$,.!~*'()[]%".includes(String.fromCharCode(byte)));
}

/** The escaped bytes of one character. */
function scanUriEscape(cursor: Cursor): string {
  let bytes = '';
  for (let left = 1; left > 0; left -= 1) {
    need(cursor, 3);
    const digits = /^%([0-9a-fA-F]{2})$/.exec(cursor.input.text.slice(cursor.at, cursor.at + 3))?.[1];
    if (digits === undefined) throw scanError(cursor, 'did not find URI escaped octet');
    const byte = Number.parseInt(digits, 16);
    if (bytes === '') left = leadWidth(cursor, byte);
    else if ((byte & 0xc0) !== 0x80) throw scanError(cursor, 'found an incorrect trailing UTF-8 octet');
    bytes += String.fromCharCode(byte);
    skip(cursor, 3);
  }
  return bytes;
}

function leadWidth(cursor: Cursor, byte: number): number {
  if (byte < 0x80) return 1;
  if (byte < 0xc0 || byte > 0xf7) throw scanError(cursor, 'found an incorrect leading UTF-8 octet');
  return byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : 4;
}

/** The name of an anchor or an alias, from its `&` or `*` on. */
export function scanAnchor(cursor: Cursor): string {
  skip(cursor);
  const name = takeWord(cursor);
  const next = String.fromCharCode(byteAt(cursor));
  if (name !== '' && (isGap(cursor) || '?:,]}%@`'.includes(next))) return name;
  throw scanError(cursor, 'did not find expected alphabetic or numeric character');
}

import { encodeRune } from '../runes.ts';
import { byteOrderMark } from './characters.ts';

/**
 * A document as UTF-8, and how much of it is known when: the library that Go's package stems from reads 512 bytes at a time, and a
 * character that isn't allowed fails as soon as it is read, which may be before or after what is wrong elsewhere.
 */
export interface Input {
  readonly text: string;
  readonly fills: readonly Fill[];
}

/** What one reading brings. */
export interface Fill {
  /** All characters so far. */
  readonly characters: number;
  readonly isLast: boolean;
  readonly wrong?: string;
}

const rawSize = 512;

export function readInput(bytes: string): Input {
  const encoding = encodingOf(bytes);
  const reader: Reader = { bytes, decode: encoding.decode, at: encoding.skip, characters: 0, parts: [] };
  const fills: Fill[] = [];
  let start = 0;
  let end = 0;
  // The encoding is asked first, and takes what it needs: at least three bytes, or all.
  for (let isLast = bytes.length < 3; ; ) {
    end = Math.min(start + rawSize, bytes.length);
    const wrong = decodeUpTo(reader, end, isLast);
    fills.push({ characters: reader.characters, isLast, ...(wrong === undefined ? {} : { wrong }) });
    if (isLast || wrong !== undefined) break;
    isLast = end === bytes.length;
    start = reader.at;
  }
  return { text: reader.parts.join(''), fills };
}

interface Reader {
  readonly bytes: string;
  readonly decode: Decode;
  at: number;
  characters: number;
  readonly parts: string[];
}

/** How many bytes the character at an offset has, and what it is; `cut`: the rest of it isn't there. */
type Decode = (bytes: string, at: number, end: number) => { size: number; rune: number } | { cut: string } | { wrong: string };

/** What is wrong with the bytes up to `end`, if something is. A character that `end` cuts waits for the next reading, unless there is none. */
function decodeUpTo(reader: Reader, end: number, isLast: boolean): string | undefined {
  const { bytes, decode } = reader;
  const runes: string[] = [];
  while (reader.at < end) {
    const next = decode(bytes, reader.at, end);
    if ('wrong' in next) return next.wrong;
    if ('cut' in next) {
      if (isLast) return next.cut;
      break;
    }
    if (!isAllowed(next.rune)) return 'control characters are not allowed';
    runes.push(decode === decodeUtf8 ? bytes.slice(reader.at, reader.at + next.size) : encodeRune(next.rune));
    reader.at += next.size;
    reader.characters += 1;
  }
  reader.parts.push(runes.join(''));
  return undefined;
}

function isAllowed(rune: number): boolean {
  if (rune < 0x20) return rune === 0x09 || rune === 0x0a || rune === 0x0d;
  return rune <= 0x7e || rune === 0x85 || (rune >= 0xa0 && rune !== 0xfffe && rune !== 0xffff);
}

function encodingOf(bytes: string): { readonly decode: Decode; readonly skip: number } {
  if (bytes.startsWith('\xff\xfe')) return { decode: decodeUtf16(0, 1), skip: 2 };
  if (bytes.startsWith('\xfe\xff')) return { decode: decodeUtf16(1, 0), skip: 2 };
  return { decode: decodeUtf8, skip: bytes.startsWith(byteOrderMark) ? 3 : 0 };
}

const decodeUtf8: Decode = (bytes, at, end) => {
  const first = bytes.charCodeAt(at);
  if (first < 0x80) return { size: 1, rune: first };
  const size = first < 0xc0 || first > 0xf7 ? 0 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
  if (size === 0) return { wrong: 'invalid leading UTF-8 octet' };
  if (at + size > end) return { cut: 'incomplete UTF-8 octet sequence' };
  let rune = first & (0xff >> (size + 1));
  for (let next = at + 1; next < at + size; next += 1) {
    const byte = bytes.charCodeAt(next);
    if ((byte & 0xc0) !== 0x80) return { wrong: 'invalid trailing UTF-8 octet' };
    rune = (rune << 6) | (byte & 0x3f);
  }
  if (rune < (size === 2 ? 0x80 : size === 3 ? 0x800 : 0x10000)) return { wrong: 'invalid length of a UTF-8 sequence' };
  if ((rune >= 0xd800 && rune <= 0xdfff) || rune > 0x10ffff) return { wrong: 'invalid Unicode character' };
  return { size, rune };
};

function decodeUtf16(low: number, high: number): Decode {
  const unitAt = (bytes: string, at: number) => bytes.charCodeAt(at + low) + bytes.charCodeAt(at + high) * 0x100;
  return (bytes, at, end) => {
    if (at + 2 > end) return { cut: 'incomplete UTF-16 character' };
    const unit = unitAt(bytes, at);
    if ((unit & 0xfc00) === 0xdc00) return { wrong: 'unexpected low surrogate area' };
    if ((unit & 0xfc00) !== 0xd800) return { size: 2, rune: unit };
    if (at + 4 > end) return { cut: 'incomplete UTF-16 surrogate pair' };
    const second = unitAt(bytes, at + 2);
    if ((second & 0xfc00) !== 0xdc00) return { wrong: 'expected low surrogate area' };
    return { size: 4, rune: 0x10000 + ((unit & 0x3ff) << 10) + (second & 0x3ff) };
  };
}

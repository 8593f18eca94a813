import { isUtf8 } from 'node:buffer';

/**
 * A text that must not be shown, as it looks in one encoding. All texts here are bytes held one a character (latin1), so that
 * binary values and UTF-8 are one case. Only the head is kept ready; the rest is made again when a head is met.
 */
export interface Needle {
  readonly bytes: Uint8Array;
  readonly form: Form;
  /** The first characters, at least `indexLength`. */
  readonly head: string;
  readonly length: number;
}

/** What else a text can be turned into before it is searched (escapes, percent signs) is in mask-views.ts. */
type Form = keyof typeof encoders;

/** Values of fewer bytes are too likely to be an ordinary word. */
export const shortestValue = 6;

/** Needles are found by their first characters; every form of a value has at least as many. */
export const indexLength = 6;

const headLength = 32;

/** A line or a JSON string within a value is hidden on its own from this many bytes on. */
const shortestPart = 8;
const mostParts = 256;

/** All needles of one value. `isPublic` says of a text that it may be shown. */
export function needlesOf(value: Uint8Array, isPublic: (text: string) => boolean): readonly Needle[] {
  const whole = trimmed(value);
  if (whole.length < shortestValue || isPublic(text(whole))) return [];
  const parts = [...linesOf(whole), ...jsonStringsOf(whole)].slice(0, mostParts).filter((part) => !isPublic(text(part)));
  const forms = Object.keys(encoders).filter((form): form is Form => Object.hasOwn(encoders, form));
  return [...forms.flatMap((form) => needle(whole, form)), ...parts.flatMap((part) => needle(part, 'plain'))];
}

/** The needle in full. */
export function needleText({ bytes, form }: Needle): string {
  return encoders[form](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
}

const encoders = {
  plain: (bytes: Buffer) => bytes.toString('latin1'),
  /** Binary that was printed as text: what isn't UTF-8 became U+FFFD. */
  printed: (bytes: Buffer) => (isUtf8(bytes) ? '' : Buffer.from(bytes.toString('utf8')).toString('latin1')),
  hex: (bytes: Buffer) => bytes.toString('hex'),
  upperHex: (bytes: Buffer) => bytes.toString('hex').toUpperCase(),
  base64: (bytes: Buffer) => base64Within(bytes, 0),
  base64At1: (bytes: Buffer) => base64Within(bytes, 1),
  base64At2: (bytes: Buffer) => base64Within(bytes, 2),
  base64Url: (bytes: Buffer) => urlSafe(base64Within(bytes, 0)),
  base64UrlAt1: (bytes: Buffer) => urlSafe(base64Within(bytes, 1)),
  base64UrlAt2: (bytes: Buffer) => urlSafe(base64Within(bytes, 2)),
};

/** Base64 of a value that stands `offset` bytes after a multiple of three: only characters that its neighbours have no part in. */
function base64Within(bytes: Buffer, offset: 0 | 1 | 2): string {
  const encoded = Buffer.concat([Buffer.alloc(offset), bytes])
    .toString('base64')
    .replace(/=+$/, '');
  const isCut = (offset + bytes.length) % 3 !== 0;
  return encoded.slice(offset === 0 ? 0 : offset + 1, isCut ? -1 : undefined);
}

/** '' where it is the same as the ordinary alphabet's. */
function urlSafe(base64: string): string {
  return /[+/]/.test(base64) ? base64.replaceAll('+', '-').replaceAll('/', '_') : '';
}

function needle(bytes: Uint8Array, form: Form): readonly Needle[] {
  const full = encoders[form](Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  // Binary without a readable stretch prints as a row of U+FFFD, which hides it already.
  const isTelling = form !== 'printed' || full.replaceAll('\xef\xbf\xbd', '').length >= shortestValue;
  return full.length >= indexLength && isTelling ? [{ bytes, form, head: full.slice(0, headLength), length: full.length }] : [];
}

function text(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8');
}

/** A part of the same memory, without white space at its ends: logs and apps cut it off. */
function trimmed(bytes: Uint8Array): Uint8Array {
  let from = 0;
  let to = bytes.length;
  while (from < to && isSpace(bytes[from])) from += 1;
  while (to > from && isSpace(bytes[to - 1])) to -= 1;
  return bytes.subarray(from, to);
}

function isSpace(byte: number | undefined): boolean {
  return byte === 0x20 || (byte !== undefined && byte >= 0x09 && byte <= 0x0d);
}

/** Programs print long values line by line. Armour (`-----BEGIN ...`) tells nothing. */
function linesOf(bytes: Uint8Array): readonly Uint8Array[] {
  const lines: Uint8Array[] = [];
  for (let from = 0; from < bytes.length && lines.length < mostParts; ) {
    const found = bytes.indexOf(0x0a, from);
    const end = found < 0 ? bytes.length : found;
    const line = trimmed(bytes.subarray(from, end));
    if (line.length >= shortestPart && line.length < bytes.length && line[0] !== 0x2d) lines.push(line);
    from = end + 1;
  }
  return lines;
}

/** Passwords within a JSON document, which an app takes out and may print alone. */
function jsonStringsOf(bytes: Uint8Array): readonly Uint8Array[] {
  if (bytes[0] !== 0x7b && bytes[0] !== 0x5b) return [];
  const strings: Uint8Array[] = [];
  try {
    JSON.parse(text(bytes), (_key, member: unknown) => {
      if (typeof member === 'string' && strings.length < mostParts) {
        const string = trimmed(Buffer.from(member));
        if (string.length >= shortestPart) strings.push(string);
      }
      return member;
    });
  } catch {
    return []; // Not JSON after all.
  }
  return strings;
}

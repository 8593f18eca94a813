import { GoError } from '../go-error.ts';

/**
 * DER as Go's x/crypto/cryptobyte reads it, which is what crypto/x509 reads certificates with. A cursor moves forward; the text is
 * what Go says when the next element isn't the expected one.
 */
export interface Cursor {
  readonly bytes: Buffer;
  at: number;
}

export function cursor(bytes: Buffer): Cursor {
  return { bytes, at: 0 };
}

export function isAtEnd(from: Cursor): boolean {
  return from.at >= from.bytes.length;
}

/** A text that shows nothing of the bytes. */
export function fault(text: string): GoError {
  return new GoError(text, 'fixed');
}

export const tags = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  oid: 0x06,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
} as const;

export interface AnyElement {
  readonly tag: number;
  readonly content: Buffer;
  /** With tag and length. */
  readonly full: Buffer;
}

/** The next element, whatever it is; undefined when there is none in DER. Tags of more than one byte are none here. */
export function anyElement(from: Cursor): AnyElement | undefined {
  const [tag, first] = from.bytes.subarray(from.at);
  if (tag === undefined || first === undefined || (tag & 0x1f) === 0x1f) return undefined;
  const long = first < 0x80 ? 0 : first & 0x7f;
  const start = from.at + 2 + long;
  const length = first < 0x80 ? first : longLength(from.bytes.subarray(from.at + 2, start), long);
  if (length === undefined || start + length > from.bytes.length) return undefined;
  const full = from.bytes.subarray(from.at, start + length);
  from.at = start + length;
  return { tag, content: full.subarray(2 + long), full };
}

function longLength(bytes: Buffer, count: number): number | undefined {
  if (count === 0 || count > 4 || bytes.length < count || bytes[0] === 0) return undefined;
  const length = bytes.readUIntBE(0, count);
  return length < 0x80 ? undefined : length;
}

export function isNext(from: Cursor, tag: number): boolean {
  return from.bytes[from.at] === tag;
}

export function elementOf(from: Cursor, tag: number, wrong: string): AnyElement {
  const found = anyElement(from);
  if (found?.tag !== tag) throw fault(wrong);
  return found;
}

export function contentOf(from: Cursor, tag: number, wrong: string): Buffer {
  return elementOf(from, tag, wrong).content;
}

export function inside(from: Cursor, tag: number, wrong: string): Cursor {
  return cursor(contentOf(from, tag, wrong));
}

/** Undefined when something else is next, or nothing. */
export function optionalInside(from: Cursor, tag: number, wrong: string): Cursor | undefined {
  return isNext(from, tag) ? inside(from, tag, wrong) : undefined;
}

export function integerOf(from: Cursor, wrong: string, tag: number = tags.integer): bigint {
  const content = contentOf(from, tag, wrong);
  const [first, second] = content;
  const isPadded = second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80));
  if (first === undefined || isPadded) throw fault(wrong);
  return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString('hex')}`));
}

export function isWithin(value: bigint, bits: number): boolean {
  return BigInt.asIntN(bits, value) === value;
}

export function booleanOf(from: Cursor, wrong: string): boolean {
  const content = contentOf(from, tags.boolean, wrong);
  if (content.length !== 1 || (content[0] !== 0 && content[0] !== 0xff)) throw fault(wrong);
  return content[0] === 0xff;
}

export function oidOf(from: Cursor, wrong: string): string {
  const content = contentOf(from, tags.oid, wrong);
  const arcs: number[] = [];
  for (let at = 0; at < content.length; ) {
    const next = base128(content, at);
    if (!next) throw fault(wrong);
    arcs.push(next.value);
    at = next.end;
  }
  const [first, ...rest] = arcs;
  if (first === undefined) throw fault(wrong);
  return [...(first < 80 ? [Math.floor(first / 40), first % 40] : [2, first - 80]), ...rest].join('.');
}

function base128(bytes: Buffer, from: number): { readonly value: number; readonly end: number } | undefined {
  let value = 0;
  for (let at = from; at < bytes.length && at < from + 5; at += 1) {
    const byte = bytes.readUInt8(at);
    if (value >= 1 << 24 || (at === from && byte === 0x80)) return undefined;
    value = value * 128 + (byte & 0x7f);
    if (byte < 0x80) return { value, end: at + 1 };
  }
  return undefined;
}

/** The bytes of a BIT STRING, and how many bits of the last one don't count. */
export function bitStringOf(from: Cursor, wrong: string): { readonly bytes: Buffer; readonly unused: number } {
  const content = contentOf(from, tags.bitString, wrong);
  const unused = content[0];
  const bytes = content.subarray(1);
  if (unused === undefined || unused > 7 || (bytes.length === 0 && unused > 0)) throw fault(wrong);
  if (((bytes.at(-1) ?? 0) & ((1 << unused) - 1)) !== 0) throw fault(wrong);
  return { bytes, unused };
}

import { GoError } from '../go-error.ts';

/**
 * DER as Go's encoding/asn1 takes it, with its words for what is wrong: what it refuses (BER with indefinite lengths, lengths that
 * are longer than need be) we have to refuse as well. A type is told by what Go calls it, since its errors do.
 */
export interface Asn1Type<T> {
  /** As reflect names it in an error; empty for slices and pointers. */
  readonly name: string;
  /** The universal tag; undefined takes any element. */
  readonly tag: number | undefined;
  readonly isCompound: boolean;
  readonly decode: (element: Element) => T;
}

export interface Element {
  readonly class: number;
  readonly tag: number;
  readonly isCompound: boolean;
  readonly content: Buffer;
  /** With tag and length. */
  readonly full: Buffer;
}

/** What Go says in the tag of a struct's field. */
export interface FieldRules<T> {
  readonly explicit?: number;
  readonly implicit?: number;
  readonly isSet?: boolean;
  /** What an absent field is. Without it the field has to be there. */
  readonly absent?: { readonly value: T };
}

/** The next field of a struct. */
export type NextField = <T>(type: Asn1Type<T>, rules?: FieldRules<T>) => T;

/** The first value of the bytes, and what follows it. */
export function unmarshal<T>(der: Buffer, type: Asn1Type<T>): { readonly value: T; readonly rest: Buffer } {
  const { value, next } = readField(der, 0, type, {});
  return { value, rest: der.subarray(next) };
}

interface Header {
  readonly class: number;
  readonly tag: number;
  readonly length: number;
  readonly isCompound: boolean;
  readonly next: number;
}

function readField<T>(bytes: Buffer, from: number, type: Asn1Type<T>, rules: FieldRules<T>): { value: T; next: number } {
  if (from === bytes.length) {
    if (rules.absent) return { value: rules.absent.value, next: from };
    throw syntaxError('sequence truncated');
  }
  let header = headerAt(bytes, from);
  if (rules.explicit !== undefined) {
    if (header.next === bytes.length) throw structureError('explicit tag has no child');
    if (header.class !== 2 || header.tag !== rules.explicit || (header.length > 0 && !header.isCompound)) {
      if (rules.absent) return { value: rules.absent.value, next: from };
      throw structureError("explicitly tagged member didn't match");
    }
    if (type.tag !== undefined) {
      if (header.length === 0) throw structureError('zero length explicit tag was not an asn1.Flag');
      header = headerAt(bytes, header.next);
    }
  }
  if (!fits(header, type, rules)) {
    if (rules.absent) return { value: rules.absent.value, next: from };
    throw new GoError(`asn1: structure error: ${mismatch(header, type, rules)}`);
  }
  const next = header.next + header.length;
  if (next > bytes.length) throw syntaxError('data truncated');
  const content = bytes.subarray(header.next, next);
  return { value: type.decode({ ...header, content, full: bytes.subarray(from, next) }), next };
}

function fits(header: Header, type: Asn1Type<unknown>, rules: FieldRules<unknown>): boolean {
  const isTagged = rules.implicit !== undefined;
  if (type.tag === undefined && !isTagged) return true;
  const hasTag = isTagged
    ? header.class === 2 && header.tag === rules.implicit
    : header.class === 0 && header.tag === tagOf(type, rules);
  return hasTag && (type.tag === undefined || header.isCompound === type.isCompound);
}

function tagOf(type: Asn1Type<unknown>, rules: FieldRules<unknown>): number {
  return rules.implicit ?? (rules.isSet ? 17 : (type.tag ?? -1));
}

/** Go prints a pointer where a field has a tag of its own; there our text can't be the same. */
function mismatch(header: Header, type: Asn1Type<unknown>, rules: FieldRules<unknown>): string {
  const found = `{class:${header.class} tag:${header.tag} length:${header.length} isCompound:${header.isCompound}}`;
  const hasTag = rules.explicit !== undefined || rules.implicit !== undefined;
  const wanted = `{optional:${rules.absent !== undefined} explicit:${rules.explicit !== undefined} application:false private:false \
defaultValue:<nil> tag:${hasTag ? '0xc000000000' : '<nil>'} stringType:0 timeType:0 set:${rules.isSet ?? false} omitEmpty:false}`;
  return `tags don't match (${tagOf(type, rules)} vs ${found}) ${wanted} ${type.name} @${header.next}`;
}

function headerAt(bytes: Buffer, from: number): Header {
  const lead = byteAt(bytes, from);
  const long = (lead & 0x1f) === 0x1f ? base128At(bytes, from + 1) : undefined;
  if (long && long.value < 0x1f) throw syntaxError('non-minimal tag');
  const { length, next } = lengthAt(bytes, long?.next ?? from + 1);
  return { class: lead >> 6, tag: long?.value ?? lead & 0x1f, isCompound: (lead & 0x20) !== 0, length, next };
}

function lengthAt(bytes: Buffer, from: number): { readonly length: number; readonly next: number } {
  const lead = byteAt(bytes, from);
  if (lead < 0x80) return { length: lead, next: from + 1 };
  const next = from + 1 + (lead & 0x7f);
  if (lead === 0x80) throw syntaxError('indefinite length found (not DER)');
  let length = 0;
  for (let at = from + 1; at < next; at += 1) {
    const byte = byteAt(bytes, at);
    if (length >= 1 << 23) throw structureError('length too large');
    length = length * 256 + byte;
    if (length === 0) throw structureError('superfluous leading zeros in length');
  }
  if (length < 0x80) throw structureError('non-minimal length');
  return { length, next };
}

function byteAt(bytes: Buffer, at: number): number {
  const byte = bytes[at];
  if (byte === undefined) throw syntaxError('truncated tag or length');
  return byte;
}

function base128At(bytes: Buffer, from: number): { readonly value: number; readonly next: number } {
  let value = 0;
  for (let at = from; at < bytes.length; at += 1) {
    if (at - from === 5) throw structureError('base 128 integer too large');
    const byte = byteAt(bytes, at);
    if (at === from && byte === 0x80) throw syntaxError('integer is not minimally encoded');
    value = value * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (value > 0x7fffffff) throw structureError('base 128 integer too large');
    return { value, next: at + 1 };
  }
  throw syntaxError('truncated base 128 integer');
}

export function syntaxError(text: string): GoError {
  return new GoError(`asn1: syntax error: ${text}`, 'fixed');
}

function structureError(text: string): GoError {
  return new GoError(`asn1: structure error: ${text}`, 'fixed');
}

/** A Go struct; what stands behind its last field is ignored. `read` asks for the fields in their order. */
export function struct<T>(name: string, read: (next: NextField) => T): Asn1Type<T> {
  const decode = ({ content }: Element): T => {
    let at = 0;
    return read((type, rules = {}) => {
      const { value, next } = readField(content, at, type, rules);
      at = next;
      return value;
    });
  };
  return { name, tag: 16, isCompound: true, decode };
}

export function sequenceOf<T>(type: Asn1Type<T>): Asn1Type<readonly T[]> {
  const decode = ({ content }: Element): readonly T[] => {
    for (let at = 0; at < content.length; ) {
      const header = headerAt(content, at);
      if (!fits(header, type, {})) throw structureError('sequence tag mismatch');
      at = header.next + header.length;
      if (at > content.length) throw syntaxError('truncated sequence');
    }
    const items: T[] = [];
    for (let at = 0; at < content.length; ) {
      const { value, next } = readField(content, at, type, {});
      items.push(value);
      at = next;
    }
    return items;
  };
  return { name: '', tag: 16, isCompound: true, decode };
}

export const rawValue: Asn1Type<Element> = { name: 'RawValue', tag: undefined, isCompound: false, decode: (element) => element };

export const octets: Asn1Type<Buffer> = { name: '', tag: 4, isCompound: false, decode: ({ content }) => content };

export const bits: Asn1Type<Buffer> = {
  name: 'BitString',
  tag: 3,
  isCompound: false,
  decode: ({ content }) => bitStringBytes(content),
};

/** A number of up to 64 bits. */
export const smallInteger: Asn1Type<bigint> = {
  name: 'int',
  tag: 2,
  isCompound: false,
  decode: ({ content }) => {
    const value = signed(content);
    if (content.length > 8) throw structureError('integer too large');
    return value;
  },
};

export const bigInteger: Asn1Type<bigint> = { name: '', tag: 2, isCompound: false, decode: ({ content }) => signed(content) };

export const oid: Asn1Type<string> = {
  name: 'ObjectIdentifier',
  tag: 6,
  isCompound: false,
  decode: ({ content }) => {
    if (content.length === 0) throw syntaxError('zero length OBJECT IDENTIFIER');
    const arcs: number[] = [];
    for (let at = 0; at < content.length; ) {
      const { value, next } = base128At(content, at);
      if (at > 0) arcs.push(value);
      else arcs.push(...(value < 80 ? [Math.floor(value / 40), value % 40] : [2, value - 80]));
      at = next;
    }
    return arcs.join('.');
  },
};

function signed(content: Buffer): bigint {
  const [first, second] = content;
  if (first === undefined) throw structureError('empty integer');
  if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80))) {
    throw structureError('integer not minimally-encoded');
  }
  return BigInt.asIntN(content.length * 8, BigInt(`0x${content.toString('hex')}`));
}

function bitStringBytes(content: Buffer): Buffer {
  const padding = content[0];
  if (padding === undefined) throw syntaxError('zero length BIT STRING');
  const bytes = content.subarray(1);
  const unused = (bytes.at(-1) ?? 0) & ((1 << padding) - 1);
  if (padding > 7 || (bytes.length === 0 && padding > 0) || unused !== 0) {
    throw syntaxError('invalid padding bits in BIT STRING');
  }
  return bytes;
}

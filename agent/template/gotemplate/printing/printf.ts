import { encodeRune, runeAt } from '../runes.ts';
import { GoInt, type GoValue, typeName } from '../value.ts';
import { type Directive, plainly } from './directive.ts';
import { growing } from './growing-text.ts';
import { showArgument } from './show-value.ts';

/** Go's `fmt.Sprintf` (gotemplate.md 9.3). Nothing fails: what is wrong with a format is said in the text. */
export function printf(format: string, args: readonly GoValue[], room: (size: number) => void): string {
  const reading: Reading = { format, args, grow: growing(room), at: 0, next: 0, usesIndexes: false, isIndexWrong: false };
  let text = '';
  for (;;) {
    const percentAt = format.indexOf('%', reading.at);
    if (percentAt < 0) return text + format.slice(reading.at) + unused(reading);
    text += format.slice(reading.at, percentAt);
    reading.at = percentAt + 1;
    text += directiveText(reading);
  }
}

/** A format on its way from left to right. */
interface Reading {
  readonly format: string;
  readonly args: readonly GoValue[];
  readonly grow: (size: number) => void;
  /** Offset in the format. */
  at: number;
  /** The argument that comes next. */
  next: number;
  /** Whether any directive chose its argument, as `%[2]d` does. */
  usesIndexes: boolean;
  /** Whether the directive at hand chose one that isn't there. */
  isIndexWrong: boolean;
}

function directiveText(reading: Reading): string {
  reading.isIndexWrong = false;
  const flags = readFlags(reading);
  const { directive, complaints } = readSizes(reading, flags);
  const { format, args } = reading;
  if (reading.at >= format.length) return `${complaints}%!(NOVERB)`;
  const { rune, bytes } = runeAt(format, reading.at);
  reading.at += bytes.length;
  const verb = encodeRune(rune);
  if (verb === '%') return `${complaints}%`;
  if (reading.isIndexWrong) return `${complaints}%!${verb}(BADINDEX)`;
  const value = args[reading.next];
  if (value === undefined) return `${complaints}%!${verb}(MISSING)`;
  reading.next += 1;
  return complaints + showArgument(value, { directive: ofVerb(verb, directive), grow: reading.grow, isComplaint: false });
}

function readFlags(reading: Reading): Directive {
  const flags = /[-+# 0]*/y;
  flags.lastIndex = reading.at;
  const [found = ''] = flags.exec(reading.format) ?? [];
  reading.at += found.length;
  return {
    ...plainly,
    isLeft: found.includes('-'),
    hasPlus: found.includes('+'),
    hasSharp: found.includes('#'),
    hasSpace: found.includes(' '),
    hasZero: found.includes('0'),
  };
}

/** `[n]` may stand before a `*` and before the verb, but not before a number. */
function readSizes(reading: Reading, flags: Directive): { readonly directive: Directive; readonly complaints: string } {
  let complaints = '';
  let directive = flags;
  let isAfterIndex = readIndex(reading);
  const width = readSize(reading);
  if (width.kind === 'star') {
    if (width.size === undefined) complaints += '%!(BADWIDTH)';
    directive = withWidth(directive, width.size ?? 0);
    isAfterIndex = false;
  } else {
    if (isAfterIndex && width.size !== undefined) reading.isIndexWrong = true;
    directive = withWidth(directive, width.size ?? 0);
  }
  if (reading.format.charAt(reading.at) === '.' && reading.at + 1 < reading.format.length) {
    reading.at += 1;
    if (isAfterIndex) reading.isIndexWrong = true;
    isAfterIndex = readIndex(reading);
    const { kind, size } = readSize(reading);
    const isBad = kind === 'star' && (size === undefined || size < 0);
    if (isBad) complaints += '%!(BADPREC)';
    if (kind === 'star') isAfterIndex = false;
    directive = { ...directive, precision: isBad ? undefined : (size ?? 0) };
  }
  if (!isAfterIndex) readIndex(reading);
  return { directive, complaints };
}

/** A negative width, which only an argument can be, means the left. */
function withWidth(directive: Directive, width: number): Directive {
  return width < 0 ? { ...directive, width: -width, isLeft: true } : { ...directive, width };
}

/** `[2]` chooses the argument that comes next. Whether there was a number to go by, be it of an argument or not. */
function readIndex(reading: Reading): boolean {
  const { format, at, args } = reading;
  if (format.charAt(at) !== '[') return false;
  reading.usesIndexes = true;
  const end = at + 2 < format.length ? format.indexOf(']', at) : -1; // At its end, a format has no `[]`.
  const number = end < 0 ? '' : format.slice(at + 1, end);
  reading.at = end < 0 ? at + 1 : end + 1;
  const isNumber = /^\d+$/.test(number) && sizeOf(number) !== undefined;
  const chosen = Number(number) - 1;
  if (isNumber && chosen >= 0 && chosen < args.length) reading.next = chosen;
  else reading.isIndexWrong = true;
  return isNumber;
}

interface Size {
  readonly kind: 'star' | 'number';
  readonly size: number | undefined;
}

function readSize(reading: Reading): Size {
  if (reading.format.charAt(reading.at) === '*') {
    reading.at += 1;
    return { kind: 'star', size: sizeArgument(reading) };
  }
  const digits = /\d*/y;
  digits.lastIndex = reading.at;
  const [number = ''] = digits.exec(reading.format) ?? [];
  const size = sizeOf(number);
  const isTooLarge = number !== '' && size === undefined;
  reading.at = isTooLarge ? reading.format.length : reading.at + number.length; // Go gives the whole format up then.
  return { kind: 'number', size };
}

/** Go stops at a digit after a number above a million, so that ten million is let through and a hundred million is not. */
function sizeOf(digits: string): number | undefined {
  if (digits === '' || Number(digits.slice(0, -1)) > largestSize) return undefined;
  return Number(digits);
}

const largestSize = 1_000_000;

function sizeArgument(reading: Reading): number | undefined {
  const value = reading.args[reading.next];
  if (value === undefined) return undefined;
  reading.next += 1;
  if (!(value instanceof GoInt)) return undefined;
  const size = Number(value.value);
  return Math.abs(size) > largestSize ? undefined : size;
}

/** `%v` has meanings of its own for `+` and `#`; `%w` has them as well. */
function ofVerb(verb: string, directive: Directive): Directive {
  if (verb !== 'v' && verb !== 'w') return { ...directive, verb };
  return { ...directive, verb, namesFields: directive.hasPlus, isGoSyntax: directive.hasSharp, hasPlus: false, hasSharp: false };
}

/** Go lists what no directive took, unless one chose its argument. */
function unused({ args, next, usesIndexes, grow }: Reading): string {
  if (usesIndexes || next >= args.length) return '';
  const listed = args.slice(next).map((value) => {
    const shown = showArgument(value, { directive: plainly, grow, isComplaint: false });
    return value === null ? shown : `${typeName(value)}=${shown}`;
  });
  return `%!(EXTRA ${listed.join(', ')})`;
}

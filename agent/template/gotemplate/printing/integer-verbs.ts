import { encodeRune, isPrint } from '../runes.ts';
import { type Directive, padded, paddedWithSpaces, paddingOf } from './directive.ts';
import { quoteRune, quoteRuneAscii } from './quote.ts';

/** An integer by a directive; undefined when the verb is none for integers. */
export function integerByVerb(value: bigint, signedness: 'signed' | 'unsigned', directive: Directive): string | undefined {
  switch (directive.verb) {
    case 'v':
      return directive.isGoSyntax && signedness === 'unsigned' ? hexWithPrefix(value, directive) : inBase(value, 10, directive);
    case 'd':
      return inBase(value, 10, directive);
    case 'b':
      return inBase(value, 2, directive);
    case 'o':
    case 'O':
      return inBase(value, 8, directive);
    case 'x':
    case 'X':
      return inBase(value, 16, directive);
    case 'c':
      return padded(encodeRune(runeOf(value)), directive);
    case 'q':
      return padded(directive.hasPlus ? quoteRuneAscii(runeOf(value)) : quoteRune(runeOf(value)), directive);
    case 'U':
      return unicode(BigInt.asUintN(64, value), directive);
    default:
      return undefined;
  }
}

/** As Go shows unsigned integers in its syntax, and addresses. */
export function hexWithPrefix(value: bigint, directive: Directive): string {
  return inBase(value, 16, { ...directive, hasSharp: true });
}

/** A precision is a least number of digits, and then zeros are not for padding. */
function inBase(value: bigint, base: 2 | 8 | 10 | 16, directive: Directive): string {
  const { precision } = directive;
  if (precision === 0 && value === 0n) return paddingOf({ ...directive, hasZero: false }, directive.width);
  const sign = value < 0n ? '-' : directive.hasPlus ? '+' : directive.hasSpace ? ' ' : '';
  const zeroPadded = directive.hasZero && !directive.isLeft ? directive.width - sign.length : 0;
  const digits = (value < 0n ? -value : value).toString(base).padStart(precision ?? zeroPadded, '0');
  const text = sign + prefixOf(digits, base, directive) + digits;
  return paddedWithSpaces(directive.verb === 'X' ? text.toUpperCase() : text, directive);
}

/** Zeros of the padding count for the leading zero of an octal number, but not for `0x`, which comes on top of the width. */
function prefixOf(digits: string, base: 2 | 8 | 10 | 16, { verb, hasSharp }: Directive): string {
  if (base === 8) return (verb === 'O' ? '0o' : '') + (hasSharp && !digits.startsWith('0') ? '0' : '');
  if (!hasSharp || base === 10) return '';
  return base === 2 ? '0b' : '0x';
}

function runeOf(value: bigint): number {
  return value >= 0n && value <= 0x10ffffn ? Number(value) : 0xfffd;
}

function unicode(value: bigint, directive: Directive): string {
  const code = value
    .toString(16)
    .toUpperCase()
    .padStart(Math.max(directive.precision ?? 0, 4), '0');
  const isShown = directive.hasSharp && value <= 0x10ffffn && isPrint(Number(value));
  return paddedWithSpaces(`U+${code}${isShown ? ` '${encodeRune(Number(value))}'` : ''}`, directive);
}

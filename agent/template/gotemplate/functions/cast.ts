import { GoInt, type GoValue } from '../value.ts';
import { parseFloat64 } from './parse-float.ts';

/**
 * The cast rule of sprig's numbers (gotemplate.md 12.3). Whatever is no number becomes 0: these functions never fail.
 */
export function toInt64(value: GoValue): bigint {
  if (typeof value === 'string') return inInt64(parseInteger(withoutFraction(value))) ?? 0n;
  if (typeof value === 'number') return truncated(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  return value instanceof GoInt ? BigInt.asIntN(64, value.value) : 0n;
}

/** The same rule for a float64. */
export function toFloat64(value: GoValue): number {
  if (typeof value === 'string') return parseFloat64(value) ?? 0;
  if (typeof value === 'number') return value;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return value instanceof GoInt ? Number(value.value) : 0;
}

const smallest = -(2n ** 63n);
const largest = 2n ** 63n - 1n;

/** undefined for what doesn't fit. */
export function inInt64(value: bigint | undefined): bigint | undefined {
  return value !== undefined && value >= smallest && value <= largest ? value : undefined;
}

/** Clamped to the range, as Atoi leaves a number that overflows. */
export function clampedToInt64(value: bigint): bigint {
  return value < smallest ? smallest : value > largest ? largest : value;
}

/** Where Go leaves it open, what amd64 does: all that doesn't fit is the smallest number. */
function truncated(value: number): bigint {
  return (Number.isFinite(value) ? inInt64(BigInt(Math.trunc(value))) : undefined) ?? smallest;
}

/** Only a plain number with a point is cut at it; `1_0.5` and `1.5e3` stay what they are, and so no integer. */
function withoutFraction(text: string): string {
  const match = /^([-+]?)(\d*)\.\d*$/.exec(text);
  return match === null ? text : `${match[1]}${match[2] || '0'}`;
}

const literal = /^([+-]?)(?:0x((?:_?[0-9a-f])+)|0b((?:_?[01])+)|0o((?:_?[0-7])+)|0((?:_?[0-7])*)|([1-9](?:_?\d)*))$/i;

/** An integer as Go's sources write it: with a prefix for the base, and `_` between digits. */
export function parseInteger(text: string): bigint | undefined {
  const match = literal.exec(text);
  if (match === null) return undefined;
  const [, sign, hex, binary, octal, oldOctal, decimal] = match;
  const magnitude =
    decimal === undefined
      ? (bigintOf(hex, '0x') ?? bigintOf(binary, '0b') ?? bigintOf(octal ?? oldOctal, '0o'))
      : bigintOf(decimal, '');
  return sign === '-' && magnitude !== undefined ? -magnitude : magnitude;
}

function bigintOf(digits: string | undefined, prefix: string): bigint | undefined {
  return digits === undefined ? undefined : BigInt(`${prefix}${digits.replaceAll('_', '') || '0'}`);
}

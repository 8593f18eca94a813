import { GoError } from '../go-error.ts';

/** A decimal number without limits: `digits` times ten to the power of `exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Of the shortest text that reads back as this float64, so that 0.1 is a tenth. */
export function decimalOf(value: number): Decimal {
  if (Number.isNaN(value)) throw new GoError('Cannot create a Decimal from NaN', 'fixed');
  if (!Number.isFinite(value)) throw new GoError(`Cannot create a Decimal from ${value > 0 ? '+Inf' : '-Inf'}`, 'fixed');
  const [mantissa = '', exponent] = value.toExponential().split('e');
  const [whole = '', fraction = ''] = mantissa.split('.');
  return { digits: BigInt(whole + fraction), exponent: Number(exponent) - fraction.length };
}

export function sum(a: Decimal, b: Decimal): Decimal {
  const exponent = Math.min(a.exponent, b.exponent);
  return { digits: scaledTo(a, exponent) + scaledTo(b, exponent), exponent };
}

export function difference(a: Decimal, b: Decimal): Decimal {
  return sum(a, { digits: -b.digits, exponent: b.exponent });
}

export function product(a: Decimal, b: Decimal): Decimal {
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
}

/** Decimal places of a quotient, the last of them rounded half away from zero. */
const places = 16;

export function quotient(a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw new GoError('decimal division by 0', 'fixed');
  const shift = a.exponent - b.exponent + places;
  const dividend = shift > 0 ? a.digits * 10n ** BigInt(shift) : a.digits;
  const divisor = shift < 0 ? b.digits * 10n ** BigInt(-shift) : b.digits;
  const isUp = 2n * absolute(dividend % divisor) >= absolute(divisor);
  const awayFromZero = dividend < 0n === divisor < 0n ? 1n : -1n;
  return { digits: dividend / divisor + (isUp ? awayFromZero : 0n), exponent: -places };
}

/** The nearest float64. */
export function floatOf({ digits, exponent }: Decimal): number {
  return Number(`${digits}e${exponent}`);
}

function scaledTo({ digits, exponent }: Decimal, smaller: number): bigint {
  return digits * 10n ** BigInt(exponent - smaller);
}

function absolute(value: bigint): bigint {
  return value < 0n ? -value : value;
}

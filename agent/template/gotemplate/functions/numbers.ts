import { GoError } from '../go-error.ts';
import type { GoValue } from '../value.ts';
import { clampedToInt64, inInt64, toFloat64, toInt64 } from './cast.ts';
import { type Decimal, decimalOf, difference, floatOf, product, quotient, sum } from './decimal.ts';
import type { FunctionFamily } from './family.ts';
import { sequence, steps } from './number-ranges.ts';
import { rounded } from './rounding.ts';
import { toText } from './strings-of.ts';

/** gotemplate.md 12.3. Integers wrap around at 64 bits. */
export const functions: FunctionFamily<'numbers'> = (world) => ({
  int: toInt64,
  int64: toInt64,
  float64: toFloat64,
  atoi: (text) => (/^[+-]?[0-9]+$/.test(text) ? clampedToInt64(BigInt(text.replace('+', ''))) : 0n),
  toDecimal: (value) => octal(toText(value)),

  add: (...terms) => within64(terms.reduce<bigint>((total, term) => total + toInt64(term), 0n)),
  add1: (value) => within64(toInt64(value) + 1n),
  sub: (a, b) => within64(toInt64(a) - toInt64(b)),
  mul: (first, ...others) => others.reduce<bigint>((total, other) => within64(total * toInt64(other)), toInt64(first)),
  div: (a, b) => within64(toInt64(a) / divisor(b)),
  mod: (a, b) => toInt64(a) % divisor(b),

  addf: (...terms) => inDecimal(0, terms, sum),
  add1f: (value) => inDecimal(value, [1], sum),
  subf: (first, ...others) => inDecimal(first, others, difference),
  mulf: (first, ...others) => inDecimal(first, others, product),
  divf: (first, ...others) => inDecimal(first, others, quotient),

  max: largest,
  biggest: largest,
  min: (...values) => values.map(toInt64).reduce((a, b) => (b < a ? b : a)),
  maxf: (...values) => values.map(toFloat64).reduce(larger),
  minf: (...values) => values.map(toFloat64).reduce(smaller),
  floor: (value) => Math.floor(toFloat64(value)),
  ceil: (value) => Math.ceil(toFloat64(value)),
  round: (value, places, threshold = 0.5) => rounded(toFloat64(value), places, threshold),

  until: (count) => steps(0n, count, count < 0n ? -1n : 1n, world),
  untilStep: (start, stop, step) => steps(start, stop, step, world),
  seq: (...parameters) => sequence(parameters, world),
});

function within64(value: bigint): bigint {
  return BigInt.asIntN(64, value);
}

function octal(text: string): bigint {
  const match = /^([+-]?)([0-7]+)$/.exec(text);
  if (match === null) return 0n;
  const magnitude = BigInt(`0o${match[2]}`);
  return inInt64(match[1] === '-' ? -magnitude : magnitude) ?? 0n;
}

function divisor(value: GoValue): bigint {
  const number = toInt64(value);
  if (number === 0n) throw new GoError('runtime error: integer divide by zero', 'fixed');
  return number;
}

function inDecimal(first: GoValue, others: readonly GoValue[], operation: (a: Decimal, b: Decimal) => Decimal): number {
  return floatOf(
    others.reduce<Decimal>((total, other) => operation(total, decimalOf(toFloat64(other))), decimalOf(toFloat64(first))),
  );
}

function largest(...values: readonly GoValue[]): bigint {
  return values.map(toInt64).reduce((a, b) => (b > a ? b : a));
}

/** Unlike in JavaScript an infinity wins over NaN. */
function larger(a: number, b: number): number {
  return a === Number.POSITIVE_INFINITY || b === Number.POSITIVE_INFINITY ? Number.POSITIVE_INFINITY : Math.max(a, b);
}

function smaller(a: number, b: number): number {
  return a === Number.NEGATIVE_INFINITY || b === Number.NEGATIVE_INFINITY ? Number.NEGATIVE_INFINITY : Math.min(a, b);
}

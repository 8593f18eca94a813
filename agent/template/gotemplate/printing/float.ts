import { binaryParts, type DecimalDigits, exactDigits, roundedTo, shortestDigits } from './decimal-digits.ts';

export type FloatVerb = 'e' | 'E' | 'f' | 'g' | 'G' | 'b' | 'x' | 'X';

/** As Go's `strconv.FormatFloat` for 64 bits (gotemplate.md 9.4), where a precision of -1 is `shortest`. */
export function formatFloat(value: number, verb: FloatVerb, precision: number | 'shortest'): string {
  if (Number.isNaN(value)) return 'NaN';
  const isNegative = value < 0 || Object.is(value, -0);
  const size = Math.abs(value);
  if (size === Number.POSITIVE_INFINITY) return isNegative ? '-Inf' : '+Inf';
  return (isNegative ? '-' : '') + layout(size, verb, precision);
}

function layout(size: number, verb: FloatVerb, precision: number | 'shortest'): string {
  switch (verb) {
    case 'b':
      return binary(size);
    case 'x':
      return hexadecimal(size, precision);
    case 'X':
      return hexadecimal(size, precision).toUpperCase();
    case 'f':
      return fixed(size, precision);
    case 'e':
      return exponential(size, precision);
    case 'E':
      return exponential(size, precision).toUpperCase();
    case 'g':
      return general(size, precision);
    case 'G':
      return general(size, precision).toUpperCase();
  }
}

function fixed(size: number, precision: number | 'shortest'): string {
  if (precision === 'shortest') {
    const decimal = shortestDigits(size);
    return withPoint(decimal, Math.max(decimal.digits.length - decimal.point, 0));
  }
  const exact = exactDigits(size);
  return withPoint(roundedTo(exact, exact.point + precision), precision);
}

function exponential(size: number, precision: number | 'shortest'): string {
  if (precision !== 'shortest') return withExponent(roundedTo(exactDigits(size), precision + 1), precision);
  const decimal = shortestDigits(size);
  return withExponent(decimal, Math.max(decimal.digits.length - 1, 0));
}

/** With an exponent when the value is small or large. Without a precision large begins at a million: 21 digits are JSON's limit. */
function general(size: number, precision: number | 'shortest'): string {
  const decimal = precision === 'shortest' ? shortestDigits(size) : roundedTo(exactDigits(size), Math.max(precision, 1));
  const { digits, point } = decimal;
  const exponent = point - 1;
  if (exponent < -4 || exponent >= exponentLimit(decimal, precision)) return withExponent(decimal, digits.length - 1);
  return withPoint(decimal, Math.max(digits.length - point, 0));
}

function exponentLimit({ digits, point }: DecimalDigits, precision: number | 'shortest'): number {
  if (precision === 'shortest') return 6;
  const limit = Math.max(precision, 1);
  return limit > digits.length && digits.length >= point ? digits.length : limit;
}

function withPoint({ digits, point }: DecimalDigits, places: number): string {
  const whole = point > 0 ? digits.slice(0, point).padEnd(point, '0') : '0';
  if (places === 0) return whole;
  const fraction = point > 0 ? digits.slice(point) : '0'.repeat(Math.min(-point, places)) + digits;
  return `${whole}.${fraction.slice(0, places).padEnd(places, '0')}`;
}

function withExponent({ digits, point }: DecimalDigits, places: number): string {
  const first = digits.charAt(0) || '0';
  const fraction = places > 0 ? `.${digits.slice(1).padEnd(places, '0')}` : '';
  return `${first}${fraction}e${signed(digits === '' ? 0 : point - 1)}`;
}

/** An exponent has a sign and at least two digits. */
function signed(exponent: number): string {
  return (exponent < 0 ? '-' : '+') + String(Math.abs(exponent)).padStart(2, '0');
}

function binary(size: number): string {
  const { mantissa, exponent } = binaryParts(size);
  return `${mantissa}p${exponent < 0 ? '' : '+'}${exponent}`;
}

/** One hexadecimal digit before the point, which is 1 unless the value is zero; half to even where digits are cut. */
function hexadecimal(size: number, precision: number | 'shortest'): string {
  const fractionBits = 52;
  let { mantissa, exponent } = binaryParts(size);
  exponent = size === 0 ? 0 : exponent + fractionBits;
  for (; size !== 0 && mantissa >> 52n === 0n; exponent -= 1) mantissa <<= 1n;
  if (precision !== 'shortest' && precision * 4 < fractionBits) {
    const cut = BigInt(fractionBits - precision * 4);
    const half = 1n << (cut - 1n);
    const isOdd = (mantissa >> cut) & 1n;
    mantissa = ((mantissa + half - 1n + isOdd) >> cut) << cut;
    if (mantissa >> 53n !== 0n) {
      mantissa >>= 1n;
      exponent += 1;
    }
  }
  const all = (mantissa & 0xfffffffffffffn).toString(16).padStart(13, '0');
  const digits = precision === 'shortest' ? all.replace(/0+$/, '') : all.slice(0, precision).padEnd(precision, '0');
  return `0x${mantissa >> 52n}${digits && `.${digits}`}p${signed(exponent)}`;
}

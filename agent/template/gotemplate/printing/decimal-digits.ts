/** A float64 that is finite and not negative, in decimal: 0.DIGITS x 10^point. Zero has no digits; the last digit is never 0. */
export interface DecimalDigits {
  readonly digits: string;
  readonly point: number;
}

/** The fewest digits that read back as the same float64, and of those the nearest: in this JavaScript and Go agree. */
export function shortestDigits(value: number): DecimalDigits {
  if (value === 0) return { digits: '', point: 0 };
  const [mantissa = '', exponent = ''] = value.toExponential().split('e');
  return { digits: mantissa.replace('.', ''), point: Number(exponent) + 1 };
}

/** Every digit of the binary value: at most 767 of them. */
export function exactDigits(value: number): DecimalDigits {
  if (value === 0) return { digits: '', point: 0 };
  const { mantissa, exponent } = binaryParts(value);
  const places = exponent < 0 ? -exponent : 0; // m / 2^p is m * 5^p / 10^p.
  const whole = exponent < 0 ? mantissa * 5n ** BigInt(places) : mantissa << BigInt(exponent);
  const digits = whole.toString();
  return { digits: digits.replace(/0+$/, ''), point: digits.length - places };
}

/** Rounded to so many digits, half to even: `toFixed` and `toPrecision` would round a half up. */
export function roundedTo(decimal: DecimalDigits, count: number): DecimalDigits {
  const { digits, point } = decimal;
  if (count >= digits.length) return decimal;
  if (count < 0) return { digits: '', point: 0 };
  const kept = digits.slice(0, count);
  const isUp = roundsUp(digits, count);
  if (!isUp) return { digits: kept.replace(/0+$/, ''), point: kept === '' ? 0 : point };
  const grown = kept.replace(/9+$/, '');
  if (grown === '') return { digits: '1', point: point + 1 };
  return { digits: grown.slice(0, -1) + String(Number(grown.slice(-1)) + 1), point };
}

function roundsUp(digits: string, count: number): boolean {
  const next = digits.charAt(count);
  if (next !== '5' || digits.length > count + 1) return next >= '5';
  return count > 0 && Number(digits.charAt(count - 1)) % 2 === 1;
}

/** value = mantissa x 2^exponent, with the mantissa as a float64 stores it: 53 bits, or fewer when it is subnormal. */
export function binaryParts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  const bits = new DataView(new ArrayBuffer(8));
  bits.setFloat64(0, value);
  const fraction = bits.getBigUint64(0) & 0xfffffffffffffn;
  const biased = (bits.getUint16(0) >> 4) & 0x7ff;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

/** sprig's `round` (gotemplate.md 12.3): away from what a school teaches for negative numbers, whose fraction is below any threshold. */
export function rounded(value: number, places: bigint, threshold: number): number {
  const power = powerOfTen(Number(places));
  const scaled = power * value;
  const fraction = Number.isFinite(scaled) ? scaled % 1 : Number.NaN;
  return (fraction >= threshold ? Math.ceil(scaled) : Math.floor(scaled)) / power;
}

/**
 * Ten to the power of a whole number, with the rounding errors of Go's math.Pow: it multiplies squares of a mantissa below one, and
 * the exact power would give other last digits.
 */
function powerOfTen(power: number): number {
  if (Math.abs(power) > 2000) return power > 0 ? Number.POSITIVE_INFINITY : 0;
  let [square, squareExponent] = [0.625, 4];
  let [mantissa, exponent] = [1, 0];
  for (let bits = Math.abs(power); bits > 0; bits >>= 1) {
    if (bits % 2 === 1) {
      mantissa *= square;
      exponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square *= 2;
      squareExponent -= 1;
    }
  }
  return power < 0 ? timesPowerOfTwo(1 / mantissa, -exponent) : timesPowerOfTwo(mantissa, exponent);
}

/** In two steps, because two to the power of the whole exponent may be out of range where the result is not. */
function timesPowerOfTwo(value: number, exponent: number): number {
  const half = Math.trunc(exponent / 2);
  return value * 2 ** half * 2 ** (exponent - half);
}

/**
 * A float64 as Go's FormatFloat(value, 'f', -1) prints it: the shortest digits that read back, never an exponent
 * (`1e21` -> `1000000000000000000000`).
 */
export function plainDecimal(value: number): string {
  if (!Number.isFinite(value)) return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
  const sign = value < 0 || Object.is(value, -0) ? '-' : '';
  const [mantissa = '', exponent] = Math.abs(value).toString().split('e');
  if (exponent === undefined) return sign + mantissa;
  const [whole = '', fraction = ''] = mantissa.split('.');
  const point = whole.length + Number(exponent);
  const digits = whole + fraction;
  return sign + (point > 0 ? digits.padEnd(point, '0') : `0.${'0'.repeat(-point)}${digits}`);
}

/** A float64 as encoding/json prints it: an exponent below 1e-6 and from 1e21 on. Finite values only. */
export function goJsonFloat(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value);
}

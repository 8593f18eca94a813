import { type DecimalDigits, exactDigits, roundedTo } from '../printing/decimal-digits.ts';
import { formatFloat } from '../printing/float.ts';

/** A float as a key: rounded to 32 bits, with the fewest digits that read back as the same 32 bits. Infinity has YAML's name. */
export function float32Text(value: number): string {
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return '.nan';
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  const size = shortest(Math.abs(rounded));
  return formatFloat(Object.is(rounded, -0) || rounded < 0 ? -size : size, 'g', 'shortest');
}

/** The float64 that has those digits. */
function shortest(size: number): number {
  if (size === 2 ** -12) return 0.00024414063; // Of all floats the one with two nearest, of which Go takes the odd one.
  const exact = exactDigits(size);
  for (let count = 1; count < 9; count += 1) {
    const near = roundedTo(exact, count);
    // Next to a power of two, the digits a step further from zero may do where the nearest don't.
    const found = [near, stepUp(near, count)].map(toNumber).find((each) => Math.fround(each) === size);
    if (found !== undefined) return found;
  }
  return toNumber(roundedTo(exact, 9));
}

function stepUp({ digits, point }: DecimalDigits, count: number): DecimalDigits {
  const next = String(BigInt(digits.padEnd(count, '0')) + 1n);
  return { digits: next, point: point + next.length - count };
}

function toNumber({ digits, point }: DecimalDigits): number {
  return Number(`0.${digits}e${point}`);
}

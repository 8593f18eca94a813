import { formatFloat } from '../printing/float.ts';

/** A float as a key: rounded to 32 bits, with the fewest digits that read back as the same 32 bits. Infinity has YAML's name. */
export function float32Text(value: number): string {
  const rounded = Math.fround(value);
  if (Number.isNaN(rounded)) return '.nan';
  if (!Number.isFinite(rounded)) return rounded > 0 ? '.inf' : '-.inf';
  return formatFloat(shortest(rounded), 'g', 'shortest');
}

/** The float64 that has those digits. */
function shortest(rounded: number): number {
  for (let precision = 1; precision < 9; precision += 1) {
    const near = Number(rounded.toPrecision(precision));
    if (Math.fround(near) === rounded) return near;
    // Next to a power of two, the digits a step further from zero may do where the nearest don't.
    const further = Number(stepUp(rounded.toExponential(precision - 1)));
    if (Math.fround(further) === rounded) return further;
  }
  return Number(rounded.toPrecision(9));
}

function stepUp(digits: string): string {
  const [mantissa = '', exponent = ''] = digits.split('e');
  const whole = BigInt(mantissa.replace('.', ''));
  const places = mantissa.split('.')[1]?.length ?? 0;
  return `${whole < 0n ? whole - 1n : whole + 1n}e${Number(exponent) - places}`;
}

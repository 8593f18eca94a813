/** The text of a float64 as Go's ParseFloat reads it; undefined for what it refuses, also for what is too large. */
export function parseFloat64(text: string): number | undefined {
  if (decimal.test(text)) return inRange(Number(text.replaceAll('_', '')));
  const match = hexadecimal.exec(text);
  if (match !== null) return inRange(hexFloat(match));
  return named(text.toLowerCase());
}

const decimal = /^[+-]?(?:\d(?:_?\d)*(?:\.(?:\d(?:_?\d)*)?)?|\.\d(?:_?\d)*)(?:e[+-]?\d(?:_?\d)*)?$/i;
const hexadecimal =
  /^([+-]?)0x(?:((?:_?[0-9a-f])+)(?:\.((?:[0-9a-f](?:_?[0-9a-f])*)?))?|\.([0-9a-f](?:_?[0-9a-f])*))p([+-]?\d(?:_?\d)*)$/i;

function inRange(value: number): number | undefined {
  return Number.isFinite(value) ? value : undefined;
}

function named(text: string): number | undefined {
  if (text === 'nan') return Number.NaN;
  const match = /^([+-]?)inf(?:inity)?$/.exec(text);
  if (match === null) return undefined;
  return match[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}

/** More hex digits than a float64 holds: past them only counts whether there is anything but zeros. */
const digitsThatCount = 40;

function hexFloat([, sign = '', whole = '', fraction, bareFraction, power = '']: RegExpExecArray): number {
  const digits = whole.replaceAll('_', '');
  const behind = (fraction ?? bareFraction ?? '').replaceAll('_', '');
  const significant = (digits + behind).replace(/^0+/, '');
  const kept = significant.slice(0, digitsThatCount);
  const rest = significant.slice(digitsThatCount);
  const mantissa = BigInt(`0x0${kept}${/[1-9a-f]/i.test(rest) ? '1' : '0'}`);
  const exponent = Number(power.replaceAll('_', '')) + 4 * (rest.length - behind.length - 1);
  return Number(sign + scaled(mantissa, exponent));
}

/** Exactly, in decimal, so that reading it back rounds once, as it should. */
function scaled(mantissa: bigint, exponent: number): string {
  if (mantissa === 0n || exponent < -2000) return '0';
  if (exponent > 2000) return 'Infinity';
  return exponent >= 0 ? String(mantissa << BigInt(exponent)) : `${mantissa * 5n ** BigInt(-exponent)}e${exponent}`;
}

/** Durations as Go's `time.ParseDuration` reads them: what manifests are written for (gotemplate.md 18.1). */

const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);

const unitNs: ReadonlyMap<string, bigint> = new Map([
  ['ns', 1n],
  ['us', 1_000n],
  ['\u00b5s', 1_000n],
  ['\u03bcs', 1_000n],
  ['ms', 1_000_000n],
  ['s', 1_000_000_000n],
  ['m', 60_000_000_000n],
  ['h', 3_600_000_000_000n],
]);

type Parsed = { readonly ns: bigint } | { readonly wrong: string };

/**
 * `1h30m`, `-1.5h`, `300ms` and so on to nanoseconds; `wrong` is Go's own error text. No days, no spaces, no exponents.
 *
 * @param quoted for text that isn't of UTF-8 alone
 */
export function parseGoDuration(text: string, quoted: (text: string) => string = goQuoted): Parsed {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return { ns: 0n };
  const sum = rest === '' ? { wrong: 'invalid' } : sumOfParts(rest, quoted);
  if ('wrong' in sum) return { wrong: `time: ${sum.wrong} duration ${quoted(text)}` };
  const ns = sign === '-' ? -sum.ns : sum.ns;
  return ns > largest || ns < smallest ? { wrong: `time: invalid duration ${quoted(text)}` } : { ns };
}

/** Adds up `1h`, `30m`, `.5s`. Whatever the parts, no sum above 2^63 gets through: it is checked after each. */
function sumOfParts(rest: string, quoted: (text: string) => string): Parsed {
  let sum = 0n;
  for (let at = 0; at < rest.length; ) {
    const [part = '', whole = '', point, fraction = '', unit = ''] = partAt(rest, at);
    const amount = BigInt(whole || '0');
    if ((whole === '' && fraction === '') || amount > largest + 1n) return { wrong: 'invalid' };
    const scale = unitNs.get(unit);
    if (unit === '') return { wrong: 'missing unit in' };
    if (scale === undefined) return { wrong: `unknown unit ${quoted(unit)} in` };
    sum += amount * scale;
    if (point && fraction) sum += fractionNs(fraction, scale);
    if (sum > largest + 1n) return { wrong: 'invalid' };
    at += part.length;
  }
  return { ns: sum };
}

/** Digits, perhaps a point and digits, and a unit that runs to the next digit or point. */
function partAt(rest: string, at: number): readonly (string | undefined)[] {
  const part = /(\d*)(\.)?(\d*)([^.\d]*)/y;
  part.lastIndex = at;
  return part.exec(rest) ?? [];
}

/** Go keeps as many digits of a fraction as fit 63 bits and cuts the product to whole nanoseconds, counted in float64. */
function fractionNs(fraction: string, scale: bigint): bigint {
  let kept = 0n;
  let divisor = 1;
  for (const digit of fraction) {
    const next = kept * 10n + BigInt(digit);
    if (next > largest + 1n) break;
    kept = next;
    divisor *= 10;
  }
  return BigInt(Math.trunc(Number(kept) * (Number(scale) / divisor)));
}

/** Go's `Duration.String`: `1h15m30.918s`, `1.5ms`, `0s`. */
export function formatGoDuration(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  return (ns < 0n ? '-' : '') + (size < 1_000_000_000n ? belowASecond(size) : hoursMinutesSeconds(size));
}

function belowASecond(size: bigint): string {
  if (size === 0n) return '0s';
  if (size < 1_000n) return `${size}ns`;
  if (size < 1_000_000n) return `${decimal(size, 3)}\u00b5s`;
  return `${decimal(size, 6)}ms`;
}

function hoursMinutesSeconds(size: bigint): string {
  const minutes = size / 60_000_000_000n;
  const seconds = `${decimal(size % 60_000_000_000n, 9)}s`;
  if (minutes === 0n) return seconds;
  return minutes < 60n ? `${minutes}m${seconds}` : `${minutes / 60n}h${minutes % 60n}m${seconds}`;
}

/** `amount` / 10^digits without trailing zeros. */
function decimal(amount: bigint, digits: number): string {
  const scale = 10n ** BigInt(digits);
  const fraction = (amount % scale).toString().padStart(digits, '0').replace(/0+$/, '');
  return `${amount / scale}${fraction && `.${fraction}`}`;
}

/** As package time quotes: backslash before `"` and `\`, bytes outside printable ASCII as \xhh. */
function goQuoted(text: string): string {
  let quoted = '';
  for (const byte of Buffer.from(text, 'utf8')) {
    const char = String.fromCharCode(byte);
    if (char === '"' || char === '\\') quoted += `\\${char}`;
    else quoted += byte < 0x20 || byte >= 0x80 ? `\\x${byte.toString(16).padStart(2, '0')}` : char;
  }
  return `"${quoted}"`;
}

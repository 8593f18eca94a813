/** What a plain (unquoted) YAML scalar stands for: a bigint is an integer of 64 bits, a number a float. A string is the text itself. */
export type PlainValue = string | number | bigint | boolean | null;

/**
 * A plain scalar as Go's yaml package resolves it: YAML 1.1 with changes (gotemplate.md 15.3). So `yes` is a boolean, `010` is 8, and
 * `12:30` and dates stay text.
 */
export function resolvePlain(text: string): PlainValue {
  const word = words.get(text);
  if (word !== undefined) return word;
  if (text.startsWith('.')) return pointForm.test(text) ? (finite(text.replaceAll('_', '')) ?? text) : text;
  if (!/^[-+0-9]/.test(text)) return text;
  const digits = text.replaceAll('_', '');
  return integerOf(digits) ?? floatOf(digits) ?? text;
}

const words: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...spelled(['y', 'yes', 'true', 'on'], true),
  ...spelled(['n', 'no', 'false', 'off'], false),
  ...spelled(['', '~', 'null'], null),
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((text) => [text, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((text) => [text, Number.NEGATIVE_INFINITY] as const),
]);

/** Here `_` must stand between digits; elsewhere it may stand anywhere. */
const pointForm = /^\.[0-9]+(_[0-9]+)*([eE][-+]?[0-9]+(_[0-9]+)*)?$/;

/** Lower case, capitalised, upper case: no other mixture counts. */
function spelled<T>(names: readonly string[], value: T): readonly (readonly [string, T])[] {
  return names.flatMap((name) =>
    [name, name.slice(0, 1).toUpperCase() + name.slice(1), name.toUpperCase()].map((each) => [each, value] as const),
  );
}

const integerForm = /^([-+]?)(?:(0[xX])([0-9a-fA-F]+)|(0[bB])([01]+)|(0[oO]?)([0-7]+)|(0|[1-9][0-9]*))$/;

/** An integer with Go's prefixes that fits in 64 bits, with a sign or without one. */
function integerOf(text: string): bigint | undefined {
  // Go takes a sign between prefix and digits of a binary number, too.
  const signed = /^0b([-+])([01]+)$/.exec(text);
  if (signed) return within64(signed[1], '0b', signed[2] ?? '', largestInt);
  const [, sign, hexadecimal, hexDigits, binary, binaryDigits, octal, octalDigits, decimal] = integerForm.exec(text) ?? [];
  const largest = sign ? largestInt : largestUint;
  if (hexadecimal) return within64(sign, '0x', hexDigits ?? '', largest);
  if (binary) return within64(sign, '0b', binaryDigits ?? '', largest);
  if (octal) return within64(sign, '0o', octalDigits ?? '', largest);
  return decimal === undefined ? undefined : within64(sign, '', decimal, largest);
}

const largestInt = 2n ** 63n - 1n;
const largestUint = 2n ** 64n - 1n;

function within64(sign: string | undefined, prefix: string, digits: string, largest: bigint): bigint | undefined {
  const significant = digits.replace(/^0+(?=.)/, '');
  if (significant.length > 64) return undefined;
  const size = BigInt(prefix + significant);
  if (sign === '-') return size <= largest + 1n ? -size : undefined;
  return size <= largest ? size : undefined;
}

function floatOf(text: string): number | undefined {
  return /^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(text) ? finite(text) : undefined;
}

/** What is too large for a float stays text. */
function finite(text: string): number | undefined {
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

const timestampForm =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]| +)([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(Z|[-+]([0-9]{2}):([0-9]{2}))?)?$/;

/** A date, or a date with a time, as Go's yaml package knows them: it quotes a text that looks so. */
export function isTimestamp(text: string): boolean {
  const found = timestampForm.exec(text);
  if (!found) return false;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = found.slice(1, 7).map((digits) => Number(digits ?? 0));
  if (month < 1 || month > 12 || day < 1 || day > daysIn(year, month)) return false;
  if (hour > 23 || minute > 59 || second > 59) return false;
  if (found[4] === undefined) return true;
  const hasZone = found[7] !== undefined;
  // A zone goes with `T`, none with a space.
  if (hasZone === text.includes(' ')) return false;
  return Number(found[8] ?? 0) <= 24 && Number(found[9] ?? 0) <= 60;
}

function daysIn(year: number, month: number): number {
  if (month === 2) return year % 4 === 0 && (year % 100 !== 0 || year % 400 === 0) ? 29 : 28;
  return [4, 6, 9, 11].includes(month) ? 30 : 31;
}

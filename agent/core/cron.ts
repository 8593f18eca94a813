import { parseGoDuration } from './go-duration.ts';

/** When something starts, in UTC. Pure: it holds no clock. */
export interface Schedule {
  /** The first start strictly after this moment, or undefined: none within five years. */
  readonly next: (after: Date) => Date | undefined;
}

/**
 * A 5-field cron line or a descriptor (`@daily`, `@every 1h30m`) as robfig/cron's standard parser reads them: names of months
 * and days, lists, ranges, steps, `?`; Sunday is 0, 7 is refused. Undefined: it does not parse.
 */
export function parseSchedule(text: string): Schedule | undefined {
  if (text.startsWith('@every ')) return everySchedule(text.slice('@every '.length));
  const fields = (descriptors.get(text) ?? text)
    .trim()
    .split(/\s+/)
    .map((field, index) => fieldBits(field, bounds[index]));
  const [minute, hour, dayOfMonth, month, dayOfWeek, ...more] = fields;
  if (!minute || !hour || !dayOfMonth || !month || !dayOfWeek || more.length > 0) return undefined;
  const cron: Cron = { minute, hour, dayOfMonth, month, dayOfWeek };
  return { next: (after) => nextStart(cron, after) };
}

const descriptors: ReadonlyMap<string, string> = new Map([
  ['@yearly', '0 0 1 1 *'],
  ['@annually', '0 0 1 1 *'],
  ['@monthly', '0 0 1 * *'],
  ['@weekly', '0 0 * * 0'],
  ['@daily', '0 0 * * *'],
  ['@midnight', '0 0 * * *'],
  ['@hourly', '0 * * * *'],
]);

/** Counts from the moment that is asked for, in whole seconds: such a schedule has no fixed starts. */
function everySchedule(text: string): Schedule | undefined {
  const every = parseGoDuration(text);
  if ('wrong' in every) return undefined;
  const everyMs = Math.max(1, Math.floor(Number(every.ns) / 1e9)) * 1000;
  return { next: (after) => new Date(Math.floor((after.getTime() + everyMs) / 1000) * 1000) };
}

interface Field {
  readonly values: ReadonlySet<number>;
  /** `*`, `?` or their step 1: leaves the choice of the day to the other day field. */
  readonly isAny: boolean;
}

interface Cron {
  readonly minute: Field;
  readonly hour: Field;
  readonly dayOfMonth: Field;
  readonly month: Field;
  readonly dayOfWeek: Field;
}

interface Bounds {
  readonly min: number;
  readonly max: number;
  /** Lower case, the first stands for `min`. */
  readonly names: readonly string[];
}

const bounds: readonly Bounds[] = [
  { min: 0, max: 59, names: [] },
  { min: 0, max: 23, names: [] },
  { min: 1, max: 31, names: [] },
  { min: 1, max: 12, names: ['jan', 'feb', 'mar', 'apr', 'may', 'jun', 'jul', 'aug', 'sep', 'oct', 'nov', 'dec'] },
  { min: 0, max: 6, names: ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'] },
];

function fieldBits(text: string, limits: Bounds | undefined): Field | undefined {
  if (!limits) return undefined;
  const values = new Set<number>();
  let isAny = false;
  for (const piece of text.split(',').filter((each) => each !== '')) {
    const range = rangeOf(piece, limits);
    if (!range) return undefined;
    for (let value = range.start; value <= range.end; value += range.step) values.add(value);
    isAny ||= range.isAny;
  }
  return { values, isAny };
}

interface Range {
  readonly start: number;
  readonly end: number;
  readonly step: number;
  readonly isAny: boolean;
}

/** `N`, `N-M`, `*`, each perhaps with `/step`; `N/step` runs to the end. */
function rangeOf(piece: string, limits: Bounds): Range | undefined {
  const [span = '', stepText, ...slashes] = piece.split('/');
  const [lowText = '', highText, ...hyphens] = span.split('-');
  if (slashes.length > 0 || hyphens.length > 0) return undefined;
  const isStar = lowText === '*' || lowText === '?';
  const step = stepText === undefined ? 1 : numberOf(stepText, []);
  const start = isStar ? limits.min : numberOf(lowText, limits.names, limits.min);
  const last =
    highText === undefined ? (stepText === undefined ? start : limits.max) : numberOf(highText, limits.names, limits.min);
  const end = isStar ? limits.max : last;
  if (step === undefined || start === undefined || end === undefined) return undefined;
  if (step === 0 || start < limits.min || end > limits.max || start > end) return undefined;
  return { start, end, step, isAny: isStar && step === 1 };
}

function numberOf(text: string, names: readonly string[], first = 0): number | undefined {
  const name = names.indexOf(text.toLowerCase());
  if (name >= 0) return first + name;
  return /^\+?\d{1,9}$/.test(text) ? Number(text) : undefined;
}

/** Goes forward by whole months, days and hours where those don't fit. */
function nextStart(cron: Cron, after: Date): Date | undefined {
  const at = new Date(Math.floor(after.getTime() / 60_000) * 60_000 + 60_000);
  const lastYear = at.getUTCFullYear() + 5;
  while (at.getUTCFullYear() <= lastYear) {
    if (!cron.month.values.has(at.getUTCMonth() + 1)) {
      at.setUTCMonth(at.getUTCMonth() + 1, 1);
      at.setUTCHours(0, 0);
    } else if (!isDay(cron, at)) {
      at.setUTCDate(at.getUTCDate() + 1);
      at.setUTCHours(0, 0);
    } else if (!cron.hour.values.has(at.getUTCHours())) at.setUTCHours(at.getUTCHours() + 1, 0);
    else if (!cron.minute.values.has(at.getUTCMinutes())) at.setUTCMinutes(at.getUTCMinutes() + 1);
    else return at;
  }
  return undefined;
}

/** Both day fields given: either is enough. One of them open: both must hold. */
function isDay({ dayOfMonth, dayOfWeek }: Cron, at: Date): boolean {
  const inMonth = dayOfMonth.values.has(at.getUTCDate());
  const inWeek = dayOfWeek.values.has(at.getUTCDay());
  return dayOfMonth.isAny || dayOfWeek.isAny ? inMonth && inWeek : inMonth || inWeek;
}

import { type CivilDate, civilOf } from './civil.ts';
import type { Instant } from './instant.ts';
import { unixSecondsOf } from './instant.ts';
import { fractionOf, layoutParts, longDays, longMonths } from './layout.ts';
import type { ZoneState } from './location.ts';

interface Shown {
  readonly date: CivilDate;
  readonly hour: number;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  readonly zone: ZoneState;
}

/** `Time.Format` of Go (gotemplate.md 18.2). */
export function formatInstant(instant: Instant, layout: string): string {
  const shown = shownOf(instant);
  return layoutParts(layout)
    .map(({ literal, chunk }) => literal + (chunk && textOf(chunk, shown)))
    .join('');
}

function shownOf(instant: Instant): Shown {
  const unix = unixSecondsOf(instant);
  const zone = instant.location.at(unix);
  const { date, secondOfDay } = civilOf(unix + BigInt(zone.offsetSeconds));
  const hour = Math.floor(secondOfDay / 3600);
  const minute = Math.floor(secondOfDay / 60) % 60;
  return { date, hour, minute, second: secondOfDay % 60, nanosecond: instant.nanosecond, zone };
}

function textOf(chunk: string, shown: Shown): string {
  const fraction = fractionOf(chunk);
  if (fraction) return fractionText(chunk.charAt(0), fraction, shown.nanosecond);
  if (/^[-Z]/.test(chunk)) return offsetText(chunk, shown.zone.offsetSeconds);
  return plainChunks[chunk]?.(shown) ?? '';
}

const plainChunks: Readonly<Record<string, (shown: Shown) => string>> = {
  '2006': ({ date }) => digits(date.year, 4),
  '06': ({ date }) => digits(Math.abs(date.year) % 100, 2),
  January: ({ date }) => longMonths[date.month - 1] ?? '',
  Jan: ({ date }) => (longMonths[date.month - 1] ?? '').slice(0, 3),
  '1': ({ date }) => digits(date.month, 1),
  '01': ({ date }) => digits(date.month, 2),
  '2': ({ date }) => digits(date.day, 1),
  '02': ({ date }) => digits(date.day, 2),
  _2: ({ date }) => String(date.day).padStart(2),
  '002': ({ date }) => digits(date.yearDay, 3),
  __2: ({ date }) => String(date.yearDay).padStart(3),
  Monday: ({ date }) => longDays[date.weekday] ?? '',
  Mon: ({ date }) => (longDays[date.weekday] ?? '').slice(0, 3),
  '15': ({ hour }) => digits(hour, 2),
  '3': ({ hour }) => digits(hour % 12 || 12, 1),
  '03': ({ hour }) => digits(hour % 12 || 12, 2),
  '4': ({ minute }) => digits(minute, 1),
  '04': ({ minute }) => digits(minute, 2),
  '5': ({ second }) => digits(second, 1),
  '05': ({ second }) => digits(second, 2),
  PM: ({ hour }) => (hour >= 12 ? 'PM' : 'AM'),
  pm: ({ hour }) => (hour >= 12 ? 'pm' : 'am'),
  MST: ({ zone }) => zone.abbreviation || offsetText('-0700', zone.offsetSeconds),
};

function digits(value: number, width: number): string {
  return (value < 0 ? '-' : '') + String(Math.abs(value)).padStart(width, '0');
}

function fractionText(
  point: string,
  { digits: count, isTrimmed }: { digits: number; isTrimmed: boolean },
  nanosecond: number,
): string {
  const text = point + digits(nanosecond, 9).slice(0, count);
  return isTrimmed ? text.replace(/0+$/, '').replace(/^[.,]$/, '') : text;
}

/** Whole minutes decide on the sign, as in Go: half a minute to the west is `+00:00:-30`. */
function offsetText(chunk: string, offsetSeconds: number): string {
  if (chunk.startsWith('Z') && offsetSeconds === 0) return 'Z';
  const minutes = Math.trunc(offsetSeconds / 60);
  const seconds = (minutes < 0 ? -offsetSeconds : offsetSeconds) % 60;
  const parts = [Math.floor(Math.abs(minutes) / 60), Math.abs(minutes) % 60, seconds];
  const shown = parts.slice(0, chunk.replace(/[^0-9]/g, '').length / 2).map((part) => digits(part, 2));
  return (minutes < 0 ? '-' : '+') + shown.join(chunk.includes(':') ? ':' : '');
}

import { GoError } from '../go-error.ts';
import { daysIn, isLeap, unixOf } from './civil.ts';
import { addSeconds, fromUnix, type Instant } from './instant.ts';
import { type LayoutPart, layoutParts } from './layout.ts';
import { fixedZone, local, utc } from './location.ts';
import { type Fields, readChunk } from './read-chunk.ts';

/** `time.ParseInLocation` of Go in a process without a zone of its own (gotemplate.md 18.3). */
export function parseTime(layout: string, value: string): Instant {
  const fields = readAll(layout, value);
  const date = dateOf(fields, value);
  if (date.day < 1 || date.day > daysIn(date.month, fields.year)) throw outOfRange(value, 'day');
  const unix = unixOf({
    year: BigInt(fields.year),
    month: BigInt(date.month),
    day: BigInt(date.day),
    secondOfDay: BigInt((hourOf(fields) * 60 + fields.minute) * 60 + fields.second),
  });
  return inZone(fields, fromUnix(unix, fields.nanosecond));
}

function readAll(layout: string, value: string): Fields {
  let fields: Fields = nothing;
  let rest = value;
  const parts = layoutParts(layout);
  for (const [at, part] of parts.entries()) {
    rest = skipLiteral(part, rest, layout, value);
    if (part.chunk === '') break;
    const result = readChunk(part.chunk, rest, parts[at + 1]?.chunk ?? '');
    if (result === undefined) throw cannotParse(value, layout, rest, part.chunk);
    if ('outOfRange' in result) throw outOfRange(value, result.outOfRange);
    fields = { ...fields, ...result.fields };
    rest = result.rest;
  }
  if (rest !== '') throw complaint(value, `: extra text: ${quoted(rest)}`);
  return fields;
}

const nothing: Fields = { year: 0, hour: 0, minute: 0, second: 0, nanosecond: 0 };

/** A run of spaces matches any run, none at the end included. */
function skipLiteral({ literal }: LayoutPart, rest: string, layout: string, value: string): string {
  let left = rest;
  for (const [piece] of literal.matchAll(/ +|[^ ]/g)) {
    if (piece.startsWith(' ')) {
      if (left !== '' && !left.startsWith(' ')) throw cannotParse(value, layout, left, literal);
      left = left.replace(/^ +/, '');
    } else {
      if (!left.startsWith(piece)) throw cannotParse(value, layout, left, literal);
      left = left.slice(1);
    }
  }
  return left;
}

/** A day of the year must agree with month and day if those are given too. */
function dateOf({ year, month, day, yearDay }: Fields, value: string): { readonly month: number; readonly day: number } {
  if (yearDay === undefined) return { month: month ?? 1, day: day ?? 1 };
  if (yearDay < 1 || yearDay > (isLeap(year) ? 366 : 365)) throw outOfRange(value, 'day-of-year');
  let [monthOfDay, rest] = [1, yearDay];
  while (rest > daysIn(monthOfDay, year)) {
    rest -= daysIn(monthOfDay, year);
    monthOfDay += 1;
  }
  if (month !== undefined && month !== monthOfDay) throw complaint(value, ': day-of-year does not match month');
  if (day !== undefined && day !== rest) throw complaint(value, ': day-of-year does not match day');
  return { month: monthOfDay, day: rest };
}

function hourOf({ hour, isAm, isPm }: Fields): number {
  if (isPm && hour < 12) return hour + 12;
  return isAm && hour === 12 ? 0 : hour;
}

/** An abbreviation says nothing of the offset, but for `GMT+3`. One second to the west is no offset to Go. */
function inZone({ isUtc, offsetSeconds, abbreviation = '' }: Fields, instant: Instant): Instant {
  if (isUtc) return { ...instant, location: utc };
  if (offsetSeconds !== undefined && offsetSeconds !== -1) {
    const isLocal = offsetSeconds === 0 && (abbreviation === '' || abbreviation === 'UTC');
    const location = isLocal ? local : fixedZone(abbreviation, offsetSeconds);
    return { ...addSeconds(instant, BigInt(-offsetSeconds)), location };
  }
  if (abbreviation === '') return { ...instant, location: local };
  const hours = /^GMT([+-][0-9]+)$/.exec(abbreviation)?.[1] ?? '0';
  return { ...instant, location: fixedZone(abbreviation, Number(hours) * 3600 + 0) };
}

function cannotParse(value: string, layout: string, rest: string, part: string): GoError {
  return new GoError(`parsing time ${quoted(value)} as ${quoted(layout)}: cannot parse ${quoted(rest)} as ${quoted(part)}`);
}

function outOfRange(value: string, what: string): GoError {
  return complaint(value, `: ${what} out of range`);
}

function complaint(value: string, what: string): GoError {
  return new GoError(`parsing time ${quoted(value)}${what}`);
}

/** Package time has a way of its own to quote. */
export function quoted(text: string): string {
  const escaped = text
    .replace(/["\\]/g, '\\$&')
    .replace(/[^ -\x7f]/g, (byte) => `\\x${byte.charCodeAt(0).toString(16).padStart(2, '0')}`);
  return `"${escaped}"`;
}

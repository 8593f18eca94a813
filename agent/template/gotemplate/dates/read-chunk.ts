import { fractionOf, longDays, longMonths } from './layout.ts';
import { readAbbreviation, readOffset } from './read-zone.ts';

/** What has been read of a time so far. */
export interface Fields {
  readonly year: number;
  readonly month?: number;
  readonly day?: number;
  readonly yearDay?: number;
  readonly hour: number;
  readonly isAm?: boolean;
  readonly isPm?: boolean;
  readonly minute: number;
  readonly second: number;
  readonly nanosecond: number;
  readonly isUtc?: boolean;
  readonly offsetSeconds?: number;
  readonly abbreviation?: string;
}

/** Undefined if the text is no such thing at all. */
export type Read = { readonly fields: Partial<Fields>; readonly rest: string } | { readonly outOfRange: string } | undefined;

/** Reads what a chunk of a layout stands for from the beginning of a text. */
export function readChunk(chunk: string, text: string, nextChunk: string): Read {
  const fraction = fractionOf(chunk);
  if (fraction) return fraction.isTrimmed ? readAnyFraction(text) : readFraction(text, fraction.digits);
  if (/^[-Z]/.test(chunk)) return readOffset(chunk, text);
  if (chunk === '05' || chunk === '5') return readSecond(chunk, text, nextChunk);
  return readers[chunk]?.(text);
}

type Reader = (text: string) => Read;

const readers: Readonly<Record<string, Reader>> = {
  '2006': (text) => withNumber(/^[0-9]{4}/, text, (year) => ({ year })),
  '06': readShortYear,
  January: nameReader(longMonths, (month) => ({ month: month + 1 })),
  Jan: nameReader(longMonths.map(short), (month) => ({ month: month + 1 })),
  '1': (text) =>
    inRange(
      'month',
      1,
      12,
      withNumber(/^[0-9]{1,2}/, text, (month) => ({ month })),
    ),
  '01': (text) =>
    inRange(
      'month',
      1,
      12,
      withNumber(/^[0-9]{2}/, text, (month) => ({ month })),
    ),
  Monday: nameReader(longDays, () => ({})),
  Mon: nameReader(longDays.map(short), () => ({})),
  '2': (text) => withNumber(/^[0-9]{1,2}/, text, (day) => ({ day })),
  _2: (text) => withNumber(/^[0-9]{1,2}/, text.replace(/^ /, ''), (day) => ({ day })),
  '02': (text) => withNumber(/^[0-9]{2}/, text, (day) => ({ day })),
  __2: (text) => withNumber(/^[0-9]{1,3}/, text.replace(/^ {1,2}/, ''), (yearDay) => ({ yearDay })),
  '002': (text) => withNumber(/^[0-9]{3}/, text, (yearDay) => ({ yearDay })),
  '15': (text) =>
    inRange(
      'hour',
      0,
      23,
      withNumber(/^[0-9]{1,2}/, text, (hour) => ({ hour })),
    ),
  '3': (text) =>
    inRange(
      'hour',
      0,
      12,
      withNumber(/^[0-9]{1,2}/, text, (hour) => ({ hour })),
    ),
  '03': (text) =>
    inRange(
      'hour',
      0,
      12,
      withNumber(/^[0-9]{2}/, text, (hour) => ({ hour })),
    ),
  '4': (text) =>
    inRange(
      'minute',
      0,
      59,
      withNumber(/^[0-9]{1,2}/, text, (minute) => ({ minute })),
    ),
  '04': (text) =>
    inRange(
      'minute',
      0,
      59,
      withNumber(/^[0-9]{2}/, text, (minute) => ({ minute })),
    ),
  PM: halfReader('AM', 'PM'),
  pm: halfReader('am', 'pm'),
  MST: readAbbreviation,
};

function short(name: string): string {
  return name.slice(0, 3);
}

function withNumber(digits: RegExp, text: string, fields: (value: number) => Partial<Fields>): Read {
  const [found] = digits.exec(text) ?? [];
  return found === undefined ? undefined : { fields: fields(Number(found)), rest: text.slice(found.length) };
}

/** For readers of one field. */
function inRange(what: string, least: number, most: number, read: Read): Read {
  if (read === undefined || 'outOfRange' in read) return read;
  const isOutside = Object.values(read.fields).some((value) => Number(value) < least || Number(value) > most);
  return isOutside ? { outOfRange: what } : read;
}

/** Go takes a sign for one of the two characters. */
function readShortYear(text: string): Read {
  return withNumber(/^(?:[0-9]{2}|[+-][0-9])/, text, (year) => ({ year: fullYear(year) }));
}

/** Unix time began in 1969 in some zones. */
function fullYear(year: number): number {
  return year >= 69 ? year + 1900 : year + 2000;
}

/** Without regard to case. */
function nameReader(names: readonly string[], fields: (index: number) => Partial<Fields>): Reader {
  return (text) => {
    const index = names.findIndex((name) => text.slice(0, name.length).toLowerCase() === name.toLowerCase());
    const name = names[index];
    return name === undefined ? undefined : { fields: fields(index), rest: text.slice(name.length) };
  };
}

function halfReader(am: string, pm: string): Reader {
  return (text) => {
    const found = text.slice(0, 2);
    if (found !== am && found !== pm) return undefined;
    return { fields: found === am ? { isAm: true } : { isPm: true }, rest: text.slice(2) };
  };
}

/** A fraction may follow that the layout doesn't have. */
function readSecond(chunk: string, text: string, nextChunk: string): Read {
  const read = inRange(
    'second',
    0,
    59,
    withNumber(chunk === '05' ? /^[0-9]{2}/ : /^[0-9]{1,2}/, text, (second) => ({ second })),
  );
  if (read === undefined || 'outOfRange' in read || fractionOf(nextChunk)) return read;
  const fraction = readAnyFraction(read.rest);
  return { fields: { ...read.fields, ...fraction.fields }, rest: fraction.rest };
}

function readAnyFraction(text: string): Exclude<Read, undefined | { outOfRange: string }> {
  const [found = ''] = /^[.,][0-9]+/.exec(text) ?? [];
  return { fields: found === '' ? {} : { nanosecond: nanosecondOf(found.slice(1)) }, rest: text.slice(found.length) };
}

/** As many characters as the layout has, of which the first may be a sign: Go reads them as a number. */
function readFraction(text: string, digits: number): Read {
  const [, found] = new RegExp(`^[.,](.{${digits}})`, 's').exec(text) ?? [];
  if (found === undefined || !/^[+-]?[0-9]*$/.test(found.slice(0, 9))) return undefined;
  const nanosecond = nanosecondOf(found);
  return nanosecond < 0 ? { outOfRange: 'fractional second' } : { fields: { nanosecond }, rest: text.slice(digits + 1) };
}

/** Nine digits count. */
function nanosecondOf(digits: string): number {
  const counted = digits.slice(0, 9);
  return Number(/[0-9]$/.test(counted) ? counted : 0) * 10 ** (9 - counted.length) + 0;
}

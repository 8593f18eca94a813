import { formatGoDuration, parseGoDuration } from '../../../core/go-duration.ts';
import { formatInstant } from '../dates/format.ts';
import { GoTime } from '../dates/go-time.ts';
import { addNs, fromUnixMs, type Instant, nsBetween, roundDuration, unixSecondsOf, zeroInstant } from '../dates/instant.ts';
import { htmlLayout, instantIn } from '../dates/instant-in.ts';
import { local } from '../dates/location.ts';
import { parseTime, quoted } from '../dates/parse.ts';
import { GoError } from '../go-error.ts';
import { decodeLoosely, encodeLoosely } from '../loose-utf8.ts';
import { GoInt, type GoObject, type GoValue, goString } from '../value.ts';
import { clampedToInt64 } from './cast.ts';
import type { FunctionFamily } from './family.ts';

/** Times and durations (gotemplate.md 12.9, 18). */
export const functions: FunctionFamily<'dates'> = (world) => {
  const now = (): Instant => fromUnixMs(world.now());
  const instantOf = (value: GoValue): Instant => instantIn(value) ?? now();
  const date = (layout: string, value: GoValue): string => formatInstant({ ...instantOf(value), location: local }, layout);
  return {
    now: () => new GoTime(now()),
    toDate: (layout, text) => new GoTime(parsedOrZero(layout, text)),
    mustToDate: (layout, text) => new GoTime(parseTime(layout, text)),
    date,
    htmlDate: (value) => date(htmlLayout, value),
    dateModify: (duration, time) => modified(time, durationOf(duration).ns),
    date_modify: (duration, time) => modified(time, durationOf(duration).ns),
    mustDateModify: (duration, time) => modified(time, mustDurationOf(duration)),
    must_date_modify: (duration, time) => modified(time, mustDurationOf(duration)),
    ago: (value) => durationText(roundDuration(nsBetween(now(), instantOf(value)), second)),
    duration: (value) => durationText(BigInt.asIntN(64, secondsOf(value) * second)),
    durationRound: (value) => largestUnit(nsOf(value, now)),
    unixEpoch: (time) => String(unixSecondsOf(instantIn(time) ?? zeroInstant)),
  };
};

function parsedOrZero(layout: string, text: string): Instant {
  try {
    return parseTime(layout, text);
  } catch (error) {
    if (error instanceof GoError) return zeroInstant;
    throw error;
  }
}

function modified(time: GoObject, ns: bigint): GoObject {
  return time instanceof GoTime ? new GoTime(addNs(time.instant, ns)) : time;
}

/** A wrong duration counts as none. */
function durationOf(text: string): { readonly ns: bigint; readonly wrong?: string } {
  const parsed = parseGoDuration(decodeLoosely(text), (piece) => quoted(encodeLoosely(piece)));
  return 'wrong' in parsed ? { ns: 0n, wrong: parsed.wrong } : parsed;
}

function mustDurationOf(text: string): bigint {
  const { ns, wrong } = durationOf(text);
  if (wrong !== undefined) throw new GoError(wrong);
  return ns;
}

function durationText(ns: bigint): string {
  return goString(formatGoDuration(ns));
}

/** An `int` is 0: sprig looks for an `int64`. */
function secondsOf(value: GoValue): bigint {
  if (value instanceof GoInt) return value.type === 'int64' ? value.value : 0n;
  return typeof value === 'string' ? parseSeconds(value) : 0n;
}

/** Go's ParseInt without its error: what is no number is 0, unless its digits have left 64 bits before it turns out to be none. */
function parseSeconds(text: string): bigint {
  const [, sign = '', zeros = '', digits = '', rest = ''] = /^([+-]?)(0*)([0-9]*)(.*)$/s.exec(text) ?? [];
  const size = BigInt(digits.slice(0, 21));
  if (size < 2n ** 64n && (rest !== '' || zeros + digits === '')) return 0n;
  return clampedToInt64(sign === '-' ? -size : size);
}

function nsOf(value: GoValue, now: () => Instant): bigint {
  if (typeof value === 'string') return durationOf(value).ns;
  if (value instanceof GoTime) return nsBetween(now(), value.instant);
  return value instanceof GoInt && value.type === 'int64' ? value.value : 0n;
}

const second = 1_000_000_000n;
const units = [
  ['y', 365n * 86400n * second],
  ['mo', 30n * 86400n * second],
  ['d', 86400n * second],
  ['h', 3600n * second],
  ['m', 60n * second],
  ['s', second],
] as const;

/** In the largest unit that is strictly exceeded. */
function largestUnit(ns: bigint): string {
  const size = ns < 0n ? -ns : ns;
  const [name, unit] = units.find(([, each]) => size > each) ?? [];
  return name === undefined || unit === undefined ? '0s' : `${size / unit}${name}`;
}

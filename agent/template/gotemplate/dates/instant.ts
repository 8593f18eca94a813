import { civilOf, unixOf } from './civil.ts';
import { type Location, local, utc } from './location.ts';

/** A point in time as Go has it. */
export interface Instant {
  /** Since January 1 of year 1: what Go counts from, and so where its 64 bits end. */
  readonly seconds: bigint;
  /** 0 to 999,999,999. */
  readonly nanosecond: number;
  readonly location: Location;
}

/** What a failed parse gives: year 1. */
export const zeroInstant: Instant = { seconds: 0n, nanosecond: 0, location: utc };

const unixToInternal = 62135596800n;
const billion = 1_000_000_000n;
const largest = 2n ** 63n - 1n;
const smallest = -(2n ** 63n);

export function fromUnix(unix: bigint, nanosecond = 0, location: Location = local): Instant {
  return { seconds: BigInt.asIntN(64, unix + unixToInternal), nanosecond, location };
}

export function fromUnixMs(ms: number): Instant {
  const seconds = Math.floor(ms / 1000);
  return fromUnix(BigInt(seconds), Math.floor((ms - seconds * 1000) * 1_000_000));
}

export function unixSecondsOf({ seconds }: Instant): bigint {
  return BigInt.asIntN(64, seconds - unixToInternal);
}

/** Go's `Add`: stops at the ends of 64 bits. */
export function addNs(instant: Instant, ns: bigint): Instant {
  const sum = BigInt(instant.nanosecond) + (ns % billion);
  const carry = sum >= billion ? 1n : sum < 0n ? -1n : 0n;
  return { ...addSeconds(instant, ns / billion + carry), nanosecond: Number(sum - carry * billion) };
}

export function addSeconds(instant: Instant, seconds: bigint): Instant {
  const sum = instant.seconds + seconds;
  return { ...instant, seconds: sum > largest ? largest : sum < smallest ? -largest : sum };
}

/** Go's `Sub`: the nearest that 64 bits of nanoseconds hold. */
export function nsBetween(later: Instant, earlier: Instant): bigint {
  const ns = (later.seconds - earlier.seconds) * billion + BigInt(later.nanosecond - earlier.nanosecond);
  return ns > largest ? largest : ns < smallest ? smallest : ns;
}

export function compareInstants(a: Instant, b: Instant): number {
  if (a.seconds !== b.seconds) return a.seconds < b.seconds ? -1 : 1;
  return Math.sign(a.nanosecond - b.nanosecond);
}

/** Go's `AddDate`: January 31 and a month is March 3. */
export function addDate(instant: Instant, years: bigint, months: bigint, days: bigint): Instant {
  const unix = unixSecondsOf(instant);
  const offset = BigInt(instant.location.at(unix).offsetSeconds);
  const { date, secondOfDay } = civilOf(unix + offset);
  const moved = unixOf({
    year: BigInt.asIntN(64, BigInt(date.year) + years),
    month: BigInt.asIntN(64, BigInt(date.month) + months),
    day: BigInt.asIntN(64, BigInt(date.day) + days),
    secondOfDay: BigInt(secondOfDay),
  });
  return fromUnix(moved - offset, instant.nanosecond, instant.location);
}

/** Counted from year 1, in UTC. */
export function truncateTo(instant: Instant, ns: bigint): Instant {
  return ns <= 0n ? instant : addNs(instant, -remainder(instant, ns));
}

/** Halves go up. */
export function roundTo(instant: Instant, ns: bigint): Instant {
  if (ns <= 0n) return instant;
  const rest = remainder(instant, ns);
  return addNs(instant, 2n * rest < ns ? -rest : ns - rest);
}

function remainder({ seconds, nanosecond }: Instant, ns: bigint): bigint {
  const rest = (seconds * billion + BigInt(nanosecond)) % ns;
  return rest < 0n ? rest + ns : rest;
}

/** Go's `Duration.Round`: halves away from zero, and never beyond 64 bits. */
export function roundDuration(ns: bigint, unit: bigint): bigint {
  if (unit <= 0n) return ns;
  const size = ns < 0n ? -ns : ns;
  const rest = size % unit;
  const rounded = 2n * rest < unit ? size - rest : size - rest + unit;
  if (ns < 0n) return -rounded < smallest ? smallest : -rounded;
  return rounded > largest ? largest : rounded;
}

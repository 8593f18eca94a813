import { namedInteger } from '../printing/named-integer.ts';
import { GoInt, type GoMethod, type GoValue, int64 } from '../value.ts';
import { roundDuration } from './instant.ts';

/** A method of `time.Duration`, `time.Month` or `time.Weekday`. */
export function integerMethod(value: GoInt, name: string): GoMethod | undefined {
  const text = namedInteger(value);
  if (text === undefined) return undefined;
  if (name === 'String') return { signature: 'String() string', call: () => text };
  const method = value.type === 'time.Duration' ? durationMethods.get(name) : undefined;
  return method && { signature: method.signature, call: (argument) => method.call(value.value, argument) };
}

interface DurationMethod {
  readonly signature: string;
  readonly call: (ns: bigint, argument: GoValue | undefined) => GoValue;
}

const hour = 3_600_000_000_000n;
const minute = 60_000_000_000n;
const second = 1_000_000_000n;

const durationMethods: ReadonlyMap<string, DurationMethod> = new Map(
  [
    method('Hours() float64', (ns) => fractional(ns, hour)),
    method('Minutes() float64', (ns) => fractional(ns, minute)),
    method('Seconds() float64', (ns) => fractional(ns, second)),
    method('Milliseconds() int64', (ns) => int64(ns / 1_000_000n)),
    method('Microseconds() int64', (ns) => int64(ns / 1_000n)),
    method('Nanoseconds() int64', (ns) => int64(ns)),
    method('Abs() time.Duration', (ns) => duration(ns < -largest ? largest : ns < 0n ? -ns : ns)),
    method('Round(time.Duration) time.Duration', (ns, unit) => duration(roundDuration(ns, nsOf(unit)))),
    method('Truncate(time.Duration) time.Duration', (ns, unit) => duration(nsOf(unit) <= 0n ? ns : ns - (ns % nsOf(unit)))),
  ].map((each) => [each.signature.slice(0, each.signature.indexOf('(')), each]),
);

const largest = 2n ** 63n - 1n;

function method(signature: string, call: DurationMethod['call']): DurationMethod {
  return { signature, call };
}

function duration(ns: bigint): GoInt {
  return new GoInt('time.Duration', ns);
}

/** Go adds the whole part and the fraction as float64. */
function fractional(ns: bigint, unit: bigint): number {
  return Number(ns / unit) + Number(ns % unit) / Number(unit);
}

/** The caller has checked the type. */
function nsOf(value: GoValue | undefined): bigint {
  return value instanceof GoInt ? value.value : 0n;
}

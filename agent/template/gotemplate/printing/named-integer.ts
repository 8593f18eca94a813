import { formatGoDuration } from '../../../core/go-duration.ts';
import { type GoInt, goString } from '../value.ts';

/** The String method of an integer type that has one: `January`, `Monday`, `1h0m0s`. */
export function namedInteger({ type, value }: GoInt): string | undefined {
  if (type === 'time.Duration') return goString(formatGoDuration(value));
  if (type === 'time.Month') return months[Number(value) - 1] ?? `%!Month(${BigInt.asUintN(64, value)})`;
  if (type === 'time.Weekday') return days[Number(value)] ?? `%!Weekday(${BigInt.asUintN(64, value)})`;
  return undefined;
}

const months: readonly string[] = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
];

const days: readonly string[] = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'];

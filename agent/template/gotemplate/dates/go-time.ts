import { GoError } from '../go-error.ts';
import { GoInt, type GoMethod, GoObject, type GoValue, int, int64, NilPointer } from '../value.ts';
import { civilOf } from './civil.ts';
import { formatInstant } from './format.ts';
import {
  addDate,
  addNs,
  compareInstants,
  type Instant,
  nsBetween,
  roundTo,
  truncateTo,
  unixSecondsOf,
  zeroInstant,
} from './instant.ts';
import { longMonths } from './layout.ts';
import { type Location, local, utc } from './location.ts';
import { quoted } from './parse.ts';

/** `time.Time` (gotemplate.md 12.9). */
export class GoTime extends GoObject {
  override readonly type = 'time.Time';
  override readonly goKind = 'struct';
  readonly instant: Instant;

  constructor(instant: Instant) {
    super();
    this.instant = instant;
  }

  override text(): string {
    return formatInstant(this.instant, '2006-01-02 15:04:05.999999999 -0700 MST');
  }

  /** RFC 3339 has four digits for the year and offsets of less than a day. */
  override json(): string {
    const text = formatInstant(this.instant, '2006-01-02T15:04:05.999999999Z07:00');
    if (text.charAt(4) !== '-') throw new GoError('Time.MarshalJSON: year outside of range [0,9999]', 'fixed');
    const [, hour] = /[+-](\d+):\d\d$/.exec(text) ?? [];
    if (Number(hour ?? 0) > 23) throw new GoError('Time.MarshalJSON: timezone hour outside of range [0,23]', 'fixed');
    return `"${text}"`;
  }

  override method(name: string): GoMethod | undefined {
    const method = methods.get(name);
    return method && { signature: method.signature, call: (...args) => method.call(this.instant, ...args) };
  }

  override goSyntax(): string {
    return goSyntax(this.instant);
  }

  /** Nobody can read them; a zone is a pointer in Go, nil for UTC, and else to what has no text of its own here. */
  override insides(): readonly (readonly [string, GoValue])[] {
    const secondsToUnix = 62_135_596_800n;
    const seconds = unixSecondsOf(this.instant) + secondsToUnix;
    return [
      ['wall', new GoInt('uint64', BigInt(this.instant.nanosecond))],
      ['ext', int64(seconds)],
      ['loc', new NilPointer('*time.Location')],
    ];
  }

  /** Go compares the fields, and so the zones, and not the points in time. */
  override equals(other: GoObject): boolean {
    if (!(other instanceof GoTime)) return false;
    return compareInstants(this.instant, other.instant) === 0 && this.instant.location === other.instant.location;
  }
}

/** `*time.Location`: a template can print it, and hand it to `In`. */
class GoLocation extends GoObject {
  override readonly type = '*time.Location';
  override readonly goKind = 'ptr';
  readonly location: Location;

  constructor(location: Location) {
    super();
    this.location = location;
  }

  override text(): string {
    return this.location.name;
  }

  override method(name: string): GoMethod | undefined {
    return name === 'String' ? { signature: 'String() string', call: () => this.text() } : undefined;
  }

  override equals(other: GoObject): boolean {
    return other instanceof GoLocation && other.location === this.location;
  }
}

interface Method {
  readonly signature: string;
  readonly call: (self: Instant, ...args: readonly GoValue[]) => GoValue;
}

const methods: ReadonlyMap<string, Method> = new Map(
  [
    method('String() string', (self) => new GoTime(self).text()),
    method('GoString() string', (self) => goSyntax(self)),
    method('Format(string) string', (self, layout) => formatInstant(self, String(layout))),
    method('Unix() int64', (self) => int64(unixSecondsOf(self))),
    method('UnixMilli() int64', (self) => unixIn(self, 1_000n)),
    method('UnixMicro() int64', (self) => unixIn(self, 1_000_000n)),
    method('UnixNano() int64', (self) => unixIn(self, 1_000_000_000n)),
    method('UTC() time.Time', (self) => new GoTime({ ...self, location: utc })),
    method('Local() time.Time', (self) => new GoTime({ ...self, location: local })),
    method('In(*time.Location) time.Time', (self, location) => new GoTime({ ...self, location: locationOf(location) })),
    method('Location() *time.Location', (self) => new GoLocation(self.location)),
    method('Year() int', (self) => int(dateIn(self).year)),
    method('Month() time.Month', (self) => new GoInt('time.Month', BigInt(dateIn(self).month))),
    method('Day() int', (self) => int(dateIn(self).day)),
    method('YearDay() int', (self) => int(dateIn(self).yearDay)),
    method('Weekday() time.Weekday', (self) => new GoInt('time.Weekday', BigInt(dateIn(self).weekday))),
    method('Hour() int', (self) => int(Math.floor(secondOfDayIn(self) / 3600))),
    method('Minute() int', (self) => int(Math.floor(secondOfDayIn(self) / 60) % 60)),
    method('Second() int', (self) => int(secondOfDayIn(self) % 60)),
    method('Nanosecond() int', (self) => int(self.nanosecond)),
    method('Add(time.Duration) time.Time', (self, ns) => new GoTime(addNs(self, integer(ns)))),
    method('AddDate(int, int, int) time.Time', (self, years, months, days) => {
      return new GoTime(addDate(self, integer(years), integer(months), integer(days)));
    }),
    method('Sub(time.Time) time.Duration', (self, other) => new GoInt('time.Duration', nsBetween(self, instantOf(other)))),
    method('Truncate(time.Duration) time.Time', (self, ns) => new GoTime(truncateTo(self, integer(ns)))),
    method('Round(time.Duration) time.Time', (self, ns) => new GoTime(roundTo(self, integer(ns)))),
    method('IsZero() bool', (self) => compareInstants(self, zeroInstant) === 0),
    method('IsDST() bool', () => false),
    method('After(time.Time) bool', (self, other) => compareInstants(self, instantOf(other)) > 0),
    method('Before(time.Time) bool', (self, other) => compareInstants(self, instantOf(other)) < 0),
    method('Equal(time.Time) bool', (self, other) => compareInstants(self, instantOf(other)) === 0),
    method('Compare(time.Time) int', (self, other) => int(compareInstants(self, instantOf(other)))),
    manyResults('Date() (int, time.Month, int)'),
    manyResults('Clock() (int, int, int)'),
    manyResults('ISOWeek() (int, int)'),
    manyResults('Zone() (string, int)'),
    manyResults('ZoneBounds() (time.Time, time.Time)'),
  ].map((each) => [each.signature.slice(0, each.signature.indexOf('(')), each]),
);

function method(signature: string, call: Method['call']): Method {
  return { signature, call };
}

/** The caller refuses it by its signature. */
function manyResults(signature: string): Method {
  return method(signature, () => null);
}

function inZone(instant: Instant): ReturnType<typeof civilOf> {
  const unix = unixSecondsOf(instant);
  return civilOf(unix + BigInt(instant.location.at(unix).offsetSeconds));
}

function dateIn(instant: Instant): ReturnType<typeof civilOf>['date'] {
  return inZone(instant).date;
}

function secondOfDayIn(instant: Instant): number {
  return inZone(instant).secondOfDay;
}

function unixIn(instant: Instant, unitsPerSecond: bigint): GoInt {
  const fraction = (BigInt(instant.nanosecond) * unitsPerSecond) / 1_000_000_000n;
  return int64(unixSecondsOf(instant) * unitsPerSecond + fraction);
}

/** As `%#v` prints it. */
function goSyntax(instant: Instant): string {
  const { date, secondOfDay } = inZone(instant);
  const clock = [Math.floor(secondOfDay / 3600), Math.floor(secondOfDay / 60) % 60, secondOfDay % 60, instant.nanosecond];
  const { location } = instant;
  const zone = location === utc ? 'UTC' : location === local ? 'Local' : `Location(${quoted(location.name)})`;
  return `time.Date(${date.year}, time.${longMonths[date.month - 1]}, ${date.day}, ${clock.join(', ')}, time.${zone})`;
}

/** The caller has checked the types of arguments: what follows only tells TypeScript. */
function integer(value: GoValue | undefined): bigint {
  return value instanceof GoInt ? value.value : 0n;
}

function instantOf(value: GoValue | undefined): Instant {
  return value instanceof GoTime ? value.instant : zeroInstant;
}

function locationOf(value: GoValue | undefined): Location {
  if (value instanceof GoLocation) return value.location;
  throw new GoError('time: missing Location in call to Time.In', 'fixed');
}

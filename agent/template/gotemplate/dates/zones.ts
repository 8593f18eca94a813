import packed from 'moment-timezone/data/packed/latest.json' with { type: 'json' };
import { type Location, local, utc, type ZoneState } from './location.ts';

/** The tz database as moment-timezone packs it: every change of a zone from its first to the year 2499. */
interface Zone {
  readonly states: readonly ZoneState[];
  /** Which state is in force before the first change and from each change on. */
  readonly order: readonly number[];
  /** In seconds since 1970. */
  readonly changes: readonly number[];
}

const loaded = new Map<string, Location>();

/** The zone of a name such as `Europe/Berlin`, as `time.LoadLocation` finds it; undefined when there is none. */
export function loadLocation(name: string): Location | undefined {
  if (name === '' || name === 'UTC') return utc;
  if (name === 'Local') return local;
  const known = loaded.get(name) ?? fixedLocation(name);
  if (known) return known;
  const line = lineOf(name);
  if (line === undefined) return undefined;
  const zone = unpack(line);
  const location: Location = { name, at: (unix) => stateAt(zone, unix) };
  loaded.set(name, location);
  return location;
}

/** Newer data make these links to cities; where External Secrets Operator runs they have no history. */
const fixedHours: Readonly<Record<string, number>> = { EST: -5, MST: -7, HST: -10 };

function fixedLocation(name: string): Location | undefined {
  const hours = Object.hasOwn(fixedHours, name) ? fixedHours[name] : undefined;
  return hours === undefined ? undefined : { name, at: () => ({ abbreviation: name, offsetSeconds: hours * 3600 }) };
}

function lineOf(name: string): string | undefined {
  const link = packed.links.find((each) => each.endsWith(`|${name}`));
  const target = link === undefined || name.includes('|') ? name : link.slice(0, link.indexOf('|'));
  return packed.zones.find((each) => each.startsWith(`${target}|`));
}

/** `name|abbreviations|offsets|order|differences|population`; numbers are to the base of 60, in minutes, and offsets count westwards. */
function unpack(line: string): Zone {
  const [, abbreviations = '', offsets = '', order = '', differences = ''] = line.split('|');
  const names = abbreviations.split(' ');
  return {
    states: offsets.split(' ').map((offset, at) => ({
      abbreviation: names[at] ?? '',
      offsetSeconds: -Math.round(minutesOf(offset) * 60) + 0, // No -0.
    })),
    order: [...order].map(digitOf),
    changes: changesOf(differences),
  };
}

function changesOf(differences: string): readonly number[] {
  if (differences === '') return [];
  let minutes = 0;
  return differences.split(' ').map((difference) => {
    minutes += minutesOf(difference);
    return Math.round(minutes * 60);
  });
}

function minutesOf(text: string): number {
  const [whole = '', fraction = ''] = text.replace('-', '').split('.');
  const minutes = [...whole].reduce((sum, digit) => sum * 60 + digitOf(digit), 0);
  const rest = [...fraction].reduceRight((sum, digit) => (sum + digitOf(digit)) / 60, 0);
  return text.startsWith('-') ? -(minutes + rest) : minutes + rest;
}

/** 0-9, a-z, A-X. */
function digitOf(digit: string): number {
  return '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWX'.indexOf(digit);
}

const lastYear = BigInt(Date.UTC(2498, 0) / 1000);
/** After 400 years the calendar repeats, weekdays included, and so do the rules by which a zone changes. */
const cycle = 146097n * 86400n;

function stateAt({ states, order, changes }: Zone, unix: bigint): ZoneState {
  const within = unix < lastYear ? unix : lastYear - cycle + ((unix - lastYear) % cycle);
  const next = changes.findIndex((change) => within < BigInt(change));
  const state = states[order[next < 0 ? changes.length : next] ?? 0];
  return state ?? { abbreviation: 'UTC', offsetSeconds: 0 };
}

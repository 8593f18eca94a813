/** A time zone. Two times are the same to `==` only if their locations are the same object. */
export interface Location {
  /** As its String method has it. */
  readonly name: string;
  /** What is in force at a time in seconds since 1970. */
  readonly at: (unix: bigint) => ZoneState;
}

export interface ZoneState {
  /** Empty if all that is known is an offset. */
  readonly abbreviation: string;
  readonly offsetSeconds: number;
}

const always = (name: string, state: ZoneState): Location => ({ name, at: () => state });

export const utc = always('UTC', { abbreviation: 'UTC', offsetSeconds: 0 });

/** External Secrets Operator runs without a zone of its own. */
export const local = always('UTC', { abbreviation: 'UTC', offsetSeconds: 0 });

const wholeHours = new Map<number, Location>();

/** Go keeps one object for each whole hour from -12 to +14 without a name. */
export function fixedZone(abbreviation: string, offsetSeconds: number): Location {
  const hours = offsetSeconds / 3600;
  if (abbreviation !== '' || !Number.isInteger(hours) || hours < -12 || hours > 14) {
    return always(abbreviation, { abbreviation, offsetSeconds });
  }
  const known = wholeHours.get(hours) ?? always(abbreviation, { abbreviation, offsetSeconds });
  wholeHours.set(hours, known);
  return known;
}

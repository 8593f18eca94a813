import { createHash } from 'node:crypto';

/** Decisions that a seed and an index fix. */
export interface Chance {
  /** From 0 to below the limit. */
  readonly below: (limit: number) => number;
  /** Both ends are possible. */
  readonly between: (low: number, high: number) => number;
  readonly happens: (probability: number) => boolean;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** By weight; the choices are given as pairs so that a table reads as one. */
  readonly weighted: <T>(choices: readonly (readonly [weight: number, choice: T])[]) => T;
  readonly times: <T>(low: number, high: number, make: (index: number) => T) => T[];
}

export function chanceOf(seed: string, index: number): Chance {
  const digest = createHash('sha256').update(`${seed}/${index}`).digest();
  let [a, b, c, counter] = [0, 4, 8, 12].map((at) => digest.readUInt32LE(at)) as [number, number, number, number];
  // The generator "sfc32": small, fast, and good enough for tests.
  const next = (): number => {
    const sum = (a + b + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = ((c << 21) | (c >>> 11)) + sum;
    c |= 0;
    return (sum >>> 0) / 2 ** 32;
  };
  const below = (limit: number): number => Math.floor(next() * limit);
  const between = (low: number, high: number): number => low + below(high - low + 1);
  const pick = <T>(choices: readonly T[]): T => {
    if (choices.length === 0) throw new RangeError('nothing to pick from');
    return choices[below(choices.length)] as T;
  };
  const weighted = <T>(choices: readonly (readonly [number, T])[]): T => {
    let rest = next() * choices.reduce((sum, [weight]) => sum + weight, 0);
    for (const [weight, choice] of choices) {
      rest -= weight;
      if (rest < 0) return choice;
    }
    return pick(choices)[1];
  };
  return {
    below,
    between,
    happens: (probability) => next() < probability,
    pick,
    weighted,
    times: (low, high, make) => Array.from({ length: between(low, high) }, (_, index) => make(index)),
  };
}

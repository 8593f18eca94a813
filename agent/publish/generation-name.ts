import { randomInt } from 'node:crypto';

/** `..g12_2026_11_22_10_15_30.123456789`: number, UTC, chance. The names that kubelet makes begin with two dots as well. */
const form = /^\.\.g([1-9]\d{0,14})_\d{4}(?:_\d\d){5}\.\d{9}$/;

/**
 * A new name each time, for a retry of the same number, too. Not a hash of the files: anyone could test guesses against the name.
 * `now` in ms since the epoch.
 */
export function newGenerationName(generation: number, now: number): string {
  const time = new Date(now).toISOString().slice(0, 19).replace(/[-T:]/g, '_');
  const chance = String(randomInt(1_000_000_000)).padStart(9, '0');
  return `..g${generation}_${time}.${chance}`;
}

/** The generation's number, or undefined when this is not the name of one. */
export function generationNumber(name: string): number | undefined {
  const digits = form.exec(name)?.[1];
  return digits === undefined ? undefined : Number(digits);
}

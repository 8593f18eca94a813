import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';

const startedAt = performance.now();

/** One line of the timeline. */
export function say(text: string): void {
  process.stdout.write(`${((performance.now() - startedAt) / 1000).toFixed(3).padStart(7)} s  ${text}\n`);
}

/** Throws when it doesn't come to pass in half a minute. */
export async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  for (const endAt = performance.now() + 30_000; performance.now() < endAt; ) {
    if (await holds()) return;
    await sleep(5);
  }
  throw new Error(`it did not come to pass in 30 s that ${what}`);
}

/** '' for a file that isn't there. */
export function readText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

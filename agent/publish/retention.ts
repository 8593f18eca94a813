import type { FoundGeneration } from './scan.ts';

/** A timer may fire a little before its time by the wall clock. */
const slackMs = 20;

/** How long older generations stay. */
export interface RetentionRules {
  readonly keepPreviousMs: number;
  /** However young they are. What is wanted is kept in any case. */
  readonly keepAtMost: number;
}

/** Remembers since when an older generation has been nobody's. Empty after a restart: then all stay their full time again. */
export interface Retention {
  /** `..data` has just left this generation. */
  readonly superseded: (generation: FoundGeneration, now: number) => void;
  /** Which of `previous` (oldest first) may go, when those with a number in `wanted` must stay. */
  readonly expired: (
    previous: readonly FoundGeneration[],
    wanted: ReadonlySet<number>,
    now: number,
  ) => readonly FoundGeneration[];
  /** The order in which older generations are given up when space lacks: the oldest first, what is wanted last. */
  readonly dropOrder: (previous: readonly FoundGeneration[]) => readonly FoundGeneration[];
}

export function retention({ keepPreviousMs, keepAtMost }: RetentionRules): Retention {
  const lastNeededAt = new Map<string, number>();
  let lastWanted: ReadonlySet<number> = new Set();
  return {
    superseded: ({ name }, now) => {
      lastNeededAt.set(name, now);
    },
    expired: (previous, wanted, now) => {
      for (const { name, number } of previous) {
        if (wanted.has(number) || lastWanted.has(number) || !lastNeededAt.has(name)) lastNeededAt.set(name, now);
      }
      lastWanted = wanted;
      forgetOthers(lastNeededAt, previous);
      const free = previous.filter(({ number }) => !wanted.has(number));
      const tooMany = Math.max(0, previous.length - keepAtMost);
      return free.filter(({ name }, i) => i < tooMany || (lastNeededAt.get(name) ?? now) + keepPreviousMs <= now + slackMs);
    },
    dropOrder: (previous) => [
      ...previous.filter(({ number }) => !lastWanted.has(number)),
      ...previous.filter(({ number }) => lastWanted.has(number)),
    ],
  };
}

function forgetOthers(times: Map<string, number>, generations: readonly FoundGeneration[]): void {
  const names = new Set(generations.map(({ name }) => name));
  for (const name of times.keys()) if (!names.has(name)) times.delete(name);
}

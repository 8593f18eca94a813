/** Wakes whoever waits for a change. */
export interface Bell {
  readonly ring: () => void;
  /** How often it rang so far. */
  readonly rings: () => number;
  /** Resolves at the next ring after the `seen`-th (after the last one, unless given), or after `ms`. */
  readonly wait: (ms: number, seen?: number) => Promise<void>;
}

export function bell(): Bell {
  let rings = 0;
  const waiting = new Set<() => void>();
  return {
    ring() {
      rings += 1;
      for (const wake of waiting) wake();
    },
    rings: () => rings,
    async wait(ms, seen = rings) {
      if (seen !== rings) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(done, ms);
        waiting.add(done);
        function done(): void {
          clearTimeout(timer);
          waiting.delete(done);
          resolve();
        }
      });
    },
  };
}

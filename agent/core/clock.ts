/** Time and chance as parameters, so that a test can hold them still. */
export interface Clock {
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Milliseconds that no clock setting moves; absent: `performance.now`. */
  readonly monotonicMs?: () => number;
  /** From 0 up to, not including, 1. */
  readonly random: () => number;
  /** Resolves after `ms`, or at once when `signal` aborts. Never rejects. */
  readonly sleep: (ms: number, signal: AbortSignal) => Promise<void>;
}

/** setTimeout takes 32 bits; what is longer fires at once, so longer waits are cut into pieces. */
const longestTimeoutMs = 2 ** 31 - 1;

export const systemClock: Clock = { now: Date.now, random: Math.random, sleep };

async function sleep(ms: number, signal: AbortSignal): Promise<void> {
  for (let leftMs = ms; leftMs > 0 && !signal.aborted; leftMs -= longestTimeoutMs) {
    await pause(Math.min(leftMs, longestTimeoutMs), signal);
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal.addEventListener('abort', done);
  });
}

import { LimitExceeded } from './go-error.ts';

export interface TemplateLimits {
  /** Nodes visited, and things looked at by functions; 10 million unless given. */
  readonly steps?: number;
  /** Of the output, and of each text on the way; 1 MiB unless given. */
  readonly outputBytes?: number;
  /** 1,000 unless given. Looked at every few thousand steps. */
  readonly timeoutMs?: number;
}

/** What a template may use up. All throw LimitExceeded. */
export interface Budget {
  readonly outputBytes: number;
  readonly spend: (steps: number) => void;
  readonly room: (size: number) => void;
  /** Runs what is slow by its nature: making keys, hashing passwords. Its time doesn't count, up to ten seconds in all. */
  readonly untimed: <T>(work: () => T) => T;
}

const stepsBetweenLooks = 4_096;
const mostUntimedMs = 10_000;

/** One run's budget. */
export function openBudget({ steps: allowed = 10_000_000, outputBytes = 1 << 20, timeoutMs = 1_000 }: TemplateLimits): Budget {
  let [deadline, untimedLeft] = [performance.now() + timeoutMs, mostUntimedMs];
  let [spent, lookAt] = [0, stepsBetweenLooks];
  return {
    outputBytes,
    spend: (steps) => {
      spent += steps;
      if (spent > allowed) throw new LimitExceeded(`the template takes more than ${allowed} steps`);
      if (spent < lookAt) return;
      lookAt = spent + stepsBetweenLooks;
      if (performance.now() > deadline) throw new LimitExceeded(`the template runs for more than ${timeoutMs} ms`);
    },
    room: (size) => {
      if (size > outputBytes) throw new LimitExceeded(`the template makes something larger than ${outputBytes} bytes`);
    },
    untimed: (work) => {
      const startedAt = performance.now();
      const result = work();
      const took = Math.min(untimedLeft, performance.now() - startedAt);
      [deadline, untimedLeft] = [deadline + took, untimedLeft - took];
      return result;
    },
  };
}

import { AgentError } from '../../core/agent-error.ts';
import type { Clock } from '../../core/clock.ts';

/** How long a login goes on trying by itself, before the store's own backoff takes over. */
export interface Patience {
  readonly attempts: number;
  /** No further attempt after this time. */
  readonly withinMs: number;
  /** Full jitter up to this, doubled each time up to 1 s. */
  readonly firstPauseMs: number;
}

/** STS has answers of its own for "try again" (IDPCommunicationError), and they are gone in a moment. */
export const stsPatience: Patience = { attempts: 3, withinMs: 5_000, firstPauseMs: 200 };

/** On a new node the Pod Identity agent comes up tens of seconds after the first pods (aws.md 6); sub-second tries, so that none is wasted. */
export const podIdentityPatience: Patience = { attempts: 60, withinMs: 25_000, firstPauseMs: 250 };

/** Runs `attempt` until it doesn't throw IDENTITY_UNAVAILABLE, or patience is over: then the last error is thrown. */
export async function patiently<T>(
  attempt: () => Promise<T>,
  { attempts, withinMs, firstPauseMs }: Patience,
  clock: Clock,
): Promise<T> {
  const startedAt = clock.now();
  for (let tried = 1; ; tried += 1) {
    try {
      return await attempt();
    } catch (error) {
      const isTransient = error instanceof AgentError && error.code === 'IDENTITY_UNAVAILABLE';
      if (!isTransient || tried >= attempts || clock.now() - startedAt >= withinMs) throw error;
    }
    const ceiling = Math.min(1_000, firstPauseMs * 2 ** (tried - 1));
    // A floor, because a service that is down must not be asked in a tight loop.
    await clock.sleep(50 + clock.random() * ceiling, new AbortController().signal);
  }
}

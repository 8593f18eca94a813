import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { Store } from '../../core/spec.ts';
import { retryBudget } from '../retry-budget.ts';
import { slots } from '../slots.ts';
import { attempt, type Counterpart, type Request } from './attempt.ts';
import { attemptsOf, backoffMs, longestMs } from './backoff.ts';
import type { Failure } from './errors.ts';

/** Calls the API of one store: a few at once, under one budget of retries. Every failure is an AgentError. */
export interface Caller {
  readonly call: <T>(request: Request<T>, round: Round) => Promise<T>;
}

/** One read or search. What fails for the store as a whole ends it: a store that is down isn't asked a thousand times. */
export interface Round {
  readonly signal: AbortSignal;
  /** Failures of the network or the service, without a success in between. */
  failuresInARow: number;
  stopped: AgentError | undefined;
}

export function newRound(signal: AbortSignal): Round {
  return { signal, failuresInARow: 0, stopped: undefined };
}

export interface CallerOptions extends Omit<Counterpart, 'store'> {
  readonly store: Pick<Store, 'id' | 'retry'>;
  /** Gets new credentials although there are some. */
  readonly refresh: () => Promise<void>;
  /** How many calls at once. */
  readonly atOnce: number;
}

export function awsCaller({ store, service, effects, refresh, atOnce }: CallerOptions): Caller {
  const { clock } = effects;
  const within = slots(atOnce);
  const budget = retryBudget();
  let refreshes = 0;
  /** Throttled is the account, not one call: all calls of the store wait. */
  let pausedUntil = 0;

  return {
    async call(request, round) {
      try {
        return await within(() => perform(request, round));
      } catch (error) {
        if (error instanceof AgentError) note(error, request, round);
        throw error;
      }
    },
  };

  async function perform<T>(request: Request<T>, round: Round): Promise<T> {
    let refreshed = false;
    for (let tries = 1; ; ) {
      if (pausedUntil > clock.now()) await clock.sleep(pausedUntil - clock.now(), round.signal);
      if (round.stopped) throw round.stopped;
      const refreshesBefore = refreshes;
      const outcome = await attempt(request, { store: store.id, service, effects }, round.signal);
      if (outcome.kind === 'done') {
        budget.give();
        round.failuresInARow = 0;
        return outcome.value;
      }
      if (outcome.failure.meaning.remedy === 'refresh' && !refreshed) {
        refreshed = true;
        await refreshOnce(refreshesBefore);
      } else {
        if (!(await waited(request, outcome.failure, tries, round.signal))) throw outcome.error;
        tries += 1;
      }
    }
  }

  /** Others may have done it while this call was under way. */
  async function refreshOnce(refreshesBefore: number): Promise<void> {
    if (refreshes !== refreshesBefore) return;
    await refresh();
    refreshes += 1;
  }

  /** False: not again. Else waits as long as it should, and true. */
  async function waited(request: Request<unknown>, failure: Failure, tries: number, signal: AbortSignal): Promise<boolean> {
    const attempts = Math.min(attemptsOf(store.retry), request.failure === 'alone' ? 2 : Number.POSITIVE_INFINITY);
    if (failure.meaning.remedy !== 'backoff' || tries >= attempts) return false;
    // What is longer is the refresher's to wait for: nothing else of the store should stand in line here.
    if ((failure.retryAfterMs ?? 0) > longestMs) return false;
    if (!budget.take()) return false;
    const isThrottled = failure.meaning.code === 'STORE_THROTTLED';
    const delayMs = Math.max(backoffMs(tries, isThrottled, store.retry, clock), failure.retryAfterMs ?? 0);
    if (isThrottled) pausedUntil = Math.max(pausedUntil, clock.now() + delayMs);
    await clock.sleep(delayMs, signal);
    return true;
  }
}

/** After so many calls in a row that the store didn't answer, the rest of a round is given up. */
const failuresToStop = 3;

function note(error: AgentError, request: Request<unknown>, round: Round): void {
  const kind = errorClass(error);
  if (kind === 'unavailable') round.failuresInARow += 1;
  const isThrottled = kind === 'throttled' && request.failure !== 'alone';
  const ends = isThrottled || kind === 'auth' || error.code === 'IDENTITY_UNAVAILABLE';
  if (ends || round.failuresInARow >= failuresToStop) round.stopped ??= error;
}

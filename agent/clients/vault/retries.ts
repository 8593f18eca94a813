import { errorClass } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import type { Store } from '../../core/spec.ts';
import { type RetryBudget, retryBudget } from '../retry-budget.ts';
import { failureToAgentError } from './errors.ts';
import { meaningOf } from './meaning.ts';
import { type VaultAnswer, type VaultClient, VaultFailure, type VaultRequest } from './wire.ts';

/** What all calls of one store share: what retries may cost, and a pause that the server asked for. */
export interface VaultRetries {
  readonly store: Pick<Store, 'id' | 'retry'>;
  readonly effects: Pick<Effects, 'clock' | 'onRequest'>;
  readonly budget: RetryBudget;
  /** Throttled is the client, not one call: all calls of the store wait. */
  pausedUntil: number;
}

/** One for each store. */
export function vaultRetries(store: VaultRetries['store'], effects: VaultRetries['effects']): VaultRetries {
  return { store, effects, budget: retryBudget(), pausedUntil: 0 };
}

/** Vault's own client tries twice more, unless `retrySettings` is there (eso.md 2.1). */
function attemptsOf({ retry }: VaultRetries['store']): number {
  return 1 + Math.max(0, retry === undefined ? 2 : (retry.maxRetries ?? 0));
}

const baseMs = 250;
/** What is longer is the refresher's to wait for: nothing else of the store should stand in line here. */
const longestMs = 60_000;

/** After so many tries a standby that is behind is asked to forward. */
const patientTries = 4;

/**
 * Sends until it is answered, while trying again makes sense (vault.md 3, R-37), and tells metrics of every try. Throws the last VaultFailure;
 * `failureToAgentError` makes the letter of it.
 */
export async function callWithRetries(
  client: VaultClient,
  request: VaultRequest,
  retries: VaultRetries,
  signal: AbortSignal,
): Promise<VaultAnswer> {
  const { clock } = retries.effects;
  const tries: Tries = { all: 0, behind: 0 };
  for (;;) {
    if (retries.pausedUntil > clock.now()) await clock.sleep(retries.pausedUntil - clock.now(), signal);
    const isForwarded = tries.behind >= patientTries;
    try {
      const answer = await attempt(client, isForwarded ? { ...request, consistency: 'forward' } : request, retries, signal);
      retries.budget.give();
      return answer;
    } catch (failure) {
      if (!(failure instanceof VaultFailure) || signal.aborted) throw failure;
      const delayMs = pauseMs(failure, request, tries, retries);
      if (delayMs === undefined || isForwarded || !retries.budget.take()) throw failure;
      if (failure.status === 429) retries.pausedUntil = Math.max(retries.pausedUntil, clock.now() + delayMs);
      await clock.sleep(delayMs, signal);
    }
  }
}

interface Tries {
  all: number;
  /** Of these, how many found the node behind. */
  behind: number;
}

/** How long to wait for the next try; undefined: there is none. */
function pauseMs(
  failure: VaultFailure,
  request: VaultRequest,
  tries: Tries,
  { store, effects }: VaultRetries,
): number | undefined {
  const { status, reason, retryAfterMs = 0 } = failure;
  if (!meaningOf(failure).isTransient || retryAfterMs > longestMs) return undefined;
  if (request.makes === 'lease' && failure.mayHaveArrived && !wasTurnedAway(failure)) return undefined;
  const random = effects.clock.random();
  if (status === 412 && reason === undefined) {
    tries.behind += 1;
    return Math.max(50 + random * 450, retryAfterMs);
  }
  tries.all += 1;
  if (tries.all >= attemptsOf(store)) return undefined;
  const asked = store.retry?.retryIntervalMs ?? 0;
  const ownMs = asked > 0 ? asked : random * Math.min(longestMs, baseMs * 2 ** Math.min(tries.all - 1, 20));
  return Math.max(ownMs, retryAfterMs);
}

/** Vault itself said that it didn't begin: a quota, a node that is behind, a standby, a seal. */
function wasTurnedAway({ status, reason }: VaultFailure): boolean {
  return reason === undefined && [412, 429, 472, 473, 503].includes(status);
}

async function attempt(
  client: VaultClient,
  request: VaultRequest,
  { store, effects: { clock, onRequest } }: VaultRetries,
  signal: AbortSignal,
): Promise<VaultAnswer> {
  const { operation, subject } = request;
  const startedAt = clock.now();
  const tell = (outcome: 'ok' | ReturnType<typeof errorClass>): void =>
    onRequest({ store: store.id, operation, class: outcome, seconds: Math.max(0, clock.now() - startedAt) / 1000 });
  try {
    const answer = await client.request(request, signal);
    tell(answer.status === 404 ? 'missing' : 'ok');
    return answer;
  } catch (failure) {
    const isOurs = signal.aborted || !(failure instanceof VaultFailure);
    if (!isOurs) tell(errorClass(failureToAgentError(failure, { store: store.id, operation, subject, ...purposeOf(request) })));
    throw failure;
  }
}

/** Every login goes there, and nothing else does (vault.md 5). */
function purposeOf({ path }: VaultRequest): { readonly purpose?: 'login' } {
  return /^auth\/.+\/login(\/|$)/.test(path) ? { purpose: 'login' } : {};
}

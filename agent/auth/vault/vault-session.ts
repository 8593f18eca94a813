import { type VaultClient, VaultFailure } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import { keepTokens, takeOver } from './kept-tokens.ts';
import type { LeasingSession, VaultLogin } from './login.ts';
import type { Held, SessionState, VaultSessionWorld } from './session-state.ts';
import { careFor } from './token-care.ts';
import { tokenRequests } from './token-requests.ts';
import { endOf, usableUntil } from './token-schedule.ts';
import { obtain } from './token-supply.ts';
import { judge } from './token-verdict.ts';

/**
 * The life of one store's token (vault.md 6): nothing happens before the first one is asked for; from then on it is kept alive in the
 * background. A session causes no refresh: a new token changes nothing about what was read with the old one.
 */
export function vaultSession(login: VaultLogin, client: VaultClient, world: VaultSessionWorld): LeasingSession {
  const nowMs = world.monotonicMs ?? (() => performance.now());
  const startCare = (held: Held, start: 'due' | 'now'): void => {
    state.care.abort();
    state.care = new AbortController();
    void careFor(state, held, state.care.signal, start);
  };
  const state: SessionState = {
    ...{ login, world, nowMs, startCare, requests: tokenRequests(client, login.identity, world.namespace) },
    ...{
      retired: [],
      recall: 'due',
      recalled: [],
      failures: 0,
      notBeforeMs: 0,
      earlyDeaths: 0,
      refusedLookUps: 0,
      lookUp: 'works',
      phase: 'open',
    },
    ...{ driftMs: world.clock.now() - nowMs(), care: new AbortController(), end: new AbortController() },
  };
  return {
    token: async (signal) => (await current(state, signal)).token.value,
    replaceIfDead: async (rejected, signal, errors = []) => {
      const { held } = state;
      if (!held?.token.value.equals(rejected)) return true;
      if (!state.judging?.token.value.equals(rejected))
        state.judging = { token: held.token, verdict: verdictOn(state, held, errors) };
      return wanted(state.judging.verdict, signal);
    },
    grip: async (signal) => {
      const { id, token } = await current(state, signal);
      return { id, value: token.value };
    },
    endsAt: (id) => (state.held?.id === id ? Number.POSITIVE_INFINITY : endOfRetired(state, id)),
    canRevoke: (id) => {
      const one = [...(state.held ? [state.held] : []), ...state.retired].find((each) => each.id === id);
      return one?.token.isOurs === true && one.token.kind === 'service';
    },
    renounce: (id) => renounce(state, id),
    drop: (id) => drop(state, id),
    close: (end) => close(state, end ?? world.atEnd),
  };
}

async function current(state: SessionState, signal: AbortSignal): Promise<Held> {
  if (state.phase === 'closed') throw new AgentError('IDENTITY_UNAVAILABLE', `The session of ${state.login.identity} is closed`);
  const { held } = state;
  if (!held || state.nowMs() >= usableUntil(held.life)) return wanted(obtain(state), signal);
  hasten(state, held);
  return held;
}

/** A wall clock that ran ahead tells of a suspended machine, where monotonic time stood still: the token may be older than it seems (S6). */
function hasten(state: SessionState, held: Held): void {
  const driftMs = state.world.clock.now() - state.nowMs();
  const leapMs = driftMs - state.driftMs;
  if (leapMs > 10_000) state.startCare(held, 'now');
  if (leapMs > 10_000 || leapMs < 0) state.driftMs = driftMs;
}

function verdictOn(state: SessionState, held: Held, errors: readonly string[]): Promise<boolean> {
  return judge(state, held, errors).finally(() => {
    state.judging = undefined;
  });
}

/** What others wait for as well goes on when one of them gives up. */
async function wanted<T>(shared: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise, reject } = Promise.withResolvers<never>();
  const giveUp = (): void => reject(new AgentError('IDENTITY_UNAVAILABLE', 'Waiting for a Vault token was given up'));
  if (signal.aborted) giveUp();
  signal.addEventListener('abort', giveUp);
  try {
    return await Promise.race([shared, promise]);
  } finally {
    signal.removeEventListener('abort', giveUp);
  }
}

function endOfRetired({ retired, nowMs }: SessionState, id: string): number {
  const one = retired.find((each) => each.id === id);
  return one && nowMs() < endOf(one.life) ? endOf(one.life) : 0;
}

function renounce(state: SessionState, id: string): void {
  const { held } = state;
  if (held?.id !== id) return;
  state.held = undefined;
  state.retired = [...state.retired, held];
  state.care.abort();
}

async function drop(state: SessionState, id: string): Promise<boolean> {
  const one = state.retired.find((each) => each.id === id);
  if (!one) return true;
  if (one.token.isOurs && one.token.kind === 'service') {
    const isDone = await state.requests.revoke(one.token, state.end.signal).then(
      () => true,
      (failure: unknown) => failure instanceof VaultFailure && failure.status === 403, // It is dead already.
    );
    if (!isDone) return false;
  }
  state.retired = state.retired.filter((each) => each !== one);
  await keepTokens(state);
  return true;
}

/** Revoking is worth this long a wait, no longer: the pod has seconds to end. */
const longestEndMs = 2_000;

/** Revokes what we made and still lives; a login under way is waited for, or nobody would know its token. Never rejects. */
async function close(state: SessionState, end: 'revoke' | 'keep'): Promise<void> {
  if (state.phase === 'closed') return;
  state.phase = 'closed';
  state.care.abort();
  const done = new AbortController();
  const work = end === 'revoke' ? revokeAll(state) : state.underWay?.catch(() => undefined);
  await Promise.race([work, state.world.clock.sleep(longestEndMs, done.signal)]);
  done.abort();
  if (end === 'revoke') await state.world.keep?.record.remove().catch(() => undefined);
  state.end.abort();
}

async function revokeAll(state: SessionState): Promise<void> {
  await state.underWay?.catch(() => undefined);
  const adopt = (found: Held): void => {
    state.held = found;
  };
  await takeOver(state, adopt).catch(() => false); // Handed over to us, and never used.
  const { held, retired, requests, world, login } = state;
  // Batch tokens can't be revoked.
  const ours = [...(held ? [held] : []), ...retired].filter(
    ({ token, life }) => token.isOurs && token.kind === 'service' && state.nowMs() < endOf(life),
  );
  const ends = await Promise.allSettled(ours.map(({ token }) => requests.revoke(token, state.end.signal)));
  const failed = ends.filter(({ status }) => status === 'rejected').length;
  if (failed > 0)
    world.log.warn({ identity: login.identity, tokens: failed }, 'a Vault token could not be revoked; it ends by itself');
}

import { AgentError, asAgentError, errorClass } from '../../core/agent-error.ts';
import { idOf, keepTokens, takeOver } from './kept-tokens.ts';
import type { VaultToken } from './login.ts';
import type { Held, SessionState } from './session-state.ts';
import { endOf, loginPauseMs } from './token-schedule.ts';

/** A new token: one login in flight, however many ask. After a failure the same error is told until its pause is over. Throws AgentErrors. */
export function obtain(state: SessionState): Promise<Held> {
  state.underWay ??= obtainOnce(state).finally(() => {
    state.underWay = undefined;
  });
  return state.underWay;
}

/** What an earlier agent of this pod had is taken over before a login is thought of. */
async function obtainOnce(state: SessionState): Promise<Held> {
  const { login, world } = state;
  if (state.failure && state.nowMs() < state.notBeforeMs) throw state.failure;
  const sentAtMs = state.nowMs();
  try {
    if ((await takeOver(state, (held) => putToUse(state, held))) && state.held) return state.held;
    const token = await login.login(state.end.signal);
    refuseLimited(state, token);
    const id = idOf(state, token);
    await keepTokens(state, { id, token });
    world.onLogin?.(login.method, 'ok');
    state.failures = 0;
    return adopt(state, token, sentAtMs, id);
  } catch (caught) {
    const error = asAgentError(caught, 'IDENTITY_UNAVAILABLE', `The login of ${login.identity} failed for an unknown reason`);
    world.onLogin?.(login.method, errorClass(error));
    state.failures += 1;
    state.failure = error;
    const kind = ['unavailable', 'throttled'].includes(errorClass(error)) ? 'down' : 'refused';
    const pauseMs = loginPauseMs(kind, state.failures, world.clock.random());
    state.notBeforeMs = state.nowMs() + Math.max(pauseMs, error.retryAfterMs ?? 0);
    throw error;
  }
}

/** Each request would use it up (vault.md R-17); what we made and can't use is given back. */
function refuseLimited({ login, requests, end }: SessionState, token: VaultToken): void {
  if (token.uses === 0) return;
  if (token.isOurs) requests.revoke(token, end.signal).catch(() => undefined);
  throw new AgentError(
    'IDENTITY_REFUSED',
    `The token of ${login.identity} is good for ${token.uses} requests only, and an agent reads for as long as its pod lives`,
    {
      hint: 'Set token_num_uses of the role to 0 (or give a token made without -use-limit).',
    },
  );
}

/** Puts a token to use, after a login (then it has its id from there) or a renewal (`from` is what was renewed). */
export function adopt(state: SessionState, token: VaultToken, sentAtMs: number, from: Held | string): Held {
  const before = typeof from === 'string' ? undefined : from;
  const grantedMs = token.ttlSeconds * 1_000;
  return putToUse(state, {
    id: typeof from === 'string' ? from : from.id,
    token,
    life: {
      ...{ sentAtMs, grantedMs, fullMs: Math.max(grantedMs, before?.life.fullMs ?? 0), isOurs: token.isOurs },
      isRenewable: token.isRenewable && token.kind === 'service',
    },
    loggedInAtMs: before?.loggedInAtMs ?? state.nowMs(),
  });
}

function putToUse(state: SessionState, held: Held): Held {
  retire(state, held);
  state.held = held;
  state.world.onToken?.(held.token.ttlSeconds);
  if (state.phase === 'open') state.startCare(held, 'due');
  return held;
}

/** The one that was in use, if it lives on beside the new one; those that have ended are forgotten. */
function retire(state: SessionState, next: Held): void {
  const { held, nowMs } = state;
  const replaced = held && held.id !== next.id ? [held] : [];
  state.retired = [...state.retired, ...replaced].filter(({ id, life }) => id !== next.id && nowMs() < endOf(life));
}

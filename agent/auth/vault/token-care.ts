import { VaultFailure } from '../../clients/vault/wire.ts';
import { type AgentError, errorClass } from '../../core/agent-error.ts';
import { errorStatus } from '../../core/status.ts';
import { loginError } from './login-error.ts';
import type { Held, SessionState } from './session-state.ts';
import { isLastRenewal } from './token-requests.ts';
import { endOf, nextStep, renewalPauseMs, type TokenStep } from './token-schedule.ts';
import { adopt, obtain } from './token-supply.ts';

/**
 * Keeps the token in use alive, in the background, until `signal` aborts: waits, renews until that can't go on, then logs in anew
 * (vault.md 6.2). Nobody is told of either: secrets that were read stay as they are. Each token that is adopted gets a care of its own,
 * so this one ends with it. Never rejects.
 */
export async function careFor(state: SessionState, held: Held, signal: AbortSignal, start: 'due' | 'now'): Promise<void> {
  const step: TokenStep = nextStep(held.life, state.world.clock.random());
  if (step.kind === 'rest') return;
  if (start === 'due') await sleepUntil(state, step.atMs, signal);
  if (signal.aborted) return;
  if (step.kind === 'renew' && (await renewed(state, held, signal))) return;
  await replaced(state, held, signal);
}

/** True when it was renewed, or another token has taken its place. */
async function renewed(state: SessionState, held: Held, signal: AbortSignal): Promise<boolean> {
  const { world, login, requests } = state;
  for (let failures = 1; ; failures += 1) {
    const sentAtMs = state.nowMs();
    try {
      const token = await requests.renew({ ...held.token, ttlSeconds: held.life.fullMs / 1_000 }, signal);
      if (signal.aborted) return true;
      world.onRenewal?.(login.method, 'ok');
      adopt(state, { ...held.token, ttlSeconds: token.ttlSeconds, isRenewable: token.isRenewable }, sentAtMs, held);
      return true;
    } catch (caught) {
      if (signal.aborted) return true;
      const error = loginError(caught, { what: `the renewal of the token of ${login.identity}`, sent: [] });
      world.onRenewal?.(login.method, errorClass(error));
      const pauseMs = renewalPauseMs(held.life, failures, world.clock.random(), state.nowMs());
      // An answer without a token is the last one, too: so userpass says that the user is gone (204).
      const isLast = !(caught instanceof VaultFailure) || isLastRenewal(caught);
      if (pauseMs === undefined || isLast) return endOfRenewals(state, error);
      tell(state, error, 'renewing a Vault token failed; it is tried again');
      await world.clock.sleep(Math.max(pauseMs, error.retryAfterMs ?? 0), signal);
      if (signal.aborted) return true;
    }
  }
}

function endOfRenewals({ world, login }: SessionState, error: AgentError): false {
  world.log.info(
    { identity: login.identity, error: errorStatus(error) },
    'this Vault token is not renewed any more; logging in anew',
  );
  return false;
}

/** Logs in anew while the token still lives; afterwards whoever asks for a token does. */
async function replaced(state: SessionState, held: Held, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && state.nowMs() < endOf(held.life)) {
    try {
      await obtain(state);
      return;
    } catch (caught) {
      tell(
        state,
        loginError(caught, { what: `the login of ${state.login.identity}`, sent: [] }),
        'a new Vault login failed; the current token stays',
      );
    }
    await sleepUntil(state, Math.max(state.notBeforeMs, state.nowMs() + 1_000), signal);
  }
}

function sleepUntil({ world, nowMs }: SessionState, atMs: number, signal: AbortSignal): Promise<void> {
  return world.clock.sleep(Math.max(0, atMs - nowMs()), signal);
}

function tell({ world, login }: SessionState, error: AgentError, message: string): void {
  world.log.warn({ identity: login.identity, error: errorStatus(error) }, message);
}

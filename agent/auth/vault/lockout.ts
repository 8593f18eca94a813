import { AgentError } from '../../core/agent-error.ts';
import type { Clock } from '../../core/clock.ts';
import { SecretValue } from '../../core/secret-value.ts';

/**
 * After five refused logins Vault locks a user out for 15 min, even with the right password (vault.md 5). So a credential that was
 * refused is shown again after these pauses only, and from the fourth time on after the counter of the server has been reset; until
 * then the old refusal is told again. Another credential is tried at once. Pure but for what it remembers.
 */
const lockoutPausesMs = [2_000, 15_000, 60_000, 905_000] as const;

/** Runs `send` with this credential, or throws what the server said of it last time. */
export type LockoutGuard = <T>(credential: string, send: () => Promise<T>) => Promise<T>;

export function lockoutGuard(clock: Pick<Clock, 'now'>): LockoutGuard {
  let last:
    | { readonly credential: SecretValue; readonly error: AgentError; readonly failures: number; readonly until: number }
    | undefined;
  return async (credential, send) => {
    const shown = SecretValue.ofText(credential);
    const known = last?.credential.equals(shown) ? last : undefined;
    if (known && clock.now() < known.until) throw known.error;
    try {
      const result = await send();
      last = undefined;
      return result;
    } catch (error) {
      if (!(error instanceof AgentError) || error.code !== 'IDENTITY_REFUSED') throw error;
      const failures = (known?.failures ?? 0) + 1;
      const pauseMs = lockoutPausesMs[Math.min(failures, lockoutPausesMs.length) - 1] ?? 0;
      last = { credential: shown, error, failures, until: clock.now() + pauseMs };
      throw error;
    }
  };
}

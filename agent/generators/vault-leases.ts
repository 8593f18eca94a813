import { authorised } from '../auth/vault/authorised.ts';
import { failureToAgentError } from '../clients/vault/errors.ts';
import { type VaultAnswer, VaultFailure, type VaultRequest } from '../clients/vault/wire.ts';
import { type AgentError, asAgentError } from '../core/agent-error.ts';
import type { Generator } from '../core/generator.ts';
import type { CredentialSource, RenewalOutcome } from '../leases/source.ts';
import { lifeOf } from './answer-life.ts';
import type { GeneratorChannel } from './vault-dynamic-secret.ts';

/** What is done with a lease: by its id in the body, which is all that the policy `default` allows (vault.md L1). */
export function vaultLeases(generator: Generator, channel: GeneratorChannel): Pick<CredentialSource, 'renew' | 'revoke'> {
  const {
    request: { path },
    id,
  } = generator;
  let revocations: 'allowed' | 'denied' = 'allowed';
  return {
    async renew(leaseId, askedMs, signal) {
      const increment = Math.max(1, Math.round(askedMs / 1_000));
      try {
        return renewalOf(await send('renew lease', 'renew', { lease_id: leaseId, increment }, signal), channel.clock.now());
      } catch (caught) {
        return { kind: 'failed', outcome: outcomeOf(caught), error: worded(caught, 'renew lease') };
      }
    },
    async revoke(leaseId, signal) {
      if (revocations === 'denied') return false;
      try {
        await send('revoke lease', 'revoke', { lease_id: leaseId }, signal);
        return true;
      } catch (caught) {
        if (signal.aborted && !isTimeout(signal.reason)) return false; // The agent ends, and its tokens take the leases with them.
        const error = worded(caught, 'revoke lease');
        if (caught instanceof VaultFailure && caught.status === 403) revocations = 'denied';
        channel.log.warn(
          { generator: id, error },
          revocations === 'denied'
            ? 'this role may not revoke leases (update on sys/leases/revoke): credentials that are no longer used live until their end'
            : 'a lease that is no longer used could not be revoked; it ends by itself',
        );
        return false;
      }
    },
  };

  function send(
    operation: string,
    deed: 'renew' | 'revoke',
    body: Readonly<Record<string, unknown>>,
    signal: AbortSignal,
  ): Promise<VaultAnswer> {
    const request: VaultRequest = { operation, subject: path, method: 'POST', path: `sys/leases/${deed}`, body };
    return authorised(request, channel, signal);
  }

  function worded(caught: unknown, operation: string): AgentError {
    return caught instanceof VaultFailure
      ? failureToAgentError(caught, { store: id, operation, subject: path })
      : asAgentError(caught, 'STORE_UNAVAILABLE', `${id}: ${operation} of ${path} failed`);
  }
}

function isTimeout(reason: unknown): boolean {
  return reason instanceof DOMException && reason.name === 'TimeoutError';
}

function renewalOf(answer: VaultAnswer, nowMs: number): RenewalOutcome {
  const { grantedMs, isRenewable } = lifeOf(answer, nowMs).life;
  return { kind: 'renewed', grantedMs, isRenewable };
}

/** vault.md L1. An engine that fails is told by a 400 as well: then the lease lives, and the next try may work. */
function outcomeOf(caught: unknown): 'later' | 'final' | 'dead' {
  if (!(caught instanceof VaultFailure) || caught.reason !== undefined) return 'later';
  const { status, errors } = caught;
  const says = (...words: readonly string[]): boolean => errors.some((error) => words.some((word) => error.includes(word)));
  if (says('lease not found', 'lease expired', 'invalid lease')) return 'dead';
  if (says('past the max TTL', 'lease is not renewable')) return 'final';
  if (says('failed to renew entry')) return 'later';
  return status >= 400 && status < 500 && ![408, 412, 429, 472, 473].includes(status) ? 'final' : 'later';
}

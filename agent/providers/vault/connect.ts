import type { LeasingSession, VaultLogin } from '../../auth/vault/login.ts';
import { vaultLogin } from '../../auth/vault/vault-login.ts';
import { vaultSession } from '../../auth/vault/vault-session.ts';
import { failureToAgentError } from '../../clients/vault/errors.ts';
import { type VaultClient, VaultFailure } from '../../clients/vault/wire.ts';
import { AgentError, errorClass } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import { SecretValue } from '../../core/secret-value.ts';
import type { VaultConfig } from './config.ts';
import { openClient } from './open-client.ts';

export interface VaultConnection {
  readonly client: VaultClient;
  readonly session: LeasingSession;
}

/**
 * Client and session of a store or a generator. Nothing is sent before the first request. `renounced`: tokens of an earlier agent that are
 * not used any more.
 */
export async function connectVault(
  id: string,
  config: VaultConfig,
  effects: Effects,
  renounced: readonly string[] = [],
): Promise<VaultConnection> {
  const client = await openClient(config, effects);
  const forTokens = told(client, id, effects);
  const login = config.auth ? vaultLogin(config.auth, forTokens, effects) : environmentLogin(effects);
  const namespace = config.auth?.namespace ?? config.namespace;
  const tell = effects.onSession ?? (() => {});
  const session = vaultSession(login, forTokens, {
    ...{ clock: effects.clock, log: effects.log, atEnd: 'revoke' },
    ...(namespace === undefined ? {} : { namespace }),
    ...(effects.handOver ? { keep: { record: effects.handOver.claim(`token-${id}`), renounced } } : {}),
    onLogin: (method, result) => tell({ store: id, kind: 'login', method, result }),
    onRenewal: (method, result) => tell({ store: id, kind: 'renewal', method, result }),
    onToken: (ttlSeconds) => tell({ store: id, kind: 'token', ttlSeconds }),
  });
  return { client, session };
}

/** The token that Vault's own tools take: for a laptop. */
function environmentLogin({ env }: Pick<Effects, 'env'>): VaultLogin {
  return {
    method: 'token',
    identity: 'the token in VAULT_TOKEN',
    login: async () => {
      const token = env['VAULT_TOKEN']?.trim();
      if (!token)
        throw new AgentError('CREDENTIALS_MISSING', 'The store names no auth, and VAULT_TOKEN is not set', {
          hint: 'Give the store an auth (auth.kubernetes in a pod), or on a laptop: export VAULT_TOKEN=$(vault print token).',
        });
      return { value: SecretValue.ofText(token), kind: 'service', ttlSeconds: 0, isRenewable: false, uses: 0, isOurs: false };
    },
  };
}

/** A client that tells metrics of every request: logins, look-ups and renewals go out without the retries that tell of reads. */
function told(client: VaultClient, store: string, { clock, onRequest }: Pick<Effects, 'clock' | 'onRequest'>): VaultClient {
  return {
    ...client,
    async request(request, signal) {
      const startedAt = clock.now();
      const tell = (outcome: 'ok' | ReturnType<typeof errorClass>): void =>
        onRequest({
          ...{ store, operation: request.operation, class: outcome },
          seconds: Math.max(0, clock.now() - startedAt) / 1000,
        });
      try {
        const answer = await client.request(request, signal);
        tell('ok');
        return answer;
      } catch (error) {
        const about = { store, operation: request.operation, subject: request.subject, purpose: 'login' } as const;
        if (error instanceof VaultFailure) tell(errorClass(failureToAgentError(error, about)));
        throw error;
      }
    },
  };
}

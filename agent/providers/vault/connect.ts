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

/** Whose connection it is. */
export interface ConnectionUsers {
  /** Ends the name of the record in which its tokens are kept: equal after a restart. */
  readonly record: string;
  /** Stores or a generator, for metrics. Logins and renewals count for the first one; a token is everybody's. */
  readonly ids: () => readonly [string, ...string[]];
  /** Tokens of an earlier agent that are not used any more. */
  readonly renounced?: readonly string[];
}

/** Client and session. Nothing is sent before the first request; requests that name no namespace are of none. Throws CREDENTIALS_MISSING. */
export async function connectVault(
  users: ConnectionUsers,
  config: VaultConfig,
  effects: Effects,
  open = openClient,
): Promise<VaultConnection> {
  const { record, ids, renounced = [] } = users;
  const client = await open(config, effects);
  const forTokens = told(client, () => ids()[0], effects);
  const login = config.auth ? vaultLogin(config.auth, forTokens, effects) : environmentLogin(effects);
  const namespace = tokenNamespace(config);
  const tell = effects.onSession ?? (() => {});
  const session = vaultSession(login, forTokens, {
    ...{ clock: effects.clock, log: effects.log, atEnd: 'revoke' },
    ...(effects.clock.monotonicMs ? { monotonicMs: effects.clock.monotonicMs } : {}),
    ...(namespace === undefined ? {} : { namespace }),
    ...(effects.handOver ? { keep: { record: effects.handOver.claim(`token-${record}`), renounced } } : {}),
    onLogin: (method, result) => tell({ store: ids()[0], kind: 'login', method, result }),
    onRenewal: (method, result) => tell({ store: ids()[0], kind: 'renewal', method, result }),
    onToken(ttlSeconds) {
      for (const store of new Set(ids())) tell({ store, kind: 'token', ttlSeconds });
    },
  });
  return { client, session };
}

/** Of logins and tokens (vault.md N2); what is read with them may be in another one. */
export function tokenNamespace({ auth, namespace }: Pick<VaultConfig, 'auth' | 'namespace'>): string | undefined {
  return auth?.namespace ?? namespace;
}

/** The client for what a store or a generator asks for itself: in the namespace of its manifest, unless the request names one. */
export function inNamespace(client: VaultClient, { namespace }: VaultConfig): VaultClient {
  if (namespace === undefined) return client;
  return { ...client, request: (request, signal) => client.request({ namespace, ...request }, signal) };
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
function told(
  client: VaultClient,
  storeNow: () => string,
  { clock, onRequest }: Pick<Effects, 'clock' | 'onRequest'>,
): VaultClient {
  return {
    ...client,
    async request(request, signal) {
      const startedAt = clock.now();
      const store = storeNow();
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

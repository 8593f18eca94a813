import { type VaultAnswer, type VaultClient, VaultFailure } from '../../clients/vault/wire.ts';
import type { SecretValue } from '../../core/secret-value.ts';
import type { VaultToken } from './login.ts';
import { loginError } from './login-error.ts';
import { issuedToken, lookedUpToken } from './token-answer.ts';
import { isDeadToken } from './token-login.ts';

/** What is done with a token itself, in the token's own namespace (vault.md 6, N2). */
export interface TokenRequests {
  /** Throws VaultFailure. */
  readonly renew: (token: VaultToken, signal: AbortSignal) => Promise<VaultToken>;
  /**
   * `dead`: the server says so; `refused`: it only says "permission denied", as old servers do of dead tokens and all do where the policy
   * lacks lookup-self. Throws AgentErrors when there is no telling.
   */
  readonly lookUp: (token: SecretValue, signal: AbortSignal) => Promise<'alive' | 'dead' | 'refused'>;
  /** What the server says of a token that was kept; undefined: it is dead, or may not ask. Throws AgentErrors when there is no telling. */
  readonly describe: (token: SecretValue, signal: AbortSignal) => Promise<VaultToken | undefined>;
  /** Throws VaultFailure. */
  readonly revoke: (token: VaultToken, signal: AbortSignal) => Promise<void>;
}

export function tokenRequests(client: VaultClient, identity: string, namespace: string | undefined): TokenRequests {
  const send = (
    operation: string,
    deed: 'renew' | 'lookup' | 'revoke',
    token: SecretValue,
    signal: AbortSignal,
    body?: object,
  ): Promise<VaultAnswer> =>
    client.request(
      {
        ...{ operation, subject: identity, method: deed === 'lookup' ? 'GET' : 'POST', path: `auth/token/${deed}-self`, token },
        ...(body === undefined ? {} : { body: { ...body } }),
        ...(namespace === undefined ? {} : { namespace }),
      },
      signal,
    );
  return {
    renew: async (token, signal) => {
      // What was granted at first is asked for again: without an increment, a token of no role would get the mount's 32 days.
      const body = token.isOurs ? { increment: `${token.ttlSeconds}s` } : {};
      const answer = await send('renew token', 'renew', token.value, signal, body);
      return { ...issuedToken(answer, `The renewal of the token of ${identity}`), isOurs: token.isOurs };
    },
    lookUp: async (token, signal) => {
      try {
        await send('look up token', 'lookup', token, signal);
        return 'alive';
      } catch (error) {
        if (error instanceof VaultFailure && error.status === 403) return isDeadToken(error.errors) ? 'dead' : 'refused';
        throw loginError(error, { what: `the look-up of the token of ${identity}`, sent: [] });
      }
    },
    describe: async (token, signal) => {
      try {
        return lookedUpToken(await send('look up token', 'lookup', token, signal), token);
      } catch (error) {
        if (error instanceof VaultFailure && error.status === 403) return undefined;
        throw loginError(error, { what: `the look-up of the token of ${identity}`, sent: [] });
      }
    },
    revoke: async (token, signal) => void (await send('revoke token', 'revoke', token.value, signal, {})),
  };
}

/** True when no further renewal of this token can succeed: then a new login is the way (vault.md T3). Some of it comes as a 500. */
export function isLastRenewal({ status, errors }: VaultFailure): boolean {
  if (status === 500) return errors.some((error) => finalWords.some((words) => error.includes(words)));
  return status >= 400 && status < 500 && status !== 408 && status !== 412 && status !== 429;
}

const finalWords = [
  'failed to renew entry',
  'past the max TTL',
  'cannot renew a token across namespaces',
  'policies have changed',
];

import { type VaultClient, VaultFailure } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import { SecretValue } from '../../core/secret-value.ts';
import { credentialWord, nameOf } from './credential-text.ts';
import type { VaultLogin, VaultToken } from './login.ts';
import { loginError } from './login-error.ts';
import { lookedUpToken } from './token-answer.ts';
import type { TokenAuth } from './vault-auth.ts';

/** A token from a Secret, looked up for its life. It is somebody else's: renewed where it can be, but never revoked. */
export function tokenLogin(
  { tokenSecretRef, namespace }: TokenAuth & { readonly namespace?: string },
  client: VaultClient,
  effects: Effects,
): VaultLogin {
  const identity = `the token in ${nameOf(tokenSecretRef)}`;
  return {
    method: 'token',
    identity,
    login: async (signal) => {
      const word = await credentialWord(tokenSecretRef, effects);
      const value = SecretValue.ofText(word);
      const request = {
        operation: 'look up token',
        subject: identity,
        method: 'GET',
        path: 'auth/token/lookup-self',
        token: value,
      } as const;
      try {
        const answer = await client.request({ ...request, ...(namespace === undefined ? {} : { namespace }) }, signal);
        return lookedUpToken(answer, value);
      } catch (error) {
        if (error instanceof VaultFailure && error.status === 403) return doubtful(error, value, identity);
        throw loginError(error, { what: `the look-up of ${identity}`, sent: [word] });
      }
    },
  };
}

/**
 * A token without the `default` policy may not look itself up, and old servers say "permission denied" of dead tokens, too: only when
 * they say "invalid token" or "bad token" it is dead for sure (vault.md 3, 6). Else reading shows.
 */
function doubtful({ errors }: VaultFailure, value: SecretValue, identity: string): VaultToken {
  if (!isDeadToken(errors)) return { value, kind: 'service', ttlSeconds: 0, isRenewable: false, uses: 0, isOurs: false };
  throw new AgentError(
    'IDENTITY_REFUSED',
    `Vault doesn't know ${identity}: it has ended, was revoked, or is of another server or namespace`,
    {
      serverCode: '403',
      hint: 'Put a live token into the Secret: it is read anew for each try. A role for the pod (auth.kubernetes) needs no tokens to be handed out.',
    },
  );
}

/** What newer servers add to "permission denied" when the token is the reason. */
export function isDeadToken(errors: readonly string[]): boolean {
  return errors.some((error) => error.includes('invalid token') || error.includes('bad token'));
}

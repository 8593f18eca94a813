import type { VaultClient } from '../../clients/vault/wire.ts';
import type { Effects } from '../../core/effects.ts';
import { credentialText, nameOf } from './credential-text.ts';
import { lockoutGuard } from './lockout.ts';
import type { VaultLogin } from './login.ts';
import { isNoMount, mountAdvice } from './login-error.ts';
import { mountOf, sendLogin } from './login-request.ts';
import type { PasswordAuth } from './vault-auth.ts';

/** User name and password, which Vault itself (userpass) or a directory (ldap) checks. */
export function passwordLogin(
  auth: PasswordAuth & { readonly namespace?: string },
  client: VaultClient,
  effects: Effects,
): VaultLogin {
  const { kind: method, username, secretRef } = auth;
  const mount = mountOf(auth.path);
  const identity = `user ${username} by ${method} at auth/${mount}`;
  const guarded = lockoutGuard(effects.clock);
  const mend = (status: number, said: string): string | undefined => advice(auth, status, said);
  return {
    method,
    identity,
    login: async (signal) => {
      const password = await credentialText(secretRef, effects);
      const request = {
        ...{ method, identity, path: `${mount}/login/${username}`, namespace: auth.namespace, body: { password } },
        story: { presented: `the password in ${nameOf(secretRef)}`, sent: [password], mend },
      };
      return guarded(password, () => sendLogin(client, request, signal));
    },
  };
}

function advice({ kind, username, secretRef }: PasswordAuth, status: number, said: string): string | undefined {
  if (isNoMount(status, said) || said.includes('not configured')) return mountAdvice;
  if (status === 403)
    return `User ${username} may be locked out after failed logins (15 min by default), or this address be outside of token_bound_cidrs.`;
  if (status !== 400) return undefined;
  const directory = kind === 'ldap' ? ' Vault may also be unable to reach or search the directory: look at its log.' : '';
  return `Check the user name ${username} and the password in ${nameOf(secretRef)}: a line end at its end counts.${directory}`;
}

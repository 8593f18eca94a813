import type { VaultClient } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import type { Effects } from '../../core/effects.ts';
import { credentialWord, nameOf } from './credential-text.ts';
import { lockoutGuard } from './lockout.ts';
import type { VaultLogin } from './login.ts';
import { isNoMount, mountAdvice } from './login-error.ts';
import { mountOf, sendLogin } from './login-request.ts';
import type { AppRoleAuth } from './vault-auth.ts';
import { secretIdReader } from './wrapped-secret-id.ts';

/** Role id and secret id (vault.md 5.3); the latter may come wrapped. */
export function appRoleLogin(
  auth: AppRoleAuth & { readonly namespace?: string },
  client: VaultClient,
  effects: Effects,
): VaultLogin {
  const mount = mountOf(auth.path);
  const role =
    auth.roleId === undefined ? `the role of ${auth.roleRef ? nameOf(auth.roleRef) : 'no id'}` : `role id ${auth.roleId.trim()}`;
  const identity = `${role} by appRole at auth/${mount}`;
  const secretIdOf = secretIdReader({ mount, namespace: auth.namespace, secretRef: auth.secretRef }, client, effects);
  const guarded = lockoutGuard(effects.clock);
  let hasWorked = false;
  return {
    method: 'appRole',
    identity,
    login: async (signal) => {
      const roleId = await roleIdOf(auth, effects);
      const secretId = await secretIdOf(signal);
      const presented = `the secret id ${secretId.isUnwrapped ? 'unwrapped with' : 'in'} ${nameOf(auth.secretRef)}`;
      const request = {
        ...{ method: 'appRole', identity, path: `${mount}/login`, namespace: auth.namespace },
        body: { role_id: roleId, secret_id: secretId.value },
        story: {
          presented,
          sent: [roleId, secretId.value],
          mend: (status: number, said: string) => advice(status, said, hasWorked),
        },
      };
      const token = await guarded(`${roleId} ${secretId.value}`, () => sendLogin(client, request, signal));
      hasWorked = true;
      return token;
    },
  };
}

/** Trimmed, as ESO does it (eso.md 2.7). */
async function roleIdOf({ roleId, roleRef }: AppRoleAuth, effects: Effects): Promise<string> {
  if (roleId !== undefined) return roleId.trim();
  if (roleRef) return credentialWord(roleRef, effects);
  throw new AgentError('CREDENTIALS_MISSING', 'auth.appRole names neither roleId nor roleRef', {
    hint: 'Add one of them to the store.',
  });
}

/** "invalid role or secret ID" says wrong, expired, used up and gone alike (vault.md A1). */
function advice(status: number, said: string, hasWorked: boolean): string | undefined {
  if (isNoMount(status, said)) return mountAdvice;
  if (status === 403)
    return 'The role id may be locked out after failed logins (15 min by default), or this address be outside of the CIDRs it is bound to.';
  if (said.includes('missing secret_id')) return 'The role asks for a secret id (bind_secret_id): put one into the Secret.';
  return hasWorked
    ? 'This secret id has logged in before: it has expired (secret_id_ttl), was destroyed, or was good for so many logins only (secret_id_num_uses). Issue a new one, and let the role give ids for many logins.'
    : 'Check role id and secret id: one that has expired (secret_id_ttl), was used up (secret_id_num_uses) or belongs to another role is refused in the same words.';
}

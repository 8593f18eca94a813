import type { VaultClient } from '../../clients/vault/wire.ts';
import type { Effects } from '../../core/effects.ts';
import { appRoleLogin } from './app-role-login.ts';
import { certLogin } from './cert-login.ts';
import { gcpLogin } from './gcp-login.ts';
import { iamLogin } from './iam-login.ts';
import { jwtLogin } from './jwt-login.ts';
import { kubernetesLogin } from './kubernetes-login.ts';
import type { VaultLogin } from './login.ts';
import { passwordLogin } from './password-login.ts';
import { tokenLogin } from './token-login.ts';
import type { VaultAuth } from './vault-auth.ts';

/** The login that a store's `auth` asks for. Nothing is read or sent before it is called. */
export function vaultLogin(auth: VaultAuth, client: VaultClient, effects: Effects): VaultLogin {
  switch (auth.kind) {
    case 'tokenSecretRef':
      return tokenLogin(auth, client, effects);
    case 'appRole':
      return appRoleLogin(auth, client, effects);
    case 'kubernetes':
      return kubernetesLogin(auth, client, effects);
    case 'userPass':
    case 'ldap':
      return passwordLogin(auth, client, effects);
    case 'jwt':
      return jwtLogin(auth, client, effects);
    case 'cert':
      return certLogin(auth, client);
    case 'iam':
      return iamLogin(auth, client, effects);
    case 'gcp':
      return gcpLogin(auth, client, effects);
  }
}

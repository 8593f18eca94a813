import type { VaultClient } from '../../clients/vault/wire.ts';
import { nameOf } from './credential-text.ts';
import type { VaultLogin } from './login.ts';
import { isNoMount, mountAdvice } from './login-error.ts';
import { mountOf, sendLogin } from './login-request.ts';
import type { CertificateAuth } from './vault-auth.ts';

/** The client certificate of the connection is the credential (vault.md 5.4); the client presents it. */
export function certLogin(auth: CertificateAuth & { readonly namespace?: string }, client: VaultClient): VaultLogin {
  const mount = mountOf(auth.path);
  const identity = `${auth.vaultRole === undefined ? 'any certificate role' : `role ${auth.vaultRole}`} by cert at auth/${mount}`;
  const request = {
    ...{ method: 'cert', identity, path: `${mount}/login`, namespace: auth.namespace },
    body: auth.vaultRole === undefined ? {} : { name: auth.vaultRole },
    story: { presented: `the certificate in ${nameOf(auth.clientCert)}`, sent: [], mend: advice },
  };
  return { method: 'cert', identity, login: (signal) => sendLogin(client, request, signal) };
}

function advice(status: number, said: string): string | undefined {
  if (isNoMount(status, said)) return mountAdvice;
  if (said.includes('no client certificate') || said.includes('tls connection required'))
    return 'Vault saw no usable certificate: a proxy or ingress that ends TLS in between takes it away; let it pass TLS through.';
  return 'Compare the certificate with the role: the CA that signed it (certificate), allowed_common_names, allowed_dns_sans, and whether it has expired.';
}

import type { VaultClient } from '../../clients/vault/wire.ts';
import type { Effects } from '../../core/effects.ts';
import { readClaims } from '../token-claims.ts';
import { nameOf } from './credential-text.ts';
import type { VaultLogin } from './login.ts';
import { isNoMount, mountAdvice } from './login-error.ts';
import { mountOf, sendLogin } from './login-request.ts';
import type { GcpAuth } from './vault-auth.ts';

/** A JWT that Google's keys vouch for, with the audience `vault/<role>` (vault.md 5). */
export function gcpLogin(auth: GcpAuth & { readonly namespace?: string }, client: VaultClient, effects: Effects): VaultLogin {
  const mount = mountOf(auth.path);
  const identity = `role ${auth.role} by gcp at auth/${mount}`;
  const audience = `vault/${auth.role}`;
  const key = auth.secretRef?.secretAccessKeySecretRef;
  return {
    method: 'gcp',
    identity,
    login: async (signal) => {
      const jwt = await jwtOf(auth, audience, effects);
      const subject = readClaims(jwt)?.subject ?? '?';
      const presented = key
        ? `${subject}, signed with ${nameOf(key)}`
        : `${subject}, ${auth.workloadIdentity ? 'signed by Google' : 'the identity of the metadata server'}`;
      const mend = (status: number, said: string): string => advice(auth, mount, { status, said });
      return sendLogin(
        client,
        {
          ...{ method: 'gcp', identity, path: `${mount}/login`, namespace: auth.namespace },
          ...{ body: { role: auth.role, jwt }, story: { presented, sent: [jwt], mend } },
        },
        signal,
      );
    },
  };
}

async function jwtOf({ secretRef, workloadIdentity }: GcpAuth, audience: string, effects: Effects): Promise<string> {
  const { metadataIdentity, serviceAccountJwt } = await import('./google-identity.ts');
  if (secretRef) return serviceAccountJwt(secretRef.secretAccessKeySecretRef, audience, effects);
  if (!workloadIdentity) return metadataIdentity(audience, effects);
  const { jwtSignedByGoogle } = await import('./google-sign-jwt.ts');
  return jwtSignedByGoogle(audience, effects);
}

/** Roles of type `iam` take short JWTs, those of type `gce` identity tokens of machines; each refuses the other's in its own words. */
function advice(
  { role, secretRef, workloadIdentity }: GcpAuth,
  mount: string,
  { status, said }: { readonly status: number; readonly said: string },
): string {
  if (isNoMount(status, said)) return mountAdvice;
  const here = `Check auth/${mount}/role/${role}`;
  if (secretRef || workloadIdentity)
    return `${here}: type iam, bound_service_accounts with this account, max_jwt_exp of at least 10 min; and Vault's own account must be allowed to see it and its keys.`;
  if (/expire within|GCE metadata/.test(said))
    return `${here}: identity tokens of the metadata server live for an hour and are for type gce (machines). For type iam write auth.gcp.workloadIdentity, so that Google signs a short one.`;
  return `${here}: type gce with this machine's project, zone and labels.`;
}

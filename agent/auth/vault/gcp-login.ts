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
      const { metadataIdentity, serviceAccountJwt } = await import('./google-identity.ts');
      const jwt = key ? await serviceAccountJwt(key, audience, effects) : await metadataIdentity(audience, effects);
      const subject = readClaims(jwt)?.subject ?? '?';
      const presented = key
        ? `${subject}, signed with ${nameOf(key)}`
        : `the identity of the metadata server (subject ${subject})`;
      const mend = (status: number, said: string): string => advice(auth, mount, { status, said, signed: key ? 'iam' : 'gce' });
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

function advice(
  { role }: GcpAuth,
  mount: string,
  { status, said, signed }: { readonly status: number; readonly said: string; readonly signed: 'iam' | 'gce' },
): string {
  if (isNoMount(status, said)) return mountAdvice;
  return signed === 'iam'
    ? `Check auth/${mount}/role/${role}: type iam, bound_service_accounts with this account, max_jwt_exp of at least 10 min; the key must not be deleted in Google's IAM.`
    : `Check auth/${mount}/role/${role}: type gce with this machine's project, zone and labels, or iam with bound_service_accounts for workload identity.`;
}

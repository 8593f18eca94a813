import type { VaultAuth } from '../../auth/vault/vault-auth.ts';
import type { PropertyDialect } from '../../core/dialect.ts';
import type { SecretKeyRef } from '../../core/spec.ts';
import type { ProviderKind, StoreReferences } from '../provider.ts';
import { openBaoShape, type VaultConfig, vaultShape } from './config.ts';
import { vaultPlan } from './plan.ts';

/** KV of HashiCorp Vault, or of OpenBao by the same words (eso.md 2.7). */
export const vault: ProviderKind<VaultConfig> = {
  shape: vaultShape,
  dialect: () => dialect('exact-first'),
  plan: vaultPlan,
  references,
  open: async (store, config, effects) => (await import('./vault-store.ts')).openVaultStore(store, config, effects),
};

/** ESO's own provider for OpenBao, which can less (eso.md 2.8). */
export const openBao: ProviderKind<VaultConfig> = { ...vault, shape: openBaoShape, dialect: () => dialect('exact-only') };

/** What Vault keeps is written anew, as JSON of Go (eso.md 2.2). */
function dialect(order: PropertyDialect['order']): PropertyDialect {
  return { order, numbers: 'float', missingProperty: 'error', findKeys: 'as-listed', json: 'lenient' };
}

function references({ auth, tls, caProvider }: VaultConfig): StoreReferences {
  const ca = caProvider?.type === 'Secret' ? [{ ...caProvider, path: 'caProvider' }] : [];
  const ofTls = tls
    ? [
        { ...tls.certSecretRef, path: 'tls.certSecretRef' },
        { ...tls.keySecretRef, path: 'tls.keySecretRef' },
      ]
    : [];
  const ofAuth = auth ? referencesOf(auth) : [];
  return {
    ...(caProvider?.type === 'ConfigMap' ? { configMaps: [caProvider] } : {}),
    secrets: [...ca, ...ofTls, ...ofAuth.flatMap((each) => ('key' in each ? [each] : []))],
    serviceAccounts: ofAuth.flatMap((each) => ('key' in each ? [] : [each])),
  };
}

type Reference = StoreReferences['secrets'][number] | StoreReferences['serviceAccounts'][number];

/** Secrets and service accounts that the login in use names. */
function referencesOf(auth: VaultAuth): readonly Reference[] {
  const at = (path: string, ref: SecretKeyRef | { readonly name: string } | undefined): readonly Reference[] =>
    ref ? [{ ...ref, path: `auth.${auth.kind}${path === '' ? '' : `.${path}`}` }] : [];
  switch (auth.kind) {
    case 'tokenSecretRef':
      return at('', auth.tokenSecretRef);
    case 'appRole':
      return [...(auth.roleId ? [] : at('roleRef', auth.roleRef)), ...at('secretRef', auth.secretRef)];
    case 'kubernetes':
      return auth.serviceAccountRef ? at('serviceAccountRef', auth.serviceAccountRef) : at('secretRef', auth.secretRef);
    case 'userPass':
    case 'ldap':
      return at('secretRef', auth.secretRef);
    case 'jwt':
      return auth.secretRef
        ? at('secretRef', auth.secretRef)
        : at('kubernetesServiceAccountToken.serviceAccountRef', auth.kubernetesServiceAccountToken?.serviceAccountRef);
    case 'cert':
      return [...at('clientCert', auth.clientCert), ...at('secretRef', auth.secretRef)];
    case 'iam':
      return auth.jwt
        ? at('jwt.serviceAccountRef', auth.jwt.serviceAccountRef)
        : Object.entries(auth.secretRef ?? {}).flatMap(([name, ref]) => at(`secretRef.${name}`, ref));
    case 'gcp':
      return auth.secretRef
        ? at('secretRef.secretAccessKeySecretRef', auth.secretRef.secretAccessKeySecretRef)
        : at('workloadIdentity.serviceAccountRef', auth.workloadIdentity?.serviceAccountRef);
  }
}

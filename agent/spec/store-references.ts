import type { Place } from '../core/problem.ts';
import { didYouMean } from '../core/problem.ts';
import type { SpecNode } from '../core/shape.ts';
import type { StoreReferences } from '../providers/provider.ts';
import type { Linking } from './link-context.ts';
import type { Metadata } from './metadata.ts';

/** Where a store's config refers to something, for its problems. */
export interface ReferringStore {
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  readonly metadata: Metadata;
  /** The provider's part, and its path. */
  readonly node: SpecNode;
  readonly path: string;
}

type ServiceAccountRef = StoreReferences['serviceAccounts'][number];
type SecretRef = StoreReferences['secrets'][number];

/** The pod has one identity, whatever a manifest names (DESIGN 3, `serviceAccountRef`). */
export function checkServiceAccount(ref: ServiceAccountRef, store: ReferringStore, linking: Linking): void {
  const { namespace, serviceAccount, strictIdentity } = linking.options;
  const isOther = serviceAccount !== undefined && ref.name !== serviceAccount;
  const isElsewhere = ref.namespace !== undefined && ref.namespace !== '' && ref.namespace !== namespace;
  if (!isOther && !isElsewhere) return;
  const own =
    serviceAccount === undefined
      ? `the pod's own service account in ${namespace}`
      : `the pod's own, ${namespace}/${serviceAccount},`;
  const named = isElsewhere ? `${ref.namespace}/${ref.name}` : ref.name;
  const webhook =
    isElsewhere && store.kind === 'SecretStore'
      ? '; External Secrets Operator refuses a namespace here: drop it before you go back to an operator'
      : '';
  const end = strictIdentity ? 'refused by --strict-identity' : 'is used instead';
  linking.report({
    severity: strictIdentity ? 'error' : 'warning',
    ...at(ref.path, store),
    message: `names the service account ${named}; ${own} ${strictIdentity ? `is the only one it has: ${end}` : end}${webhook}`,
  });
}

/** eso.md 2.1: a SecretStore reads Secrets of its own namespace only. */
export function checkSecret(ref: SecretRef, store: ReferringStore, linking: Linking): void {
  const { options, report, decoded, used } = linking;
  const own = store.metadata.namespace?.value ?? options.namespace;
  if (ref.namespace && store.kind === 'SecretStore' && ref.namespace !== own) {
    report({
      severity: 'error',
      ...at(ref.path, store),
      message: `a SecretStore can't refer to another namespace than its own, "${own}"`,
    });
  } else if (ref.namespace && ref.namespace !== options.namespace) {
    const message = `names a Secret of the namespace "${ref.namespace}"; the agent reads the one that is mounted into the pod`;
    report({ severity: 'warning', ...at(ref.path, store), message });
  }
  used.add(`Secret/${ref.name}`);
  const document = decoded.kinds.Secret.find(({ value }) => value.metadata.name === ref.name);
  if (!document || document.value.data.has(ref.key)) return;
  const keys = [...document.value.data.keys()];
  const message = `Secret "${ref.name}" in the spec has no key "${ref.key}"${didYouMean(ref.key, keys)}`;
  report({ severity: 'error', ...at(ref.path, store), message });
}

/** `auth.secretRef` below the provider's part, with the place of its deepest member that is there. */
function at(path: string, { node, path: above }: ReferringStore): { readonly place: Place; readonly path: string } {
  let here = node;
  for (const step of path.match(/[^.[\]]+/g) ?? []) {
    const next: SpecNode | undefined =
      here.kind === 'map' ? here.entries.get(step)?.node : here.kind === 'list' ? here.items[Number(step)] : undefined;
    if (!next) break;
    here = next;
  }
  return { place: here.place, path: `${above}.${path}` };
}

import { laterProblem } from '../core/shape.ts';
import { problemAt } from '../core/shape-rules.ts';
import type { SecretKeyRef, Store } from '../core/spec.ts';
import type { StoreReferences } from '../providers/provider.ts';
import type { Candidate } from './candidates.ts';
import type { Decoded } from './decode.ts';
import { canonicalText, keyedDigestOf } from './digest.ts';
import { checkNamespace, type Linking, pathOfDocument } from './link-context.ts';
import { storeRefsOf } from './link-external-secrets.ts';
import { plainAnnotations } from './metadata.ts';
import { isAllowed, isDecidable } from './pod-namespace.ts';
import type { ConditionFields } from './store.ts';
import { storeId } from './store-ref.ts';
import { checkSecret, checkServiceAccount } from './store-references.ts';

type DecodedStore = Decoded<'SecretStore'> | Decoded<'ClusterSecretStore'>;

/** The stores that external secrets use, checked; those that none uses are a warning each. */
export function linkStores(externalSecrets: readonly Candidate[], linking: Linking): readonly Store[] {
  const { decoded, used, report } = linking;
  const stores = [...decoded.kinds.SecretStore, ...decoded.kinds.ClusterSecretStore];
  for (const { document } of stores.filter((store) => !used.has(idOf(store)))) {
    const about = { place: document.place, path: pathOfDocument(document) };
    report({ severity: 'warning', ...about, message: 'not used: no external secret refers to it' });
  }
  const linked = stores.filter((store) => used.has(idOf(store)));
  for (const store of linked) checkConditions(store, externalSecrets, linking);
  return linked.flatMap((store) => linkStore(store, linking) ?? []);
}

function idOf({ document: { kind, name } }: DecodedStore): string {
  return `${kind}/${name}`;
}

function linkStore({ document, value: { metadata, spec } }: DecodedStore, linking: Linking): Store | undefined {
  const { provider, controller, retrySettings } = spec;
  checkNamespace(metadata, linking);
  if (controller && !['', 'default'].includes(controller.value)) {
    const message = 'operators of another class ignore this store; the agent reads it whatever its class';
    linking.report(problemAt(controller, 'warning', message));
  }
  if (provider.kind === 'later') {
    linking.report({ ...laterProblem(`the provider ${provider.name}`), place: provider.place, path: provider.path });
    return undefined;
  }
  const { name, config, node, path } = provider;
  const known = linking.options.providers[name];
  if (!known) return undefined;
  const kind = document.kind === 'ClusterSecretStore' ? 'ClusterSecretStore' : 'SecretStore';
  const references = known.references(config);
  for (const ref of references.serviceAccounts) checkServiceAccount(ref, { kind, metadata, node, path }, linking);
  for (const ref of references.secrets) checkSecret(ref, { kind, metadata, node, path }, linking);
  for (const ref of references.configMaps ?? []) linking.used.add(`ConfigMap/${ref.name}`);
  const annotations = plainAnnotations(metadata.annotations);
  const documentsDigest = keyedDigestOf(...documentBytes(references, linking));
  return {
    ...{ id: `${kind}/${metadata.name}`, kind, name: metadata.name, annotations, provider: name, config },
    dialect: known.dialect(config),
    ...(retrySettings ? { retry: retrySettings } : {}),
    digest: keyedDigestOf(JSON.stringify([name, annotations, retrySettings ?? null]), canonicalText(node), documentsDigest),
    documentsDigest,
  };
}

/** A store is opened anew when a Secret or ConfigMap document that it refers to changes. */
function documentBytes({ secrets, configMaps = [] }: StoreReferences, { decoded }: Linking): readonly (string | Uint8Array)[] {
  const bytesOf = (kind: 'Secret' | 'ConfigMap', { name, key }: SecretKeyRef): string | Uint8Array =>
    decoded.kinds[kind].find(({ value }) => value.metadata.name === name)?.value.data.get(key) ?? 'in no document';
  return [...secrets.map((ref) => bytesOf('Secret', ref)), ...configMaps.map((ref) => bytesOf('ConfigMap', ref))];
}

/** What the operator would tell each external secret: the store isn't for its namespace. */
function checkConditions(store: DecodedStore, externalSecrets: readonly Candidate[], linking: Linking): void {
  const { conditions } = store.value.spec;
  const compiled = conditions.map(({ namespaceRegexes, ...rest }) =>
    namespaceRegexes ? { ...rest, namespaceRegexes: namespaceRegexes.map(linking.regexp) } : rest,
  );
  if (isAllowed(compiled, linking.pod)) return;
  const message = `${store.document.kind} "${store.document.name}" is not for the namespace "${linking.pod.name}": none of its conditions holds`;
  const refs = externalSecrets.flatMap(storeRefsOf).filter((ref) => storeId(ref.value) === idOf(store));
  for (const ref of refs) linking.report(problemAt(ref, 'error', `${message}${whatIsMissing(conditions, linking)}`));
}

function whatIsMissing(conditions: readonly ConditionFields[], { pod }: Linking): string {
  const isUnknown = conditions.some(({ namespaceSelector }) => namespaceSelector && !isDecidable(namespaceSelector, pod));
  return isUnknown ? '; a namespaceSelector needs the Namespace document in the spec' : '';
}

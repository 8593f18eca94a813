import type { Generator } from '../core/generator.ts';
import { didYouMean } from '../core/problem.ts';
import { type Located, problemAt } from '../core/shape-rules.ts';
import type { DataFromEntry, ExternalSecret, Find, Rewrite, Target } from '../core/spec.ts';
import type { Candidate } from './candidates.ts';
import { digestOf } from './digest.ts';
import type { DataFromFields } from './external-secret.ts';
import type { Linking } from './link-context.ts';
import { plainAnnotations } from './metadata.ts';
import type { FindFields } from './remote-ref.ts';
import type { RewriteFields } from './rewrite.ts';
import { type GeneratorRef, generatorId, type StoreRef, storeId } from './store-ref.ts';
import type { TargetFields } from './target.ts';

/** An external secret as the agent runs it: its name filled in, its expressions compiled, its stores named by id. */
export function externalSecretOf(
  { spec, ...candidate }: Candidate,
  generators: readonly Generator[],
  linking: Linking,
): ExternalSecret {
  const { target, data, dataFrom, refreshInterval, ...rest } = spec;
  const { name, namespace, labels, annotations } = candidate;
  const linked = {
    ...rest,
    ...{ name, labels, annotations: plainAnnotations(annotations), ...(namespace === undefined ? {} : { namespace }) },
    ...{ refreshInterval: refreshInterval.text, refreshIntervalMs: refreshInterval.ms },
    target: targetOf(target, name),
    data: data.map((entry) => ({ ...entry, store: storeId(entry.store.value) })),
    dataFrom: dataFrom.map((entry) => dataFromOf(entry, linking)),
  };
  return { ...linked, digest: digestOf([linked, configMapsOf(linked.target, linking), ...generatorDigests(linked, generators)]) };
}

function targetOf({ name, template, ...target }: TargetFields, externalSecret: string): Target {
  return { ...target, name: name?.value ?? externalSecret, ...(template ? { template: template.template } : {}) };
}

/** A generator that was changed makes other entries. */
function generatorDigests({ dataFrom }: Pick<ExternalSecret, 'dataFrom'>, generators: readonly Generator[]): readonly string[] {
  const used = dataFrom.flatMap((entry) => (entry.kind === 'generator' ? [entry.generator] : []));
  return generators.filter(({ id }) => used.includes(id)).map(({ digest }) => digest);
}

/** The texts of templates that stand in ConfigMaps of the spec: a change there is a change of the external secret. */
function configMapsOf({ template }: Target, { decoded }: Linking): readonly unknown[] {
  const names = (template?.from ?? []).flatMap(({ configMap }) => configMap?.name ?? []);
  const used = decoded.kinds.ConfigMap.filter(({ document }) => names.includes(document.name));
  return used.map(({ value }) => [...value.data].map(([key, bytes]) => [key, Buffer.from(bytes).toString('base64')]));
}

function dataFromOf({ source, rewrite: steps }: DataFromFields, linking: Linking): DataFromEntry {
  const rewrite = steps.flatMap((step) => rewriteOf(step, linking));
  switch (source.kind) {
    case 'extract':
      return { kind: 'extract', remoteRef: source.extract, store: storeId(source.store.value), rewrite };
    case 'find':
      return { kind: 'find', find: findOf(source.find, linking), store: storeId(source.store.value), rewrite };
    case 'generator':
      return { kind: 'generator', generator: generatorId(source.generator.value), rewrite };
  }
}

function findOf({ path, name, tags, ...strategies }: FindFields, { regexp }: Linking): Find {
  const query = {
    ...(path === undefined ? {} : { path }),
    ...(name === undefined ? {} : { name: regexp(name.regexp) }),
    ...(tags === undefined ? {} : { tags }),
  };
  return { query, ...strategies };
}

function rewriteOf({ regexp, merge, transform }: RewriteFields, linking: Linking): readonly Rewrite[] {
  if (regexp) return [{ kind: 'regexp', source: linking.regexp(regexp.source), target: regexp.target }];
  if (transform) return [{ kind: 'transform', template: transform.template.value }];
  return merge ? [{ kind: 'merge', ...merge }] : [];
}

/** Every reference to a store, each place once: a common store is referred to by all entries. */
export function storeRefsOf({ spec }: Candidate): readonly Located<StoreRef>[] {
  const ofDataFrom = spec.dataFrom.flatMap(({ source }) => (source.kind === 'generator' ? [] : [source.store]));
  return [...new Set([...spec.data.map(({ store }) => store), ...ofDataFrom])];
}

/** Every reference to a generator. */
export function generatorRefsOf({ spec }: Candidate): readonly Located<GeneratorRef>[] {
  return spec.dataFrom.flatMap(({ source }) => (source.kind === 'generator' ? [source.generator] : []));
}

/** Marks the stores and generators that are used, and refuses references to none. */
export function checkRefs(externalSecrets: readonly Candidate[], { decoded, used, report }: Linking): void {
  const stores = [...decoded.ids.keys()].filter((id) => /^(Cluster)?SecretStore\//.test(id));
  for (const ref of externalSecrets.flatMap(storeRefsOf)) {
    const id = storeId(ref.value);
    if (decoded.ids.has(id)) used.add(id);
    else
      report(problemAt(ref, 'error', `no ${ref.value.kind} "${ref.value.name}" stands in the spec${nearest(ref.value, stores)}`));
  }
  const generators = [...decoded.ids.keys()].filter((id) => /^(VaultDynamicSecret|ClusterGenerator)\//.test(id));
  for (const ref of externalSecrets.flatMap(generatorRefsOf)) {
    const id = generatorId(ref.value);
    if (decoded.ids.has(id)) used.add(id);
    else
      report(
        problemAt(ref, 'error', `no ${ref.value.kind} "${ref.value.name}" stands in the spec${nearest(ref.value, generators)}`),
      );
  }
}

const otherKind = {
  SecretStore: 'ClusterSecretStore',
  ClusterSecretStore: 'SecretStore',
  VaultDynamicSecret: 'ClusterGenerator',
  ClusterGenerator: 'VaultDynamicSecret',
} as const;

function nearest({ kind, name }: StoreRef | GeneratorRef, ids: readonly string[]): string {
  const other = otherKind[kind];
  if (ids.includes(`${other}/${name}`)) return `, but a ${other} of this name does: write kind: ${other}`;
  const ofKind = ids.filter((id) => id.startsWith(`${kind}/`)).map((id) => id.slice(kind.length + 1));
  const known = ofKind.length > 0 ? `; there is ${ofKind.slice(0, 10).join(', ')}` : '';
  return `${known}${didYouMean(name, ofKind)}`;
}

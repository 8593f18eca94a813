import type { DynamicRequest } from '../core/generator.ts';
import { ignored, object, optional, required, withDefault } from '../core/object-shape.ts';
import { didYouMean, type Place } from '../core/problem.ts';
import {
  anything,
  below,
  boolean,
  derive,
  type Invalid,
  inWords,
  list,
  oneOf,
  pathOf,
  record,
  refine,
  refuse,
  type Shape,
  type SpecNode,
  string,
} from '../core/shape.ts';
import { type Located, located } from '../core/shape-rules.ts';
import type { RetrySettings } from '../core/spec.ts';
import { generatorKinds } from './known-names.ts';
import { generatorMetadata, type Metadata, objectOf } from './metadata.ts';
import { type Providers, retrySettings } from './store.ts';

/** `spec` of a VaultDynamicSecret (eso.md 3.2). */
export interface DynamicFields {
  readonly controller?: Located<string>;
  readonly provider: { readonly name: string; readonly config: unknown; readonly node: SpecNode; readonly path: string };
  readonly request: DynamicRequest;
  readonly retrySettings?: RetrySettings;
  /** The whole of it as written, for the digest. */
  readonly node: SpecNode;
}

export interface GeneratorObject<S> {
  readonly metadata: Metadata;
  readonly spec: S;
}

/** `spec` of a ClusterGenerator: the generator that it wraps, or the name of a kind that a later version brings. */
export type WrappedGenerator =
  | { readonly kind: 'known'; readonly fields: DynamicFields }
  | { readonly kind: 'later'; readonly name: string; readonly place: Place; readonly path: string };

/** Both kinds of generator, for these kinds of provider. */
export function generatorShapes(providers: Providers): {
  readonly VaultDynamicSecret: Shape<GeneratorObject<DynamicFields>>;
  readonly ClusterGenerator: Shape<GeneratorObject<WrappedGenerator>>;
} {
  const fields = dynamicFields(providers);
  return {
    VaultDynamicSecret: objectOf(generatorMetadata, fields),
    ClusterGenerator: objectOf(generatorMetadata, clusterFields(fields)),
  };
}

const path = refine(string({ minLength: 1, description: 'Path of the API below /v1/, such as database/creds/app.' }), (given) => {
  const bare = given.replace(/^\/+|\/+$/g, '');
  return bare === '' ? { wrong: 'a path such as database/creds/app is wanted' } : { value: bare };
});

/** ESO sends whatever isn't GET, LIST or DELETE as a write. */
const method: Shape<DynamicRequest['method']> = refine(string(), (given) => ({
  value: given === '' || given === 'GET' ? 'GET' : given === 'LIST' || given === 'DELETE' ? given : 'write',
}));

const parameters: Shape<Readonly<Record<string, unknown>>> = derive(anything(), (_value, node, context) =>
  node.kind === 'map'
    ? Object.fromEntries([...node.entries].map(([name, entry]) => [name, plainValue(entry.node)]))
    : refuse(node, context, `${inWords(node)} stands here; a map is wanted`),
);

function dynamicFields(providers: Providers): Shape<DynamicFields> {
  const shape = object(
    {
      controller: optional(located(string())),
      path: required(path),
      method: withDefault(method, 'GET'),
      parameters: optional(parameters),
      getParameters: withDefault(record(list(string())), {}),
      resultType: withDefault(oneOf('Data', 'Auth', 'Raw'), 'Data'),
      allowEmptyResponse: withDefault(boolean(), false),
      retrySettings: optional(retrySettings),
      provider: required(vaultProvider(providers)),
    },
    {
      description: 'A credential that Vault or OpenBao makes when it is asked: a database user, a certificate, keys of a cloud.',
    },
  );
  return derive(shape, ({ controller, provider, retrySettings: retry, getParameters, parameters: body, ...request }, node) => ({
    ...{ provider, node, request: { ...request, query: { ...getParameters }, ...(body ? { parameters: body } : {}) } },
    ...(controller ? { controller } : {}),
    ...(retry ? { retrySettings: retry } : {}),
  }));
}

/** The fields of a Vault store. */
function vaultProvider(providers: Providers): Shape<DynamicFields['provider']> {
  const { vault } = providers;
  const decode: Shape<unknown>['decode'] = vault
    ? vault.shape.decode
    : (node, context) => refuse(node, context, 'this build has no provider vault');
  return derive({ decode, schema: vault?.shape.schema ?? {} }, (config, node, context) => ({
    ...{ name: 'vault', config, node, path: pathOf(context) },
  }));
}

const wrappedKinds = generatorKinds.filter((kind) => kind !== 'ClusterGenerator' && kind !== 'GeneratorState');

function clusterFields(dynamic: Shape<DynamicFields>): Shape<WrappedGenerator> {
  const specs = { vaultDynamicSecretSpec: optional(dynamic) };
  const later = wrappedKinds.filter((kind) => kind !== 'VaultDynamicSecret').map(specNameOf);
  const generator = object({ ...specs, ...Object.fromEntries(later.map((name) => [name, ignored('')])) });
  const shape = object({ kind: required(located(oneOf(...wrappedKinds))), generator: required(generator) });
  return derive(shape, ({ kind, generator: { vaultDynamicSecretSpec } }, node, context): WrappedGenerator | Invalid => {
    if (kind.value !== 'VaultDynamicSecret') return { kind: 'later', name: kind.value, place: kind.place, path: kind.path };
    if (vaultDynamicSecretSpec) return { kind: 'known', fields: vaultDynamicSecretSpec };
    const others = node.kind === 'map' ? node.entries.get('generator')?.node : undefined;
    const given = others?.kind === 'map' ? [...others.entries.keys()] : [];
    const near = given.length > 0 ? didYouMean(given[0] ?? '', ['vaultDynamicSecretSpec']) : '';
    return refuse(others ?? node, below(context, 'generator'), `vaultDynamicSecretSpec must be given${near}`);
  });
}

/** `ECRAuthorizationToken` -> `ecrAuthorizationTokenSpec`, `UUID` -> `uuidSpec` (eso.md 3.2). */
function specNameOf(kind: string): string {
  const [start = ''] = /^[A-Z]+(?=[A-Z][a-z])|^[A-Z]+$|^[A-Z]/.exec(kind) ?? [];
  return `${start.toLowerCase()}${kind.slice(start.length)}Spec`;
}

/** What a client sends as JSON. */
function plainValue(node: SpecNode): unknown {
  switch (node.kind) {
    case 'null':
      return null;
    case 'list':
      return node.items.map(plainValue);
    case 'map':
      return Object.fromEntries([...node.entries].map(([name, entry]) => [name, plainValue(entry.node)]));
    default:
      return node.value;
  }
}

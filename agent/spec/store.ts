import { goDuration, labelSelector, objectName, waitMs } from '../core/kubernetes-shapes.ts';
import { ignored, object, optional, required, withDefault } from '../core/object-shape.ts';
import { didYouMean, type Place } from '../core/problem.ts';
import {
  below,
  derive,
  integer,
  invalid,
  inWords,
  list,
  pathOf,
  refine,
  refuse,
  type Shape,
  type SpecNode,
  string,
} from '../core/shape.ts';
import { either, type Located, located } from '../core/shape-rules.ts';
import type { RetrySettings } from '../core/spec.ts';
import type { LabelSelector } from '../core/store-conditions.ts';
import type { ProviderKind } from '../providers/provider.ts';
import { laterProviders } from './known-names.ts';
import { type Metadata, objectOf, storeMetadata } from './metadata.ts';

export type Providers = Readonly<Record<string, ProviderKind>>;

/** `spec` of a SecretStore or ClusterSecretStore. */
export interface StoreFields {
  readonly controller?: Located<string>;
  readonly provider: ProviderPart;
  readonly retrySettings?: RetrySettings;
  readonly conditions: readonly ConditionFields[];
}

export type ProviderPart =
  | {
      readonly kind: 'known';
      readonly name: string;
      readonly config: unknown;
      /** As written, for places and for the digest. */
      readonly node: SpecNode;
      readonly path: string;
    }
  /** External Secrets Operator has it, we don't. An error only where something uses the store. */
  | { readonly kind: 'later'; readonly name: string; readonly place: Place; readonly path: string };

export interface ConditionFields {
  readonly namespaceSelector?: LabelSelector;
  readonly namespaces?: readonly string[];
  /** Sources of regular expressions. */
  readonly namespaceRegexes?: readonly Located<string>[];
}

/** Also of generators. */
export const retrySettings: Shape<RetrySettings> = refine(
  object({ maxRetries: optional(integer({ min: 0 })), retryInterval: optional(waitMs) }),
  ({ maxRetries, retryInterval }) => ({
    value: {
      ...(maxRetries === undefined ? {} : { maxRetries }),
      ...(retryInterval === undefined ? {} : { retryIntervalMs: retryInterval }),
    },
  }),
);

const condition: Shape<ConditionFields> = object({
  namespaceSelector: optional(labelSelector),
  namespaces: optional(list(objectName)),
  namespaceRegexes: optional(list(located(string()))),
});

/** Both kinds of store, for these kinds of provider. */
export function storeShapes(providers: Providers): Record<'SecretStore' | 'ClusterSecretStore', Shape<StoreObject>> {
  const fields = object({
    controller: optional(located(string())),
    provider: required(providerShape(providers)),
    retrySettings: optional(retrySettings),
    refreshInterval: ignored(
      'not used: a store is judged by every request that is made to it',
      either(integer(), goDuration, 'a number of seconds, or a duration such as 5m,'),
    ),
    conditions: withDefault(list(condition), []),
  });
  return {
    SecretStore: objectOf(storeMetadata, withoutConditions(fields)),
    ClusterSecretStore: objectOf(storeMetadata, fields),
  };
}

export interface StoreObject {
  readonly metadata: Metadata;
  readonly spec: StoreFields;
}

/** They mean something for ClusterSecretStores only (eso.md 2.1). */
function withoutConditions(fields: Shape<StoreFields>): Shape<StoreFields> {
  return derive(fields, (store, node, context) => {
    if (store.conditions.length === 0) return store;
    const message = 'have no meaning on a SecretStore, here as in External Secrets Operator';
    context.report({ severity: 'note', place: node.place, path: `${pathOf(context)}.conditions`, message });
    return { ...store, conditions: [] };
  });
}

/** A map with one member, named for the kind of store. */
function providerShape(providers: Providers): Shape<ProviderPart> {
  const names = Object.keys(providers);
  return {
    schema: providerSchema(providers),
    decode(node, context) {
      if (node.kind !== 'map') return refuse(node, context, `${inWords(node)} stands here; a map is wanted`);
      const members = [...node.entries].filter(([, entry]) => entry.node.kind !== 'null');
      const [[name, entry] = [], ...more] = members;
      if (name === undefined || entry === undefined || more.length > 0)
        return refuse(node, context, `exactly one kind of store is wanted: ${names.join(' or ')}`);
      const here = below(context, name);
      const kind = Object.hasOwn(providers, name) ? providers[name] : undefined;
      if (kind) {
        const config = kind.shape.decode(entry.node, here);
        return config === invalid ? invalid : { kind: 'known', name, config, node: entry.node, path: pathOf(here) };
      }
      if (laterProviders.includes(name)) return { kind: 'later', name, place: entry.keyPlace, path: pathOf(here) };
      const suggestion = didYouMean(name, [...names, ...laterProviders]);
      const message = `no kind of store has this name; allowed: ${names.join(', ')}${suggestion}`;
      context.report({ severity: 'error', place: entry.keyPlace, path: pathOf(here), message });
      return invalid;
    },
  };
}

function providerSchema(providers: Providers): Shape<unknown>['schema'] {
  const known = Object.entries(providers).map(([name, kind]) => [name, kind.shape.schema] as const);
  const later = laterProviders.map((name) => [name, { description: 'Comes with a later version of Keytide.' }] as const);
  const properties = Object.fromEntries([...later, ...known]);
  return { type: 'object', properties, additionalProperties: false, minProperties: 1, maxProperties: 1 };
}

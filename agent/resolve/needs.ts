import { followRotationAnnotation } from '../core/early-refresh.ts';
import { type FindQuery, type ObjectRef, queryId, refId } from '../core/object-ref.ts';
import type { ExternalSecret, RemoteRef } from '../core/spec.ts';

/** What must be asked of each store, by store id: every remote object once, however many entries use it. */
export interface Needs {
  readonly refs: ReadonlyMap<string, readonly ObjectRef[]>;
  readonly finds: ReadonlyMap<string, readonly FindQuery[]>;
}

/** The plan of one refresh of these external secrets together. Pure. */
export function needsOf(secrets: readonly ExternalSecret[]): Needs {
  const refs = new Map<string, Map<string, ObjectRef>>();
  const finds = new Map<string, Map<string, FindQuery>>();
  for (const { data, dataFrom, annotations } of secrets) {
    const addRef = (store: string, remoteRef: RemoteRef): void => {
      const asked =
        annotations[followRotationAnnotation] === 'true' ? [refOf(remoteRef), outlookRefOf(remoteRef)] : [refOf(remoteRef)];
      for (const ref of asked) add(refs, store, refId(ref), ref);
    };
    for (const entry of dataFrom) {
      if (entry.kind === 'generator') continue;
      if (entry.kind === 'find') add(finds, entry.store, queryId(entry.find.query), entry.find.query);
      else addRef(entry.store, entry.remoteRef);
    }
    for (const { store, remoteRef } of data) addRef(store, remoteRef);
  }
  return { refs: listed(refs), finds: listed(finds) };
}

/** Ids of the stores that an external secret reads. */
export function storesOf({ data, dataFrom }: Pick<ExternalSecret, 'data' | 'dataFrom'>): ReadonlySet<string> {
  const ofDataFrom = dataFrom.flatMap((entry) => (entry.kind === 'generator' ? [] : [entry.store]));
  return new Set([...data.map(({ store }) => store), ...ofDataFrom]);
}

/** Where the store says what will become of the object that an entry reads: its own metadata, if it reads that. */
export function outlookRefOf(remoteRef: RemoteRef): ObjectRef {
  return remoteRef.metadataPolicy === 'Fetch' ? refOf(remoteRef) : { kind: 'metadata', key: remoteRef.key, version: '' };
}

/** The remote object that an entry reads. */
export function refOf({ key, version, metadataPolicy }: RemoteRef): ObjectRef {
  return { kind: metadataPolicy === 'Fetch' ? 'metadata' : 'value', key, version };
}

function add<T>(stores: Map<string, Map<string, T>>, store: string, id: string, need: T): void {
  const needs = stores.get(store) ?? new Map<string, T>();
  if (!needs.has(id)) needs.set(id, need);
  stores.set(store, needs);
}

function listed<T>(stores: ReadonlyMap<string, ReadonlyMap<string, T>>): ReadonlyMap<string, readonly T[]> {
  return new Map([...stores].map(([store, needs]) => [store, [...needs.values()]]));
}

import type { Fetched, Outlook } from '../core/object-ref.ts';
import type { RemoteVersions } from '../core/remote-versions.ts';
import type { ExternalSecret, RemoteRef } from '../core/spec.ts';
import { outlookRefOf, refOf, storesOf } from './needs.ts';

/** What is known of the objects that the entries were made of, beside their values. */
export interface RemoteFacts {
  readonly versions: RemoteVersions;
  /** Remote key -> the version before the current one, where a store told it. */
  readonly previousVersions: RemoteVersions;
  /** The next time at which a store means to put another value there, in ms since the epoch. */
  readonly rotatesAt?: number;
}

/**
 * A remote key stands with the version that the manifest asks for, where it asks for one (`db@3`), and behind its store where there are
 * several (`SecretStore/a: db`). Pure.
 */
export function remoteFacts(secret: ExternalSecret, fetched: Fetched): RemoteFacts {
  const isOneStore = storesOf(secret).size < 2;
  const nameOf = (store: string, key: string): string => (isOneStore ? key : `${store}: ${key}`);
  const objects = objectsOf(secret);
  const outlooks = objects.flatMap(({ store, remoteRef }) => {
    const outlook = outlookOf(store, remoteRef, fetched);
    return outlook ? [{ name: nameOf(store, remoteRef.key), ...outlook }] : [];
  });
  const rotations = outlooks.flatMap(({ rotatesAt }) => rotatesAt ?? []);
  return {
    versions: new Map([
      ...objects.flatMap(({ store, remoteRef: { key, version }, remoteRef }) =>
        named(nameOf(store, version === '' ? key : `${key}@${version}`), fetched.value(store, refOf(remoteRef))),
      ),
      ...findsOf(secret).flatMap(({ store, find: { query } }) => {
        const hits = fetched.find(store, query);
        return 'code' in hits ? [] : hits.flatMap((hit) => named(nameOf(store, hit.key), hit));
      }),
    ]),
    previousVersions: new Map(
      outlooks.flatMap(({ name, previousVersion }) => (previousVersion ? [[name, previousVersion]] : [])),
    ),
    ...(rotations.length > 0 ? { rotatesAt: Math.min(...rotations) } : {}),
  };
}

function named(
  name: string,
  answer: { readonly kind: string; readonly versionName?: string | undefined },
): readonly (readonly [string, string])[] {
  return answer.versionName ? [[name, answer.versionName]] : [];
}

function outlookOf(store: string, remoteRef: RemoteRef, fetched: Fetched): Outlook | undefined {
  const answer = fetched.value(store, outlookRefOf(remoteRef));
  return answer.kind === 'found' ? answer.outlook : undefined;
}

function objectsOf({ data, dataFrom }: ExternalSecret): readonly { readonly store: string; readonly remoteRef: RemoteRef }[] {
  return [...dataFrom.flatMap((entry) => (entry.kind === 'extract' ? [entry] : [])), ...data];
}

function findsOf({ dataFrom }: ExternalSecret) {
  return dataFrom.flatMap((entry) => (entry.kind === 'find' ? [entry] : []));
}

import type { AgentError } from './agent-error.ts';
import type { GoRegexp } from './go-regexp.ts';
import type { Entries, SecretValue } from './secret-value.ts';

/** A remote object and its version; never a property: twenty properties of one secret are one read. */
export interface ObjectRef {
  /** `metadata` reads tags, labels and the like instead of the value (metadataPolicy: Fetch). */
  readonly kind: 'value' | 'metadata';
  readonly key: string;
  /** As the manifest writes it; '' where it gives none. */
  readonly version: string;
}

/** Equal for equal refs, so that it can be the key of a map. */
export function refId(ref: ObjectRef): string {
  return JSON.stringify([ref.kind, ref.key, ref.version]);
}

/** Which objects a `find` asks for. What `path` means is the provider's business. */
export interface FindQuery {
  readonly path?: string;
  readonly name?: GoRegexp;
  readonly tags?: Readonly<Record<string, string>>;
}

/** Equal for equal queries. */
export function queryId(query: FindQuery): string {
  const tags = Object.entries(query.tags ?? {}).sort(([a], [b]) => (a < b ? -1 : 1));
  return JSON.stringify([query.path ?? null, query.name?.source ?? null, query.tags ? tags : null]);
}

/** What a store said about one object. Denied or down is never `missing`. */
export type Answer =
  | FoundAnswer
  | { readonly kind: 'unchanged' }
  | { readonly kind: 'missing'; readonly reason: string }
  | { readonly kind: 'failed'; readonly error: AgentError };

export interface FoundAnswer {
  readonly kind: 'found';
  readonly value: SecretValue;
  readonly version: string;
  /** What the store calls this version, to be told to people; absent where it has no name for it. Never made of the value. */
  readonly versionName?: string | undefined;
  readonly validUntil?: Date;
  readonly outlook?: Outlook;
  /** What a property is read from, where that isn't `value`: a Secrets Manager secret with both text and bytes (eso.md 2.4). */
  readonly propertyValue?: SecretValue;
}

/** What a store says of an object besides its value, where it was asked for its metadata. */
export interface Outlook {
  /** The latest time at which the store means to put another value there, in ms since the epoch. */
  readonly rotatesAt?: number;
  /** The version before the current one, which can still be had. */
  readonly previousVersion?: string;
}

/** One hit of a `find`: its value, or why this one could not be read. */
export type Found =
  | {
      readonly kind: 'found';
      readonly key: string;
      readonly value: SecretValue;
      readonly version: string;
      readonly versionName?: string | undefined;
    }
  | { readonly kind: 'unreadable'; readonly key: string; readonly error: AgentError };

/** What `resolve` reads from: all answers of one refresh, by store. */
export interface Fetched {
  readonly value: (store: string, ref: ObjectRef) => Answer;
  readonly find: (store: string, query: FindQuery) => readonly Found[] | AgentError;
  /** What the generator of `dataFrom[index]` gave; absent where none is asked. */
  readonly made?: (index: number) => Entries | AgentError | undefined;
}

import type { PropertyDialect } from '../core/dialect.ts';
import type { Effects } from '../core/effects.ts';
import type { Answer, FindQuery, Found, ObjectRef } from '../core/object-ref.ts';
import type { Shape } from '../core/shape.ts';
import type { IdentityHints, SecretKeyRef, Store } from '../core/spec.ts';

/** refId -> the version we hold, so that a store may answer `unchanged`. */
export type KnownVersions = ReadonlyMap<string, string>;

/**
 * One opened store. It batches as its API allows and answers each ref on its own: the answer's key is the very ref that
 * was asked. It does not cache or log; it retries only what the wire needs (one login anew, a batch that was refused as
 * such). It throws only when nothing at all could be asked (identity refused, store unreachable): an AgentError.
 */
export interface Provider {
  read(refs: readonly ObjectRef[], known: KnownVersions, signal: AbortSignal): Promise<ReadonlyMap<ObjectRef, Answer>>;
  find?(query: FindQuery, signal: AbortSignal): Promise<readonly Found[]>;
  /** Calls `changed` when the store itself knows that something changed (a watched file). */
  watch?(changed: () => void): void;
  close?(): Promise<void>;
}

/** What `check` tells of one store, without touching the world. */
export interface StorePlan {
  /** Such as `AWS Secrets Manager in eu-west-1`. */
  readonly place: string;
  /** Such as `role arn:aws:iam::1:role/app by web identity`. */
  readonly identity: string;
  /** Calls that one refresh of these refs and queries takes. */
  readonly calls: (refs: readonly ObjectRef[], finds: readonly FindQuery[]) => number;
  /** Facts the operator should know, one sentence each. */
  readonly notes: readonly string[];
}

/** One kind of store. */
export interface ProviderKind<Config = unknown> {
  /** Its part of `spec.provider`: drives the decoder and the JSON Schema. Touches nothing outside. */
  readonly shape: Shape<Config>;
  /** May depend on the config (a service). */
  readonly dialect: (config: Config) => PropertyDialect;
  readonly plan: (store: Store, config: Config, identity: IdentityHints) => StorePlan;
  /** Loads its client only here. */
  readonly open: (store: Store, config: Config, effects: Effects) => Promise<Provider>;
  /** References of the config to Secrets and ConfigMaps and service accounts, for checks. */
  readonly references: (config: Config) => StoreReferences;
}

export interface StoreReferences {
  readonly secrets: readonly (SecretKeyRef & { readonly namespace?: string; readonly path: string })[];
  /** Whose change opens the store anew. */
  readonly configMaps?: readonly SecretKeyRef[];
  readonly serviceAccounts: readonly { readonly name: string; readonly namespace?: string; readonly path: string }[];
}

export type { Effects } from '../core/effects.ts';

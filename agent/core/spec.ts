import type { PropertyDialect } from './dialect.ts';
import type { Generator } from './generator.ts';
import type { GoRegexp } from './go-regexp.ts';
import type { Check, ReloadStep, Stagger, Verify } from './hooks.ts';
import type { FindQuery } from './object-ref.ts';

/** The accepted spec: what `agent/spec` makes of the documents. Everything defaulted, checked and linked. */
export interface Spec {
  /** In document order. Only those that some delivery uses. */
  readonly externalSecrets: readonly ExternalSecret[];
  /** Only stores that an external secret uses. */
  readonly stores: readonly Store[];
  /** Only generators that an external secret uses. */
  readonly generators: readonly Generator[];
  /** Explicit Deliveries and the implied ones. */
  readonly deliveries: readonly Delivery[];
  readonly identity: IdentityHints;
  /** Secret and ConfigMap documents: name -> key -> bytes. Looked up before the mounted directories. */
  readonly secrets: Documents;
  readonly configMaps: Documents;
  /** Texts of values that stand in the spec itself, so that the log masker leaves its words alone. */
  readonly ownText: string;
}

export type Documents = ReadonlyMap<string, ReadonlyMap<string, Uint8Array>>;

/** From ServiceAccount documents and flags: which identity the pod has. */
export interface IdentityHints {
  readonly namespace: string;
  readonly serviceAccount?: string;
  /** Annotations of the pod's ServiceAccount document, if the spec has one. */
  readonly annotations: Readonly<Record<string, string>>;
}

export interface ExternalSecret {
  readonly name: string;
  readonly namespace?: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  readonly refreshPolicy: 'Periodic' | 'CreatedOnce' | 'OnChange';
  /** 0 or less: never again after the first success. */
  readonly refreshIntervalMs: number;
  /** As written, for status. */
  readonly refreshInterval: string;
  readonly syncWindows?: SyncWindows;
  readonly target: Target;
  readonly data: readonly DataEntry[];
  readonly dataFrom: readonly DataFromEntry[];
  /** Equal when nothing that matters to entries, labels or annotations differs: a changed spec is compared by it. */
  readonly digest: string;
}

export interface Target {
  readonly name: string;
  readonly creationPolicy: 'Owner' | 'Orphan' | 'Merge' | 'CreateOrMerge' | 'None';
  readonly deletionPolicy: DeletionPolicy;
  readonly immutable: boolean;
  /** Absent: the entries are what was fetched. */
  readonly template?: TargetTemplate;
}

/** `target.template` (eso.md 1.7): Go templates over what was fetched. */
export interface TargetTemplate {
  /** Of the Secret that ESO would write; '' when none is given. */
  readonly type: string;
  /** `Merge`: what was fetched is kept beside what the templates give. */
  readonly mergePolicy: 'Replace' | 'Merge';
  /** In their order; a later one wins. */
  readonly from: readonly TemplateSource[];
  /** Key -> template; they win over `from`. */
  readonly data: Readonly<Record<string, string>>;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

/** One of `templateFrom`. */
export interface TemplateSource {
  readonly configMap?: TemplateObject;
  readonly secret?: TemplateObject;
  readonly literal?: string;
  readonly target: TemplateTarget;
  readonly valuesDecodingStrategy: DecodingStrategy;
}

/** Files have no labels and annotations: those are rendered for their errors, and shown by `keytide render`. */
export type TemplateTarget = 'Data' | 'Labels' | 'Annotations';

export interface TemplateObject {
  readonly name: string;
  readonly items: readonly { readonly key: string; readonly templateAs: TemplateAs }[];
}

/** `Values`: the text gives the value of one key; `KeysAndValues`: it gives YAML, a map of strings. */
export type TemplateAs = 'Values' | 'KeysAndValues';

export type DeletionPolicy = 'Retain' | 'Delete' | 'Merge';

/** schedule: parsed 5-field cron or descriptor in UTC (see core/sync-windows.ts). */
export interface SyncWindows {
  readonly kind: 'allow' | 'deny';
  readonly windows: readonly { readonly schedule: string; readonly durationMs: number }[];
}

export type ConversionStrategy = 'Default' | 'Unicode';
export type DecodingStrategy = 'None' | 'Base64' | 'Base64URL' | 'Auto';
export type NullBytePolicy = 'Ignore' | 'Fail';

export interface RemoteRef {
  readonly key: string;
  readonly property: string;
  readonly version: string;
  readonly metadataPolicy: 'None' | 'Fetch';
  readonly conversionStrategy: ConversionStrategy;
  readonly decodingStrategy: DecodingStrategy;
  readonly nullBytePolicy: NullBytePolicy;
}

export interface DataEntry {
  readonly secretKey: string;
  /** Id of a store in `Spec.stores`. */
  readonly store: string;
  readonly remoteRef: RemoteRef;
}

export type DataFromEntry =
  | { readonly kind: 'extract'; readonly store: string; readonly remoteRef: RemoteRef; readonly rewrite: readonly Rewrite[] }
  | { readonly kind: 'find'; readonly store: string; readonly find: Find; readonly rewrite: readonly Rewrite[] }
  /** `generator`: id of one in `Spec.generators`. */
  | { readonly kind: 'generator'; readonly generator: string; readonly rewrite: readonly Rewrite[] };

export interface Find {
  readonly query: FindQuery;
  readonly conversionStrategy: ConversionStrategy;
  readonly decodingStrategy: DecodingStrategy;
  readonly nullBytePolicy: NullBytePolicy;
}

export type Rewrite =
  | { readonly kind: 'regexp'; readonly source: GoRegexp; readonly target: string }
  /** A Go template that makes the new key out of `.value`, the old one. */
  | { readonly kind: 'transform'; readonly template: string }
  | {
      readonly kind: 'merge';
      readonly into: string;
      readonly priority: readonly string[];
      readonly priorityPolicy: 'Strict' | 'IgnoreNotFound';
      readonly conflictPolicy: 'Error' | 'Ignore';
      readonly strategy: 'Extract' | 'JSON';
    };

export interface Store {
  /** `SecretStore/name` or `ClusterSecretStore/name`. */
  readonly id: string;
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  readonly name: string;
  readonly annotations: Readonly<Record<string, string>>;
  /** A key of `knownProviders`. */
  readonly provider: string;
  /** What that provider's `decode` made of its part; only it looks inside. */
  readonly config: unknown;
  readonly dialect: PropertyDialect;
  readonly retry?: RetrySettings;
  readonly digest: string;
  /** Of the keys of Secret and ConfigMap documents that it refers to. Equal for equal values in this process. */
  readonly documentsDigest: string;
}

export interface RetrySettings {
  readonly maxRetries?: number;
  readonly retryIntervalMs?: number;
}

/** A reference to one key of a Secret, as stores use them: read from the spec's Secret documents, else from --credentials. */
export interface SecretKeyRef {
  readonly name: string;
  readonly key: string;
}

export interface Delivery {
  readonly name: string;
  /** Below the root; one segment or several. */
  readonly directory: string;
  /** Names of external secrets, at least one. */
  readonly externalSecrets: readonly string[];
  /** `implied`: made from ExternalSecrets alone. `declared`: a Delivery document. */
  readonly origin: 'declared' | 'implied';
  readonly layout: 'files' | 'none';
  readonly defaults: FileDefaults;
  readonly files: readonly FileTemplate[];
  readonly settle: { readonly quietMs: number; readonly maxMs: number };
  readonly keepPreviousMs: number;
  /** Absent: nothing is looked at before it is published. */
  readonly check?: Check;
  readonly reload: readonly ReloadStep[];
  /** Absent: acknowledged as soon as it is reloaded. */
  readonly verify?: Verify;
  /** What becomes of a generation that the app was proved not to take. */
  readonly onVerifyFailure: 'rollback' | 'keep';
  readonly stagger: Stagger;
  /** True: the first generation of a pod's life reloads, too. */
  readonly firstReload: boolean;
  /** target.immutable: published once, then never rewritten. */
  readonly immutable: boolean;
  readonly digest: string;
}

export interface FileDefaults {
  /** Permission bits; 0o440 unless given. */
  readonly mode: number;
  readonly owner?: number;
  readonly group?: number;
}

/** A file rendered in addition to the entries. */
export interface FileTemplate {
  readonly path: string;
  readonly mode?: number;
  readonly owner?: number;
  readonly group?: number;
  readonly template:
    | { readonly kind: 'eta'; readonly text: string }
    /** A path in the agent's container, read when the spec is read. */
    | { readonly kind: 'etaFile'; readonly path: string }
    | { readonly kind: 'goTemplate'; readonly text: string }
    | { readonly kind: 'goTemplateFile'; readonly path: string }
    /** A template of `templates/`, by name. */
    | { readonly kind: 'format'; readonly name: string };
  readonly with?: FileWith;
}

/** What a file's template is given beside the entries, by name: a text, or the entry to take for a value that it needs. */
export type FileWith = Readonly<
  Record<string, { readonly kind: 'text'; readonly text: string } | { readonly kind: 'entry'; readonly entry: string }>
>;

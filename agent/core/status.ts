import { type AgentError, type ErrorClass, errorClass } from './agent-error.ts';
import type { ToldVersions } from './remote-versions.ts';

/** What status.json, /status and `keytide status` show (DESIGN 10). No values, no hashes of values. Times are ISO 8601 in UTC. */
export interface Status {
  readonly schemaVersion: 1;
  /** When the process started: an age before the first success counts from here. */
  readonly startedAt: string;
  readonly spec: { readonly accepted: boolean; readonly errors: readonly string[] };
  readonly stores: readonly StoreStatus[];
  readonly externalSecrets: readonly ExternalSecretStatus[];
  readonly deliveries: readonly DeliveryStatus[];
}

export interface StoreStatus {
  readonly name: string;
  readonly kind: 'SecretStore' | 'ClusterSecretStore';
  readonly ready: boolean;
  /** ESO's words: Valid, ValidationUnknown (not asked yet), InvalidProviderConfig ... */
  readonly reason: string;
  readonly lastError?: ErrorStatus;
}

export interface ExternalSecretStatus {
  readonly name: string;
  readonly namespace: string;
  readonly store: string;
  readonly refreshInterval: string;
  readonly ready: boolean;
  /** ESO's words: SecretSynced, SecretSyncedError, SecretDeleted, SecretMissing; Pending before the first try. */
  readonly reason: string;
  readonly refreshedAt?: string;
  /** When it is due again; absent when nothing will refresh it by itself. */
  readonly nextAt?: string;
  readonly error?: ErrorStatus;
  /** Listed items that were left out, and the like. */
  readonly warnings: readonly string[];
  /** Remote key -> what the store calls the version that was read last; absent where it has no name for it. */
  readonly versions?: Readonly<Record<string, string>>;
  /** Remote key -> the version before it, where the store told it (AWS: AWSPREVIOUS). */
  readonly previousVersions?: Readonly<Record<string, string>>;
  /** When a store means to rotate one of them at the latest, where it told it. */
  readonly rotatesAt?: string;
  /** Credentials that end, one for each use of a generator; absent where there are none. */
  readonly leases?: readonly LeaseStatus[];
}

export interface LeaseStatus {
  /** Such as `VaultDynamicSecret/db`. */
  readonly generator: string;
  readonly expiresAt: string;
  readonly secondsLeft: number;
  /** Credentials before this one that are kept until every delivery is acknowledged without them. */
  readonly outgoing: number;
  /** Why it could not be renewed or replaced, last. */
  readonly error?: Omit<ErrorStatus, 'class'>;
}

export interface DeliveryStatus {
  readonly name: string;
  readonly directory: string;
  readonly state: string;
  /** Generation numbers; 0 before the first. */
  readonly published: number;
  readonly acknowledged: number;
  readonly held: boolean;
  /** What the app was proved not to take, and isn't published again until the store has something else or the operator forces it. */
  readonly heldBack?: {
    readonly generation: number;
    readonly reason: string;
    readonly since: string;
    readonly versions: ToldVersions;
  };
  /** Of what readers see; absent where stores have no names for it, or an earlier agent published it and no store answered since. */
  readonly versions?: ToldVersions;
  readonly publishedAt?: string;
  readonly acknowledgedAt?: string;
  readonly error?: ErrorStatus;
  /** Of the files that hold a PEM certificate: when the first one in it ends. Absent where there are none. */
  readonly certificates?: readonly { readonly file: string; readonly expiresAt: string }[];
  /** Paths below the directory. */
  readonly files: readonly string[];
}

export interface ErrorStatus {
  readonly class: ErrorClass;
  readonly code: string;
  readonly message: string;
  readonly hint: string;
}

/** An error as status shows it: words only, no values. */
export function errorStatus(error: AgentError): ErrorStatus {
  return { class: errorClass(error), code: error.code, message: error.message, hint: error.hint };
}

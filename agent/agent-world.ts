import type { Clock } from './core/clock.ts';
import type { Log } from './core/log.ts';
import type { Entries, SecretValue } from './core/secret-value.ts';
import type { Delivery, ExternalSecret, Spec, Store } from './core/spec.ts';
import type { DelivererWorld } from './deliverer-world.ts';
import type { Ledger } from './leases/ledger.ts';
import type { Provider } from './providers/provider.ts';
import type { RecordedEntries } from './publish/entries-record.ts';
import type { SecretTemplates } from './refresh-answers.ts';

/** What the two loops need of the world; made once by a command. */
export interface AgentWorld {
  readonly clock: Clock;
  readonly log: Log;
  readonly signal: AbortSignal;
  readonly fraction: number;
  readonly reloads: 'on' | 'off';
  readonly open: (store: Store, spec: Spec) => Promise<Provider>;
  readonly learn: (values: Iterable<SecretValue>) => void;
  /** Entries that an agent which is started again must not fetch anew. `write` passes over all others; it never rejects. */
  readonly recorded: {
    readonly read: (secret: ExternalSecret) => Promise<RecordedEntries | undefined>;
    readonly write: (secret: ExternalSecret, entries: Entries, refreshedAt: number) => Promise<void>;
  };
  /** The credentials of generators; `refresh` is asked for when another one is due. */
  readonly ledger: (about: LedgerAbout) => Ledger;
  /** Whether what was issued is given back at the end, or kept for the next agent. */
  readonly atEnd: () => 'revoke' | 'keep';
  /** The Go templates of an external secret; ConfigMaps and Secrets of the spec answer what they name. */
  readonly templates: (secret: ExternalSecret, spec: Spec) => Promise<SecretTemplates>;
  /** What a delivery may use, beside what all share. */
  readonly delivererWorld: (
    delivery: Delivery,
    spec: Spec,
  ) => Promise<Pick<DelivererWorld, 'place' | 'render' | 'hooks' | 'staggerMs' | 'progress'>>;
  readonly onSync: (secret: ExternalSecret, result: 'ok' | 'failed', durationMs: number) => void;
  readonly onRollback: (delivery: Delivery) => void;
  /** Told after every change of what `status` says. */
  readonly onChange: () => void;
}

export interface LedgerAbout {
  readonly spec: () => Spec | undefined;
  readonly refresh: (externalSecret: string) => void;
  readonly onChange: () => void;
}

import type { AgentError } from '../core/agent-error.ts';
import type { Clock } from '../core/clock.ts';
import type { Generator } from '../core/generator.ts';
import type { SecretRecord } from '../core/hand-over.ts';
import type { LeaseState } from '../core/lease.ts';
import type { Credential } from '../core/lease-times.ts';
import type { Log } from '../core/log.ts';
import type { Entries, SecretValue } from '../core/secret-value.ts';
import type { CredentialSource } from './source.ts';

/** What belongs to a credential and is not for the state machine to see. */
export interface Holding {
  readonly entries: Entries;
  readonly leaseId?: string;
  /** The name of the token that it hangs on. */
  readonly parent: string;
}

/** One use of a generator by one external secret, with the credentials that came of it. */
export interface LeaseUse {
  /** Equal for the same use of the same generator, also in another process. */
  readonly key: string;
  readonly secret: string;
  readonly generator: Generator;
  state: LeaseState;
  /** By the id of the credential. */
  readonly held: Map<string, Holding>;
  /** Being revoked. */
  readonly letting: Map<string, Credential>;
  isWanted: boolean;
  issuing?: Promise<void> | undefined;
  /** Why the last request for a credential, or for a renewal, failed. */
  error?: AgentError | undefined;
}

export interface LedgerWorld {
  readonly clock: Clock;
  /** Milliseconds that no clock setting moves; `performance.now` unless a test gives another. */
  readonly monotonicMs?: () => number;
  readonly log: Log;
  /** Aborted when the agent must stop. */
  readonly signal: AbortSignal;
  /** Absent: nobody comes after us. */
  readonly record?: SecretRecord;
  /** `renounced`: tokens of an earlier agent that are not to be used. `changed`: something became of a token. */
  readonly open: (generator: Generator, about: OpenAbout) => Promise<CredentialSource>;
  /** Another credential is due for this external secret. */
  readonly refresh: (externalSecret: string) => void;
  readonly learn: (values: Iterable<SecretValue>) => void;
  readonly onRenewal: (generator: string, result: 'ok' | 'failed') => void;
  /** Told after every change of what `status` says. */
  readonly onChange: () => void;
}

export interface OpenAbout {
  readonly renounced: readonly string[];
  readonly changed: () => void;
}

/** A token on which something may hang that nobody knows: its answer was never read. */
export interface Doubt {
  readonly generator: string;
  readonly parent: string;
}

/** What a running ledger holds. */
export interface LedgerState {
  readonly world: LedgerWorld;
  readonly nowMs: () => number;
  readonly uses: Map<string, LeaseUse>;
  readonly sources: Map<string, OpenedSource>;
  /** Requests for credentials that are under way, or never were answered. */
  readonly doubts: Set<Doubt>;
  /** Wakes the loop. */
  wake: AbortController;
  isLoaded: boolean;
  phase: 'open' | 'closed';
}

/** One generator's connection: all its uses share it. */
export interface OpenedSource {
  readonly generator: Generator;
  readonly opening: Promise<CredentialSource>;
  source?: CredentialSource;
  /** Tokens that are being revoked. */
  readonly dropping: Set<string>;
  /** `started`: its token is known. Before, nothing can be said of tokens of an earlier agent. */
  phase: 'opened' | 'starting' | 'started';
  /** After a failure: when it is tried to be started again. */
  retryAtMs: number;
}

/** Sources of different configurations are different ones, for as long as something of the old one is left. */
export function sourceKey({ id, digest }: Generator): string {
  return `${id} ${digest}`;
}

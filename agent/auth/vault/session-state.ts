import type { AgentError, ErrorClass } from '../../core/agent-error.ts';
import type { Clock } from '../../core/clock.ts';
import type { Log } from '../../core/log.ts';
import type { SecretValue } from '../../core/secret-value.ts';
import type { TokenKeep } from './kept-tokens.ts';
import type { VaultLogin, VaultToken } from './login.ts';
import type { TokenRequests } from './token-requests.ts';
import type { TokenLife } from './token-schedule.ts';

export interface VaultSessionWorld {
  readonly clock: Clock;
  /** Milliseconds that no clock setting moves; `performance.now` unless a test gives another. */
  readonly monotonicMs?: () => number;
  readonly log: Log;
  /** Of the token: `auth.namespace`, else the store's (vault.md N2). */
  readonly namespace?: string;
  /** Whether a token that we made is revoked at the end; `--keep-token` keeps it. */
  readonly atEnd: 'revoke' | 'keep';
  /** Absent: nobody comes after us. */
  readonly keep?: TokenKeep;
  readonly onLogin?: (method: string, result: 'ok' | ErrorClass) => void;
  readonly onRenewal?: (method: string, result: 'ok' | ErrorClass) => void;
  /** After each login and renewal: seconds that the token in use lives from now on; 0: without end. */
  readonly onToken?: (ttlSeconds: number) => void;
}

/** A token in use, or one that was. */
export interface Held {
  /** Ours: batch tokens have no accessor, and a hash of the token must not be. */
  readonly id: string;
  readonly token: VaultToken;
  readonly life: TokenLife;
  /** Monotonic; renewals leave it. */
  readonly loggedInAtMs: number;
}

export interface SessionState {
  readonly login: VaultLogin;
  readonly requests: TokenRequests;
  readonly world: VaultSessionWorld;
  readonly nowMs: () => number;
  held?: Held | undefined;
  /** Replaced while they lived: leases may hang on them, so they are left to their end, or ours (vault.md S5). */
  retired: readonly Held[];
  /** Whether an earlier agent's tokens were looked for, and what was found: they keep their ids. */
  recall: 'due' | 'done';
  recalled: readonly { readonly id: string; readonly value: SecretValue }[];
  underWay?: Promise<Held> | undefined;
  /** Whether a rejected token is dead, being found out. */
  judging?: { readonly token: VaultToken; readonly verdict: Promise<boolean> } | undefined;
  /** Logins in a row that failed, with the last error; until `notBeforeMs` it is told again instead of trying. */
  failures: number;
  failure?: AgentError;
  notBeforeMs: number;
  /** Tokens in a row that were dead within seconds, and look-ups in a row that said no more than "permission denied". */
  earlyDeaths: number;
  refusedLookUps: number;
  lookUp: 'works' | 'forbidden';
  /** How far the wall clock has run ahead of the monotonic one. */
  driftMs: number;
  /** Cares for this token in the background from now on, and for no other any more. */
  readonly startCare: (held: Held, start: 'due' | 'now') => void;
  /** Ends that care. */
  care: AbortController;
  /** Ends all. */
  readonly end: AbortController;
  phase: 'open' | 'closed';
}

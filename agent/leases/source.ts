import type { AgentError } from '../core/agent-error.ts';
import type { Credential } from '../core/lease-times.ts';
import type { Entries } from '../core/secret-value.ts';

export type IssueOutcome =
  | {
      readonly kind: 'issued';
      readonly entries: Entries;
      /** How it ends, and what was granted: 0 where nothing is known. */
      readonly life: Pick<Credential, 'kind' | 'isRenewable' | 'grantedMs'>;
      /** The server's name of the lease; absent: there is none to renew or revoke. */
      readonly leaseId?: string;
    }
  /** `mayExist`: the request may have arrived, so there may be a credential that nobody knows. */
  | { readonly kind: 'failed'; readonly error: AgentError; readonly mayExist: boolean };

export type RenewalOutcome =
  | { readonly kind: 'renewed'; readonly grantedMs: number; readonly isRenewable: boolean }
  /** As core/lease.ts has it. */
  | { readonly kind: 'failed'; readonly outcome: 'later' | 'final' | 'dead'; readonly error: AgentError };

/** One opened generator: what asks its server. Tokens have names here, so that what hangs on one can be told of its end. */
export interface CredentialSource {
  /** Takes an earlier agent's token over, or logs in; from then on it can be asked about tokens. Throws AgentErrors. */
  readonly start: (signal: AbortSignal) => Promise<void>;
  /**
   * Asks once; a request that may have arrived is not sent again (vault.md R-38). `before` is told the token that the credential will
   * hang on, and awaited, each time before a request goes out. Never rejects.
   */
  readonly issue: (before: (parent: string) => Promise<void>, signal: AbortSignal) => Promise<IssueOutcome>;
  /** Never rejects. */
  readonly renew: (leaseId: string, askedMs: number, signal: AbortSignal) => Promise<RenewalOutcome>;
  /** Best effort. False: it lives on until its end. Never rejects. */
  readonly revoke: (leaseId: string, signal: AbortSignal) => Promise<boolean>;
  /** In monotonic ms; Infinity: kept alive, 0: dead. */
  readonly parentEndsAt: (parent: string) => number;
  /** Whether `dropParent`, or the end, takes back all that hangs on it. */
  readonly canDropParent: (parent: string) => boolean;
  /** Isn't used for new credentials any more. */
  readonly renounceParent: (parent: string) => void;
  /** Revokes a token that is no longer in use, and all that hangs on it. False: it could not be. Never rejects. */
  readonly dropParent: (parent: string) => Promise<boolean>;
  readonly close: (end: 'revoke' | 'keep') => Promise<void>;
}

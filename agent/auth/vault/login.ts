import type { SecretValue } from '../../core/secret-value.ts';

/** What a login, a renewal or a look-up says of a token (vault.md 2, 6). */
export interface VaultToken {
  readonly value: SecretValue;
  /** Absent for batch tokens. */
  readonly accessor?: string;
  readonly kind: 'service' | 'batch';
  /** Seconds granted; 0: it never ends. */
  readonly ttlSeconds: number;
  readonly isRenewable: boolean;
  /** 0: any number of requests. */
  readonly uses: number;
  /** We made it, so we revoke it: not so for a token that was given to us. */
  readonly isOurs: boolean;
}

/** One way to log in, as a store's `auth` says. Reads its credentials anew for each login. Throws AgentErrors. */
export interface VaultLogin {
  /** For logs and metrics: `kubernetes`, `appRole`, `token` ... */
  readonly method: string;
  /** For `check`: `role app by kubernetes at auth/kubernetes`. */
  readonly identity: string;
  readonly login: (signal: AbortSignal) => Promise<VaultToken>;
}

export interface TokenGrip {
  readonly id: string;
  readonly value: SecretValue;
}

/** The token of one store: one login however many ask; renewed in the background; replaced at once, once, when it is dead. */
export interface VaultSession {
  /** Logs in when there is no token yet, or it has ended. Throws AgentErrors. */
  readonly token: (signal: AbortSignal) => Promise<SecretValue>;
  /**
   * After a 403: true when the token was dead and there is another one now, so that trying once more makes sense; false when the
   * token is good and the policy denies. One look-up, one login, however many ask. `errors` are what the server said with the
   * 403: "invalid token" needs no look-up. Throws AgentErrors when it can't be found out, or the login fails.
   */
  readonly replaceIfDead: (rejected: SecretValue, signal: AbortSignal, errors?: readonly string[]) => Promise<boolean>;
  /** Stops renewing, and revokes the tokens that are ours, unless they are kept for another agent. */
  readonly close: (end?: 'revoke' | 'keep') => Promise<void>;
}

/** A session whose tokens things hang on: they end with them. */
export interface LeasingSession extends VaultSession {
  /** As `token`, with the name that it has here: leases hang on a token, and must be told of its end. Throws AgentErrors. */
  readonly grip: (signal: AbortSignal) => Promise<TokenGrip>;
  /** When a token ends, in monotonic ms. Infinity: it is in use, and kept alive; 0: it is dead. */
  readonly endsAt: (id: string) => number;
  /** Whether revoking this token takes back all that hangs on it: it is ours, and no batch token. */
  readonly canRevoke: (id: string) => boolean;
  /** Isn't used any more: whoever asks next gets another one. What hangs on it lives on. */
  readonly renounce: (id: string) => void;
  /** Revokes one that is no longer in use, with all that hangs on it. False: it could not be; it may be tried again. Never rejects. */
  readonly drop: (id: string) => Promise<boolean>;
}

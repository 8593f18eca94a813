/** What was granted of one credential. All times are monotonic milliseconds: a wall clock that jumps moves nothing. */
export interface Credential {
  /** Ours, not the server's. */
  readonly id: string;
  /**
   * `lease`: the server takes it back at its end, or when told. `timed`: it ends by itself, such as a certificate. `static`: the server changes it when
   * its time is over, and nothing is left of the old one. `plain`: nothing is known of its end.
   */
  readonly kind: 'lease' | 'timed' | 'static' | 'plain';
  readonly isRenewable: boolean;
  readonly issuedAtMs: number;
  /** When the request that gave the present time was sent: the server's counting began after it. */
  readonly sentAtMs: number;
  readonly grantedMs: number;
  /** The longest time granted so far: what is asked for again, and what shows that a renewal was cut short. */
  readonly fullMs: number;
  /** Of the token that it hangs on: Infinity while that is kept alive, 0 when it is dead (vault.md L4). */
  readonly parentEndsAtMs: number;
  /** From 0 to 1: spreads what is due, drawn anew with each grant. */
  readonly spread: number;
  readonly renewal: 'idle' | 'underWay' | 'over';
  /** Renewals in a row that failed, and when the next is tried. */
  readonly failures: number;
  readonly retryAtMs: number;
  /** When another one is wanted, where that is known otherwise than by the usual share of its time. */
  readonly replaceAtMs?: number;
  /** A predecessor's, not yet asked for by us: a `plain` one is given once more instead of being made anew. */
  readonly isTakenOver?: true;
}

/** From when on it doesn't work any more. */
export function endOf({ kind, sentAtMs, grantedMs, parentEndsAtMs }: Credential): number {
  if (kind === 'plain' || kind === 'static') return Number.POSITIVE_INFINITY;
  const ownEnd = sentAtMs + grantedMs;
  return kind === 'lease' ? Math.min(ownEnd, parentEndsAtMs) : ownEnd;
}

/** Answers are in whole seconds, cut off: so much less than asked for is no sign of a maximum (vault.md R-14). */
export function toleranceMs(fullMs: number): number {
  return Math.min(5_000, 1_000 + fullMs / 10);
}

/** `lifeMs`: how long a credential of this kind was seen to live at most. Infinity: a renewal isn't possible, or would bring nothing. */
export function renewAt(credential: Credential, lifeMs: number | undefined): number {
  const { isRenewable, renewal, issuedAtMs, sentAtMs, grantedMs, fullMs, parentEndsAtMs, failures, retryAtMs } = credential;
  const ownEnd = sentAtMs + grantedMs;
  const gain = lifeMs === undefined ? Number.POSITIVE_INFINITY : issuedAtMs + lifeMs - ownEnd;
  const isWorthIt = gain > toleranceMs(fullMs) && parentEndsAtMs > ownEnd;
  if (!isRenewable || renewal !== 'idle' || !isWorthIt) return Number.POSITIVE_INFINITY;
  return failures > 0 ? retryAtMs : sentAtMs + share(credential, 0.6, 0.15);
}

/** When another one should be there: at two thirds of what can't be renewed, a second after what the server changes itself (D1). */
export function replaceAt(credential: Credential, lifeMs: number | undefined): number {
  const { kind, isRenewable, renewal, sentAtMs, grantedMs, replaceAtMs } = credential;
  if (kind === 'static') return Math.min(replaceAtMs ?? Number.POSITIVE_INFINITY, sentAtMs + grantedMs + 1_000);
  if (replaceAtMs !== undefined) return replaceAtMs;
  if (kind === 'plain') return Number.POSITIVE_INFINITY;
  if (renewal === 'underWay' || renewAt(credential, lifeMs) < Number.POSITIVE_INFINITY) return Number.POSITIVE_INFINITY;
  return sentAtMs + (isRenewable ? share(credential, 0.6, 0.15) : share(credential, 0.62, 0.1));
}

/** The last moment for another one: later there would be too little time to deliver it. */
export function latestReplaceAt(credential: Credential): number {
  const { sentAtMs, grantedMs } = credential;
  return Math.min(sentAtMs + grantedMs * 0.9, endOf(credential) - 500);
}

/**
 * How long one stays after everybody was told of the next: an app that read the files just before may still be on its way to log in, and a
 * signal says nothing of when the app has done what it asks for.
 */
export function lingerMs({ fullMs }: Credential): number {
  return Math.min(5_000, Math.max(1_000, fullMs / 10));
}

/** How long to wait after the n-th renewal in a row that failed; undefined: its time is nearly over, so another one is wanted. */
export function retryPauseMs({ grantedMs, sentAtMs, failures }: Credential, atMs: number, spread: number): number | undefined {
  const ceiling = Math.min(60_000, grantedMs / 10, 1_000 * 2 ** Math.min(failures, 10));
  const pauseMs = 50 + spread * ceiling;
  return atMs + pauseMs < sentAtMs + grantedMs * 0.85 ? pauseMs : undefined;
}

/** A share of what was granted, but not sooner than a second (or half of what is shorter than two). */
function share({ grantedMs, spread }: Credential, from: number, width: number): number {
  return Math.max(Math.min(1_000, grantedMs / 2), grantedMs * (from + width * spread));
}

/** What is known of a token's life. All times are monotonic milliseconds: a wall clock that jumps moves nothing (vault.md S6). */
export interface TokenLife {
  /** When the request that gave this life was sent: the server's counting began after it. */
  readonly sentAtMs: number;
  /** 0: no end. */
  readonly grantedMs: number;
  /** The longest time granted so far, to see when a renewal is cut short. */
  readonly fullMs: number;
  readonly isRenewable: boolean;
  /** False for a token from a Secret: `login` then reads the Secret anew. */
  readonly isOurs: boolean;
}

export type TokenStep = { readonly kind: 'rest' } | { readonly kind: 'renew' | 'login'; readonly atMs: number };

/** No step comes sooner than this after the last one, whatever the server grants (vault.md S1, R-19). */
const soonestMs = 1_000;
/** Nor is a Secret looked at more often than this for a token that is running out. */
const soonestRereadMs = 10_000;

/** What is due next, and when (vault.md S1, S3, S4). `random` is from 0 to 1. Pure. */
export function nextStep(life: TokenLife, random: number): TokenStep {
  const { sentAtMs, grantedMs } = life;
  if (grantedMs === 0) return { kind: 'rest' };
  const kind = life.isRenewable && !isCapped(life) ? 'renew' : 'login';
  const floorMs = kind === 'login' && !life.isOurs ? soonestRereadMs : soonestMs;
  return { kind, atMs: sentAtMs + Math.max(floorMs, grantedMs * shareOf(life, random)) };
}

/** Renewals at 60 to 75 %; a token that can't be renewed is replaced at 66 to 80 %, one at the end of its max TTL half way there. */
function shareOf(life: TokenLife, random: number): number {
  if (!life.isRenewable) return 0.66 + 0.14 * random;
  return isCapped(life) ? 0.5 : 0.6 + 0.15 * random;
}

/** The max TTL cut the last renewal short: further ones would only be shorter. */
function isCapped({ grantedMs, fullMs }: TokenLife): boolean {
  return grantedMs < fullMs - Math.min(5_000, fullMs / 2);
}

/** Infinity: never. */
export function endOf({ sentAtMs, grantedMs }: TokenLife): number {
  return grantedMs === 0 ? Number.POSITIVE_INFINITY : sentAtMs + grantedMs;
}

/** Until when it is handed out: a request takes a moment to arrive. */
export function usableUntil(life: TokenLife): number {
  return endOf(life) - Math.min(5_000, life.grantedMs / 10);
}

/** How long to wait after the n-th renewal in a row that failed; undefined: 90 % are over, log in instead (vault.md S2). */
export function renewalPauseMs(life: TokenLife, failures: number, random: number, nowMs: number): number | undefined {
  const ceiling = Math.min(60_000, life.grantedMs / 10, 1_000 * 2 ** Math.min(failures - 1, 10));
  const pauseMs = 50 + random * ceiling;
  return nowMs + pauseMs < life.sentAtMs + life.grantedMs * 0.9 ? pauseMs : undefined;
}

/**
 * How long no login is tried after the n-th in a row that failed. A server that is down may be back in a moment; what an operator has to
 * mend is given more time, so that nothing is hammered (vault.md 5, R-37).
 */
export function loginPauseMs(kind: 'down' | 'refused', failures: number, random: number): number {
  const base = kind === 'down' ? 250 : 1_000;
  const ceiling = Math.min(60_000, base * 2 ** Math.min(failures - 1, 10));
  return kind === 'down' ? 50 + random * ceiling : ceiling * (0.5 + random / 2);
}

import { type Credential, endOf, retryPauseMs } from './lease-times.ts';

export interface RenewalFailure {
  /** `later`: worth another try; `final`: no renewal will succeed, but it lives on; `dead`: it is no more. */
  readonly outcome: 'later' | 'final' | 'dead';
  readonly atMs: number;
  readonly spread: number;
}

/** A credential that was not renewed: when that is tried again, or another one is wanted. */
export function afterFailure(credential: Credential, { outcome, atMs, spread }: RenewalFailure): Credential {
  if (outcome === 'dead') return { ...credential, renewal: 'over', parentEndsAtMs: atMs, replaceAtMs: atMs };
  const pauseMs = outcome === 'later' ? retryPauseMs(credential, atMs, spread) : undefined;
  if (pauseMs !== undefined)
    return { ...credential, renewal: 'idle', failures: credential.failures + 1, retryAtMs: atMs + pauseMs };
  // Nearly over, there is no time to lose; refused for good, half of what is left is early enough.
  const replaceAtMs = outcome === 'later' ? atMs : atMs + Math.max(0, endOf(credential) - atMs) / 2;
  return { ...credential, renewal: 'over', replaceAtMs: Math.min(credential.replaceAtMs ?? replaceAtMs, replaceAtMs) };
}

export interface ParentNews {
  readonly endsAtMs: number;
  /** It is to be given up, with all that hangs on it. */
  readonly goes: boolean;
  readonly atMs: number;
}

/** A credential of whose token something is known now. */
export function afterParent(credential: Credential, { endsAtMs, goes, atMs }: ParentNews): Credential {
  if (endsAtMs === credential.parentEndsAtMs && !goes) return credential;
  if (endsAtMs === Number.POSITIVE_INFINITY && !goes) return { ...credential, parentEndsAtMs: endsAtMs };
  const next = { ...credential, parentEndsAtMs: endsAtMs };
  const halfWayMs = atMs + Math.max(0, endOf(next) - atMs) / 2;
  const replaceAtMs = goes ? atMs : credential.kind === 'lease' ? halfWayMs : Number.POSITIVE_INFINITY;
  const earliest = Math.min(credential.replaceAtMs ?? Number.POSITIVE_INFINITY, replaceAtMs);
  return earliest === Number.POSITIVE_INFINITY ? next : { ...next, replaceAtMs: earliest };
}

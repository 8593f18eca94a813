import { createHash } from 'node:crypto';
import type { AgentError } from './agent-error.ts';
import { errorClass } from './agent-error.ts';
import { type Expected, expectedLookAt } from './early-refresh.ts';
import type { ExternalSecret } from './spec.ts';
import { nextAllowed } from './sync-windows.ts';

/** Full jitter between these: a floor under every loop, and a ceiling so that a store that came back is noticed. */
const shortestRetryMs = 1_000;
const longestRetryMs = 300_000;

/** What is due within this time of something that is due now is refreshed with it, in one round of calls. */
export const togetherMs = 1_000;

/**
 * How long to wait after the n-th failure in a row (n from 1). `random` is from 0 to 1. A server that says how long to wait is
 * believed, with jitter on top so that a fleet doesn't return at the same instant. What waiting can't mend is tried at the ceiling.
 */
export function retryDelayMs(failures: number, error: AgentError | undefined, random: number): number {
  const ceiling =
    error?.retry === false ? longestRetryMs : Math.min(longestRetryMs, shortestRetryMs * 2 ** Math.min(failures, 20));
  const jittered = error?.retry === false ? ceiling * (0.5 + random / 2) : ceiling * random;
  const asked = error?.retryAfterMs === undefined ? 0 : error.retryAfterMs * (1 + random / 4);
  return Math.max(shortestRetryMs, jittered, asked);
}

/** True when the failure is the store's, not one secret's: all that wait for the store wait together. */
export function isStoreWide(error: AgentError): boolean {
  return ['auth', 'throttled', 'unavailable'].includes(errorClass(error));
}

/** A number from 0 to 1 that is the same for all clocks of a pod and differs between pods: spreads a fleet that started together. */
export function podFraction(podUid: string): number {
  return createHash('sha256').update(podUid).digest().readUIntBE(0, 6) / 2 ** 48;
}

export interface RefreshHistory {
  /** When the last successful refresh began, in ms since the epoch. */
  readonly refreshedAt: number;
  /** How many succeeded so far, at least 1. */
  readonly successes: number;
}

/**
 * When an external secret that was refreshed is due again by itself, in ms since the epoch; undefined: never (eso.md 1.8). The first
 * interval of a process is cut short by the pod's fraction, so that pods that started together spread over half an interval.
 * What is expected makes it due earlier, never later.
 */
export function nextRefreshAt(
  secret: ExternalSecret,
  history: RefreshHistory,
  fraction: number,
  expected: Expected = {},
): number | undefined {
  if (secret.refreshPolicy !== 'Periodic' || secret.refreshIntervalMs <= 0) return undefined;
  const intervalMs = history.successes === 1 ? secret.refreshIntervalMs * (0.5 + fraction / 2) : secret.refreshIntervalMs;
  const soonestAt = history.refreshedAt + shortestRetryMs;
  const expectedAt = expectedLookAt(expected, history.refreshedAt, fraction);
  const dueAt = Math.max(soonestAt, Math.min(history.refreshedAt + intervalMs, expectedAt));
  return secret.syncWindows ? nextAllowed(secret.syncWindows, new Date(dueAt))?.getTime() : dueAt;
}

import type { Clock } from '../../core/clock.ts';
import type { RetrySettings } from '../../core/spec.ts';

/** How often a call is tried, the first try included. `0` means unlimited to AWS's client (eso.md 2.1): here the budget is the limit then. */
export function attemptsOf(retry: RetrySettings | undefined): number {
  const asked = retry?.maxRetries ?? 3;
  return asked <= 0 ? Number.POSITIVE_INFINITY : asked;
}

/** The longest wait between two tries. */
export const longestMs = 20_000;

/** How long to wait after the n-th try (from 1): full jitter, unless the store asks for a fixed interval (eso.md 2.1). */
export function backoffMs(tries: number, isThrottled: boolean, retry: RetrySettings | undefined, clock: Clock): number {
  if (retry?.retryIntervalMs !== undefined && retry.retryIntervalMs > 0) return retry.retryIntervalMs;
  const baseMs = isThrottled ? 1_000 : 50;
  return clock.random() * Math.min(longestMs, baseMs * 2 ** Math.min(tries - 1, 20));
}

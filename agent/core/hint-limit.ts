/** What is remembered of the hints for one external secret. */
export interface HintLimit {
  /** When the last refresh for a hint was due, in ms since the epoch. */
  readonly lookedAt: number;
  /** How long the next one has to wait for after it. */
  readonly waitMs: number;
}

/** What comes so soon after a look is answered by it: an app whose connections all fail hints once for each of them. */
const togetherMs = 1_000;
const shortestWaitMs = 5_000;
const longestWaitMs = 60_000;

/** The app has something new: its next trouble is another one. */
export function served(limit: HintLimit, now: number): HintLimit {
  return { lookedAt: Math.min(limit.lookedAt, now), waitMs: shortestWaitMs };
}

/**
 * An app that hints goes on until it is served, so a look that finds nothing new makes the next one rarer: one at once, then one after
 * 5 s, 10 s, up to one a minute. `lookAt`: when to look for this hint; undefined: the look before is the answer. Pure.
 */
export function hinted(limit: HintLimit | undefined, now: number): { readonly limit: HintLimit; readonly lookAt?: number } {
  if (!limit || now >= limit.lookedAt + limit.waitMs + longestWaitMs)
    return { limit: { lookedAt: now, waitMs: shortestWaitMs }, lookAt: now };
  if (now < limit.lookedAt + togetherMs) return { limit };
  const lookAt = Math.max(now, limit.lookedAt + limit.waitMs);
  return { limit: { lookedAt: lookAt, waitMs: Math.min(longestWaitMs, 2 * limit.waitMs) }, lookAt };
}

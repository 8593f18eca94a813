import type { AgentError, ErrorCode } from './agent-error.ts';

/** Permissions and new secrets take seconds to spread through a cloud; after this time `init` believes the refusal. */
const patienceMs = 30_000;

/** What an operator has to mend. Everything else (a store that is down, throttling) is waited for as long as `--init-timeout` allows. */
const refusals: ReadonlySet<ErrorCode> = new Set([
  'ACCESS_DENIED',
  'SECRET_MISSING',
  'IDENTITY_REFUSED',
  'CREDENTIALS_MISSING',
  'TOKEN_UNREADABLE',
  'RESOLVE_FAILED',
  'TEMPLATE_FAILED',
]);

/** What one delivery waits for when it is not settled: an error and since when it holds. */
export interface Obstacle {
  readonly error: AgentError;
  /** ms since the epoch. */
  readonly since: number;
}

/** One delivery, as `init` sees it. */
export interface Progress {
  readonly delivery: string;
  readonly isSettled: boolean;
  readonly obstacles: readonly Obstacle[];
}

/**
 * Whether `init` is done: every delivery is settled, or waiting can't mend it, or the time is over. `over` holds what is left
 * undone, with the error that says why; empty when all is well. Pure.
 */
export function initVerdict(
  progress: readonly Progress[],
  now: number,
  deadline: number,
): { readonly kind: 'wait' } | { readonly kind: 'over'; readonly undone: readonly Progress[] } {
  const undone = progress.filter((each) => !each.isSettled);
  const isHopeless = undone.every(({ obstacles }) => obstacles.some((obstacle) => isGivenUp(obstacle, now)));
  return now >= deadline || isHopeless ? { kind: 'over', undone } : { kind: 'wait' };
}

function isGivenUp({ error, since }: Obstacle, now: number): boolean {
  return !error.retry || (refusals.has(error.code) && now - since >= patienceMs);
}

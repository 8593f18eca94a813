import type { Target } from './spec.ts';

/** ESO's words for a Ready condition that is True (eso.md 1.11). */
export type ReadyReason = 'SecretSynced' | 'SecretDeleted' | 'SecretMissing';

/** What a refresh that did not fail came to: entries, or nothing in one of the two ways of eso.md 1.5. */
export type RefreshOutcome =
  | { readonly kind: 'entries' }
  | { readonly kind: 'empty'; readonly outcome: 'SecretSynced' | 'SecretDeleted' };

/**
 * The reason of the condition. `targetExists`: something else (another manifest of the same directory) made what this one merges into;
 * with creationPolicy Merge nothing is written until then, and that is no failure (eso.md 1.6).
 */
export function readyReason(
  { creationPolicy }: Pick<Target, 'creationPolicy'>,
  refreshed: RefreshOutcome,
  targetExists: boolean,
): ReadyReason {
  if (refreshed.kind === 'empty') return refreshed.outcome;
  return creationPolicy === 'Merge' && !targetExists ? 'SecretMissing' : 'SecretSynced';
}

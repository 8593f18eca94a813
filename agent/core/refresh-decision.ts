import type { ExternalSecret, Target } from './spec.ts';
import { refreshAllowed } from './sync-windows.ts';

/** What an external secret says about its refreshes. */
export type RefreshSettings = Pick<ExternalSecret, 'refreshPolicy' | 'refreshIntervalMs' | 'syncWindows'> & {
  readonly creationPolicy: Target['creationPolicy'];
};

/** What happened since it was refreshed last. */
export interface RefreshFacts {
  /** When the last successful refresh began, in ms since the epoch; undefined: there was none. */
  readonly refreshedAt: number | undefined;
  /** Its spec, its labels or its annotations are others than then. */
  readonly isChanged: boolean;
  /** Somebody asked for it: a `force-sync` annotation, a request, a signal. */
  readonly isForced: boolean;
  /** What was published is gone, or isn't what was written. */
  readonly isTargetDamaged: boolean;
}

/** Why to fetch. */
export type RefreshReason = 'first' | 'changed' | 'due' | 'forced' | 'damaged';

/**
 * Whether to fetch now, and why; undefined: not now. `eso` decides as External Secrets Operator does (eso.md 1.8). `agent` differs in
 * two things (DESIGN 8): who asks for a refresh gets one, whatever the policy and the interval; and a damaged target is mended from
 * what is held, not fetched anew.
 */
export function refreshReason(
  settings: RefreshSettings,
  facts: RefreshFacts,
  now: number,
  rules: 'agent' | 'eso',
): RefreshReason | undefined {
  if (rules === 'agent') return facts.isForced ? 'forced' : byPolicy(settings, facts, now);
  const isChanged = facts.isChanged || facts.isForced; // For ESO, forcing is a changed annotation.
  return byPolicy(settings, { ...facts, isChanged }, now) ?? byDamage(settings, facts);
}

function byPolicy(settings: RefreshSettings, facts: RefreshFacts, now: number): RefreshReason | undefined {
  if (facts.refreshedAt === undefined) return 'first';
  switch (settings.refreshPolicy) {
    case 'CreatedOnce':
      return undefined;
    case 'OnChange':
      return facts.isChanged ? 'changed' : undefined;
    case 'Periodic':
      if (settings.refreshIntervalMs <= 0) return undefined;
      return facts.isChanged ? 'changed' : byTime(settings, facts.refreshedAt, now);
  }
}

/** Sync windows hold back only what time drives. A refresh in the future means that the clock was set back. */
function byTime(
  { refreshIntervalMs, syncWindows }: RefreshSettings,
  refreshedAt: number,
  now: number,
): RefreshReason | undefined {
  if (refreshedAt > now) return 'due';
  if (now <= refreshedAt + refreshIntervalMs) return undefined;
  return !syncWindows || refreshAllowed(syncWindows, new Date(now)) ? 'due' : undefined;
}

/** An orphan is left to whoever owns it. */
function byDamage({ creationPolicy }: RefreshSettings, { isTargetDamaged }: RefreshFacts): RefreshReason | undefined {
  return isTargetDamaged && creationPolicy !== 'Orphan' ? 'damaged' : undefined;
}

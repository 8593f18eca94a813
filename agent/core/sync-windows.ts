import { parseSchedule, type Schedule } from './cron.ts';
import type { SyncWindows } from './spec.ts';

/** How many windows in a row are looked through for a gap: two months of back-to-back hours, or a day of minutes. */
const longestSearch = 1_500;

/** Whether the time-driven refresh may run now (eso.md 1.9). Windows are in UTC and hold both their ends. */
export function refreshAllowed(windows: SyncWindows, at: Date): boolean {
  const isInside = parsed(windows).some((window) => startOf(window, at) !== undefined);
  return (windows.kind === 'allow') === isInside;
}

/** The first moment from `from` on when a refresh may run; undefined: none that can be found. */
export function nextAllowed(windows: SyncWindows, from: Date): Date | undefined {
  if (refreshAllowed(windows, from)) return from;
  return windows.kind === 'allow' ? nextOpening(parsed(windows), from) : nextGap(parsed(windows), from);
}

interface Window {
  readonly schedule: Schedule;
  readonly durationMs: number;
}

/** A schedule that doesn't parse is never active. */
function parsed(windows: SyncWindows): readonly Window[] {
  return windows.windows.flatMap(({ schedule, durationMs }) => {
    const known = parseSchedule(schedule);
    return known ? [{ schedule: known, durationMs }] : [];
  });
}

/** Start of the window that holds this moment. */
function startOf({ schedule, durationMs }: Window, at: Date): Date | undefined {
  const start = schedule.next(new Date(at.getTime() - durationMs - 1));
  return start && start <= at ? start : undefined;
}

function nextOpening(windows: readonly Window[], from: Date): Date | undefined {
  const starts = windows.flatMap(({ schedule }) => schedule.next(from) ?? []);
  return starts.sort((a, b) => a.getTime() - b.getTime())[0];
}

/** Jumps behind the end of a window that holds the moment, until none does. */
function nextGap(windows: readonly Window[], from: Date): Date | undefined {
  let at = from;
  for (let jumps = 0; jumps < longestSearch; jumps += 1) {
    const ends = windows.flatMap((window) => {
      const start = startOf(window, at);
      return start ? [start.getTime() + window.durationMs] : [];
    });
    if (ends.length === 0) return at;
    at = new Date(Math.max(...ends) + 1);
  }
  return undefined;
}

import { hinted, served } from './core/hint-limit.ts';
import type { SecretClock } from './secret-clock.ts';

/** The app thinks that this one is not current. A store that is to be left alone for a while is left alone for it as well. Returns when it is looked at; undefined: it was just now. */
export function hintOne(each: SecretClock, now: number): number | undefined {
  const { limit, lookAt } = hinted(each.hints, now);
  each.hints = limit;
  if (lookAt === undefined) return undefined;
  const storesAt = Math.max(0, ...[...each.readers.values()].map((reader) => reader.retryAt()));
  each.hintLookAt = Math.max(lookAt, storesAt);
  // What runs may have read before the app was refused.
  if (each.isRunning) each.isWanted ||= each.hintLookAt <= now;
  else each.dueAt = Math.min(each.dueAt, each.hintLookAt);
  return each.hintLookAt;
}

/** After a refresh that began at `startedAt`: one that found something new has served the app, whenever it hinted. */
export function answerHints(each: SecretClock, found: 'something new' | 'nothing new', startedAt: number): void {
  if (found === 'something new' && each.hints) each.hints = served(each.hints, startedAt);
  if (found === 'something new' || (each.hintLookAt ?? 0) <= startedAt) each.hintLookAt = undefined;
}

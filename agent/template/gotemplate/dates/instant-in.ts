import { GoInt, type GoValue } from '../value.ts';
import { GoTime } from './go-time.ts';
import { fromUnix, type Instant } from './instant.ts';

/** What a function on dates takes for a time; anything else means now, texts included. */
export function instantIn(value: GoValue): Instant | undefined {
  if (value instanceof GoTime) return value.instant;
  if (value instanceof GoInt && (value.type === 'int' || value.type === 'int64')) return fromUnix(value.value);
  return undefined;
}

/** Of `htmlDate`. */
export const htmlLayout = '2006-01-02';

import { LimitExceeded } from '../go-error.ts';

/** Counts text that is put together from many parts, and asks for room as it grows: a list may hold one list many times. */
export function growing(room: (size: number) => void): (size: number) => void {
  let size = 0;
  return (more) => {
    size += more;
    room(size);
  };
}

/** For callers without a limit of their own. */
export function roomForText(size: number): void {
  if (size > largest) throw new LimitExceeded(`a value prints as more than ${largest} bytes`);
}

const largest = 16 * 1024 * 1024;

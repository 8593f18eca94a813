import { LimitExceeded } from '../go-error.ts';

/** Counts text that is put together from many parts, and asks for room each time it has doubled: a list may hold a list many times. */
export function growing(room: (size: number) => void): (size: number) => void {
  let size = 0;
  let granted = 1024;
  return (more) => {
    size += more;
    if (size <= granted) return;
    while (granted < size) granted *= 2;
    room(granted);
  };
}

/** For callers without a limit of their own. */
export function roomForText(size: number): void {
  if (size > largest) throw new LimitExceeded(`a value prints as more than ${largest} bytes`);
}

const largest = 64 * 1024 * 1024;

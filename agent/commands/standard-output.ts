import { writeSync } from 'node:fs';

/** A reader that is slow is waited for this long at a time; one that takes nothing for a second is given up. */
const waitMs = 5;
const mostWaits = 200;

/**
 * Writes all of a text to a file descriptor (1 or 2) at once, so that an exit loses nothing; and without Node's streams, which
 * take milliseconds to set up. A reader that is gone (`keytide check | head`) is no error.
 */
export function writeText(descriptor: number, text: string): void {
  const bytes = Buffer.from(text);
  let waits = 0;
  for (let at = 0; at < bytes.length && waits < mostWaits; ) {
    try {
      at += writeSync(descriptor, bytes, at);
      waits = 0;
    } catch (error) {
      if (!isBusy(error)) return;
      waits += 1;
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, waitMs);
    }
  }
}

/** The other end is a pipe that somebody made non-blocking, and it is full. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'EAGAIN';
}

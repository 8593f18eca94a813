import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

/** Longer than any of our tools takes to be brought on a slow day. */
const mostMs = 15 * 60_000;

/**
 * What brings a tool below the cache happens once at a time, though test files run beside each other: apt-get, pip and Maven don't stand company.
 * Waits without turning the event loop; the lock of a process that is gone counts for nothing.
 */
export function oneAtATime<T>(cache: string, make: () => T): T {
  const lock = join(cache, 'bringing.lock');
  mkdirSync(cache, { recursive: true });
  for (const endAt = Date.now() + mostMs; !takes(lock); ) {
    if (Date.now() > endAt) throw new Error(`${lock} is held for too long`);
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 200);
  }
  try {
    return make();
  } finally {
    rmSync(lock, { force: true });
  }
}

function takes(lock: string): boolean {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    if (!isHeld(lock)) rmSync(lock, { force: true });
    return false;
  }
}

function isHeld(lock: string): boolean {
  try {
    const pid = Number(readFileSync(lock, 'utf8'));
    if (pid === 0) return true; // Written right now.
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

import { chmodSync, type Dirent, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Removes a directory that deliveries were published to: generations are read-only, so whoever isn't root must open them first. */
export function removeVolume(directory: string): void {
  openAll(directory);
  rmSync(directory, { recursive: true, force: true });
}

function openAll(directory: string): void {
  for (const entry of entriesOf(directory)) {
    if (!entry.isDirectory()) continue;
    const path = join(directory, entry.name);
    chmodSync(path, 0o700);
    openAll(path);
  }
}

function entriesOf(directory: string): Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return []; // Gone already.
  }
}

import { randomUUID } from 'node:crypto';
import { type Dirent, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Log } from '../core/log.ts';

/** Where a record is written, in the directory of `path`, before a rename puts it in place. */
export function draftOf(path: string): string {
  return `${path}.${randomUUID()}`;
}

const draftName = /\.[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/;

/**
 * Removes the drafts of a predecessor that was killed before it put them in place: nothing else would, and they may hold secrets. For the
 * private directory of an agent that hasn't written there yet; looks into it and the directories in it.
 */
export function removeDrafts(privateDirectory: string, log: Log): void {
  const directories = entriesOf(privateDirectory).filter((entry) => entry.isDirectory());
  for (const directory of [privateDirectory, ...directories.map(({ name }) => join(privateDirectory, name))]) {
    const drafts = entriesOf(directory).filter((entry) => entry.isFile() && draftName.test(entry.name));
    for (const { name } of drafts) remove(join(directory, name), log);
  }
}

/** None of a directory that isn't there, or isn't for us to read. */
function entriesOf(directory: string): readonly Dirent[] {
  try {
    return readdirSync(directory, { withFileTypes: true });
  } catch {
    return [];
  }
}

function remove(path: string, log: Log): void {
  try {
    rmSync(path, { force: true });
  } catch (error) {
    log.warn({ path, error }, 'a draft that a predecessor left could not be removed');
  }
}

import { randomUUID } from 'node:crypto';
import { type Dirent, mkdirSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Log } from '../core/log.ts';
import { fileError } from './file-error.ts';

/**
 * Writes a record for us only, in one step: a crash leaves the old one or the new one, and at worst a draft beside it. Its directory is made
 * where it is missing. Nothing is awaited: in memory that takes microseconds, and turns of the event loop would take milliseconds at a
 * start. Throws VOLUME_UNUSABLE or VOLUME_FULL.
 */
export function replaceRecord(path: string, content: string | Uint8Array): void {
  const draft = `${path}.${randomUUID()}`;
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    writeFileSync(draft, content, { flag: 'wx', mode: 0o600 });
    renameSync(draft, path);
  } catch (error) {
    rmSync(draft, { force: true });
    throw fileError('write', path, error);
  }
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

import type { OpenDirectory } from './open-directory.ts';

/**
 * Removes a directory of ours and all in it. It becomes writable first: we may remove nothing from it otherwise, and a removal that is
 * cut short leaves a directory that counts as not complete (see build-generation.ts).
 */
export function removeTree(parent: OpenDirectory, name: string): void {
  const directory = parent.openDirectory(name);
  if (!directory) return;
  try {
    directory.self().setMode(0o700);
    for (const entry of directory.entries()) {
      if (entry.isDirectory()) removeTree(directory, entry.name);
      else directory.unlink(entry.name);
    }
  } finally {
    directory.close();
  }
  parent.removeEmptyDirectory(name);
}

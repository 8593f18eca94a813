import type { RenderedFile } from '../core/rendered-file.ts';
import { SecretValue } from '../core/secret-value.ts';
import type { OpenDirectory } from './open-directory.ts';

/** What a predecessor wrote. */
export interface ReadGeneration {
  /** With modes and owners as they are on the volume. */
  readonly files: readonly RenderedFile[];
  /** Paths of what is not for us to read (given to another user), or no file. */
  readonly unreadable: readonly string[];
}

/** Reads all files below a directory; `prefix` is put in front of their paths, and ends with a slash unless it is empty. */
export function readGeneration(directory: OpenDirectory, prefix = ''): ReadGeneration {
  const files: RenderedFile[] = [];
  const unreadable: string[] = [];
  for (const entry of directory.entries()) {
    const path = `${prefix}${entry.name}`;
    if (entry.isDirectory()) {
      const inside = readBelow(directory, entry.name, `${path}/`);
      files.push(...inside.files);
      unreadable.push(...inside.unreadable);
      continue;
    }
    const file = directory.readFile(entry.name);
    if (file) files.push({ path, value: new SecretValue(file.bytes), ...file.ownership });
    else unreadable.push(path);
  }
  return { files, unreadable };
}

function readBelow(directory: OpenDirectory, name: string, prefix: string): ReadGeneration {
  const below = directory.openDirectory(name);
  if (!below) return { files: [], unreadable: [] };
  try {
    return readGeneration(below, prefix);
  } finally {
    below.close();
  }
}

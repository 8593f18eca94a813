import { accessSync, constants, lstatSync, mkdtempSync, readdirSync, readlinkSync, statfsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Where the agent publishes. */
export interface DemoVolume {
  readonly root: string;
  readonly title: string;
  /** What `keytide run` needs to take it. */
  readonly flags: readonly string[];
}

/** /dev/shm is a tmpfs that anyone may write on most machines; where it isn't, the demo says that it is on disk. */
export function chooseVolume(): DemoVolume {
  const tmpfs = 0x01021994;
  try {
    accessSync('/dev/shm', constants.W_OK);
    if (statfsSync('/dev/shm').type === tmpfs)
      return { root: mkdtempSync('/dev/shm/keytide-demo-'), title: 'on tmpfs (memory)', flags: [] };
  } catch {
    // No such place on this machine.
  }
  return {
    root: mkdtempSync(join(tmpdir(), 'keytide-volume-')),
    title: 'on disk: this machine has no tmpfs to write to',
    flags: ['--allow-disk'],
  };
}

/** What lies there, a line each. */
export function tree(path: string, indent: string): string {
  const lines = readdirSync(path)
    .filter((name) => name !== '.keytide')
    .sort()
    .map((name) => {
      const entry = join(path, name);
      const stat = lstatSync(entry);
      if (stat.isSymbolicLink()) return `${indent}${name} -> ${readlinkSync(entry)}`;
      const mode = (stat.mode & 0o7777).toString(8).padStart(4, '0');
      return stat.isDirectory()
        ? `${indent}${name}/\n${tree(entry, `${indent}  `)}`
        : `${indent}${name}  (${mode}, ${stat.size} bytes)`;
    });
  return lines.join('\n');
}

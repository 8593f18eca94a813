import { AgentError } from '../core/agent-error.ts';
import type { OpenDirectory } from './open-directory.ts';
import type { ProcessIdentity } from './process-identity.ts';
import { type Scan, scan } from './scan.ts';

/** A generation that is complete, and looked at before anything points to it. */
export interface StagedGeneration {
  readonly name: string;
  /** Of each file and directory in it: which it is, and when it was changed last. */
  readonly marks: readonly string[];
}

export function lookAtStaged(delivery: OpenDirectory, name: string): StagedGeneration {
  return { name, marks: marksIn(delivery, name, name) };
}

interface Staged {
  readonly staged: StagedGeneration;
  /** What lay beside it when it was built. */
  readonly found: Scan;
  readonly identity: ProcessIdentity;
}

/**
 * After a check, which may have taken long and run programs of anybody: readers get what was rendered and looked at, or nothing. Returns
 * what lies in the delivery's directory now. Throws CHECK_FAILED or VOLUME_UNUSABLE.
 */
export function refuseMeddling(delivery: OpenDirectory, { staged, found, identity }: Staged): Scan {
  const now = scan(delivery, identity);
  if (now.current?.name !== found.current?.name)
    throw new AgentError('VOLUME_UNUSABLE', `something else was published to ${delivery.path} while a generation was checked`, {
      hint: 'Another agent publishes to the same directory: give each a root of its own, then restart this one.',
    });
  const isThere = now.litter.includes(staged.name);
  if (isThere && marksIn(delivery, staged.name, staged.name).join() === staged.marks.join()) return now;
  const deed = isThere ? 'changed' : 'removed';
  throw new AgentError('CHECK_FAILED', `${delivery.pathOf(staged.name)} was ${deed} while it was checked`, {
    hint: 'Nothing was published. A check may only read the files: have the program write to a directory of its own.',
  });
}

/** The time of the last change of an inode can't be set back, and a write, a new name and a new mode each change it. */
function marksIn(parent: OpenDirectory, name: string, path: string): readonly string[] {
  const directory = parent.openDirectory(name);
  if (!directory) return [];
  try {
    const below = directory.entries().flatMap((entry) => {
      const inside = `${path}/${entry.name}`;
      return entry.isDirectory() ? marksIn(directory, entry.name, inside) : [markOf(directory, entry.name, inside)];
    });
    return [markOf(parent, name, path), ...below];
  } finally {
    directory.close();
  }
}

function markOf(parent: OpenDirectory, name: string, path: string): string {
  const { ino, ctimeMs, mode, size } = parent.lstat(name);
  return `${path}:${ino}:${ctimeMs}:${mode}:${size}`;
}

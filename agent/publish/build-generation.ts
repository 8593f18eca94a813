import { AgentError } from '../core/agent-error.ts';
import { directoryAccess } from './directory-access.ts';
import { errnoOf, fileError } from './file-error.ts';
import type { FileTree } from './file-tree.ts';
import type { OpenDirectory } from './open-directory.ts';
import type { OpenFile, Ownership } from './open-file.ts';
import { identityText, type ProcessIdentity } from './process-identity.ts';

/**
 * Writes a whole generation under a name that nothing points to yet. Its directory is writable for us (0700) until everything in it is
 * as it must be: a directory that its owner may write to is one that is not complete, which is how a successor tells.
 */
export function buildGeneration(delivery: OpenDirectory, name: string, tree: FileTree, identity: ProcessIdentity): void {
  const directory = delivery.createDirectory(name);
  try {
    fill(directory, tree, identity);
  } finally {
    directory.close();
  }
}

/** Returns what it wrote. The directory gets its final mode last. */
function fill(directory: OpenDirectory, tree: FileTree, identity: ProcessIdentity): readonly Ownership[] {
  // A setgid directory (fsGroup) hands its group on: what mkdir gave us is the default.
  const owner = { uid: identity.uid, gid: directory.self().ownership().gid };
  const written: Ownership[] = [];
  for (const [name, file] of tree.files) {
    const ownership = { mode: file.mode, uid: file.uid ?? owner.uid, gid: file.gid ?? owner.gid };
    directory.createFile(name, file.value.reveal(), (open) => own(open, ownership, identity));
    written.push(ownership);
  }
  for (const [name, below] of tree.directories) {
    const inside = directory.createDirectory(name);
    try {
      written.push(...fill(inside, below, identity));
    } finally {
      inside.close();
    }
  }
  own(directory.self(), directoryAccess(written, owner), identity);
  return written;
}

/** The mode first: who gives a file away may not set it any more. Nobody else gets here before the top directory has its mode. */
function own(open: OpenFile, { mode, uid, gid }: Ownership, identity: ProcessIdentity): void {
  open.setMode(mode);
  const is = open.ownership();
  if (is.uid === uid && is.gid === gid) return;
  try {
    open.setOwner(uid, gid);
  } catch (error) {
    throw errnoOf(error) === 'EPERM'
      ? ownerRefused(open.path, { uid, gid }, is, identity)
      : fileError('set the owner of', open.path, error);
  }
}

type Owner = Pick<Ownership, 'uid' | 'gid'>;

function ownerRefused(path: string, wanted: Owner, is: Owner, identity: ProcessIdentity): AgentError {
  const to = wanted.uid === is.uid ? `group ${wanted.gid}` : `UID ${wanted.uid}, GID ${wanted.gid}`;
  const hint =
    wanted.uid === is.uid
      ? `Add ${wanted.gid} to fsGroup or supplementalGroups of the pod's securityContext, or choose another group.`
      : `Run the agent as UID ${wanted.uid}, or leave the owner out and let the app read by group: only root gives files away.`;
  return new AgentError('FILE_REFUSED', `cannot give ${path} to ${to}: the agent runs as ${identityText(identity)}`, { hint });
}

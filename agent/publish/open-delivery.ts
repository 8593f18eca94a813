import { AgentError } from '../core/agent-error.ts';
import { pathProblem } from '../core/file-path.ts';
import { OpenDirectory } from './open-directory.ts';
import { foreignDirectory, openToAll, privateName, type Volume } from './volume.ts';

/** Throws FILE_REFUSED when no delivery may be published to this directory below the root. */
export function refuseDirectory(directory: string): void {
  const problem = pathProblem(directory) ?? (directory.split('/')[0] === privateName ? "is the agent's own" : undefined);
  if (problem !== undefined) throw new AgentError('FILE_REFUSED', `the directory ${JSON.stringify(directory)} ${problem}`);
}

/** Opens a delivery's directory and makes what of it isn't there yet. */
export function openOrCreateDelivery(volume: Volume, directory: string): OpenDirectory {
  return walk(volume, directory, (parent, name) => {
    const made = parent.createDirectory(name);
    openToAll(made);
    return made;
  });
}

/** Undefined when there is none. */
export function openDelivery(volume: Volume, directory: string): OpenDirectory | undefined {
  return walk(volume, directory, () => undefined);
}

/**
 * From the root, segment by segment, following no link. Each is ours or root's: whoever owns a directory above the files could put
 * others in their place. Opened anew for each publish, so that one that somebody moved away is noticed.
 */
function walk<Absent>(
  volume: Volume,
  directory: string,
  create: (parent: OpenDirectory, name: string) => OpenDirectory | Absent,
): OpenDirectory | Absent {
  let here = openRoot(volume);
  for (const name of directory.split('/')) {
    let below: OpenDirectory | Absent;
    try {
      below = here.openDirectory(name) ?? create(here, name);
    } finally {
      here.close();
    }
    if (!(below instanceof OpenDirectory)) return below;
    here = below;
    accept(here, volume);
  }
  return here;
}

function openRoot(volume: Volume): OpenDirectory {
  const root = OpenDirectory.open(volume.root);
  if (root.device() === volume.device) return root;
  root.close();
  throw new AgentError('VOLUME_UNUSABLE', `${volume.root} is on another file system than when the agent started`, {
    hint: 'Restart the agent after mounting something there.',
  });
}

/** Root's are accepted: the kubelet makes the directory of a subPath mount so, when the app starts before the first delivery. */
function accept(directory: OpenDirectory, { identity }: Volume): void {
  const { uid, mode } = directory.self().ownership();
  if (uid !== identity.uid && uid !== 0) {
    directory.close();
    throw foreignDirectory(directory.path, uid, identity);
  }
  // Made by a predecessor that was killed before it could open it to readers.
  if (uid === identity.uid && (mode & 0o777) === 0o700) openToAll(directory);
}

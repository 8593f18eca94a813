import * as fs from 'node:fs';
import { basename, dirname, join, resolve } from 'node:path';
import { AgentError } from '../core/agent-error.ts';
import type { Log } from '../core/log.ts';
import { isMemory, mountOf, readMounts } from './mount.ts';
import { OpenDirectory } from './open-directory.ts';
import { attempt } from './open-file.ts';
import { type ProcessIdentity, readIdentity } from './process-identity.ts';

/** The agent's own directory on the volume. No delivery may have this name. */
export const privateName = '.keytide';

export interface VolumeOptions {
  /** Made if it doesn't exist and its parent does. */
  readonly root: string;
  /** `--allow-disk`: any file system will do. */
  readonly allowDisk: boolean;
  readonly log: Log;
  /** ms since the epoch. */
  readonly now?: () => number;
}

/** Where deliveries are published. */
export interface Volume {
  /** Without symlinks. */
  readonly root: string;
  /** `<root>/.keytide`, which only we may enter. */
  readonly privateDirectory: string;
  /** `st_dev` of the root. */
  readonly device: number;
  readonly identity: ProcessIdentity;
  readonly log: Log;
  readonly now: () => number;
}

/**
 * Makes sure that secrets written below `root` stay in memory and that we may write there. Throws VOLUME_NOT_MEMORY, VOLUME_UNUSABLE or
 * VOLUME_FULL.
 *
 * A root that is itself a symlink is refused: in a pod it is a mount point, and anywhere else (/tmp, /dev/shm) a link that somebody
 * planted would choose the place of our secrets. Symlinks above it are followed: /run may be one.
 */
export async function openVolume({ root, allowDisk, log, now = Date.now }: VolumeOptions): Promise<Volume> {
  const realRoot = realPath(root);
  if (!allowDisk) refuseDisk(realRoot);
  const directory = openRoot(realRoot);
  try {
    const identity = readIdentity();
    const { uid } = directory.self().ownership();
    if (uid !== identity.uid && uid !== 0)
      log.warn({ root: realRoot, uid }, 'the volume belongs to another user, who can replace what is on it');
    openPrivate(directory, identity).close();
    return { root: realRoot, privateDirectory: join(realRoot, privateName), device: directory.device(), identity, log, now };
  } finally {
    directory.close();
  }
}

/** With all symlinks above the last segment resolved. */
function realPath(root: string): string {
  const path = resolve(root);
  const parent = attempt('find', dirname(path), () => fs.realpathSync.native(dirname(path)));
  const real = join(parent, basename(path));
  const isLink = fs.lstatSync(real, { throwIfNoEntry: false })?.isSymbolicLink() ?? false;
  if (!isLink) return real;
  const hint = 'Give --root the directory that the link leads to.';
  throw new AgentError('VOLUME_UNUSABLE', `${real} is a symlink to ${fs.readlinkSync(real)}, and the root must not be one`, {
    hint,
  });
}

function refuseDisk(root: string): void {
  const path = fs.existsSync(root) ? root : dirname(root);
  const mount = mountOf(path, fs.lstatSync(path).dev, readMounts());
  if (mount && isMemory(mount)) return;
  const where = mount ? `on ${mount.fileSystem}, mounted at ${mount.mountPoint}` : 'on no mount that /proc/self/mountinfo lists';
  throw new AgentError('VOLUME_NOT_MEMORY', `${root} is ${where}, and secrets are written to tmpfs or ramfs only`);
}

/** Readable for all, whatever the umask: the generations have modes of their own. */
function openRoot(root: string): OpenDirectory {
  if (fs.existsSync(root)) return OpenDirectory.open(root);
  attempt('create', root, () => fs.mkdirSync(root, 0o700));
  const directory = OpenDirectory.open(root);
  openToAll(directory);
  return directory;
}

/** 0755, and a setgid bit stays: it hands the group of fsGroup on. */
export function openToAll(directory: OpenDirectory): void {
  const { mode } = directory.self().ownership();
  const wanted = 0o755 | (mode & 0o2000);
  if (mode !== wanted) directory.self().setMode(wanted);
}

function openPrivate(root: OpenDirectory, identity: ProcessIdentity): OpenDirectory {
  const directory = root.openDirectory(privateName) ?? root.createDirectory(privateName);
  const { mode, uid } = directory.self().ownership();
  if (uid !== identity.uid) {
    directory.close();
    throw foreignDirectory(directory.path, uid, identity);
  }
  if (mode !== 0o700) directory.self().setMode(0o700);
  return directory;
}

export function foreignDirectory(path: string, uid: number, identity: ProcessIdentity): AgentError {
  const hint = 'Remove it, and mount the volume read-only in all containers but the agent.';
  return new AgentError('VOLUME_UNUSABLE', `${path} belongs to UID ${uid}, and the agent runs as UID ${identity.uid}`, { hint });
}

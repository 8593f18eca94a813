import { readFileSync } from 'node:fs';

/** One line of /proc/self/mountinfo (proc_pid_mountinfo(5)), as far as we need it. */
export interface Mount {
  /** `major:minor`, as `st_dev` has them. */
  readonly device: string;
  readonly mountPoint: string;
  /** Such as `tmpfs`. */
  readonly fileSystem: string;
}

/** What lives in memory and nowhere else (swap aside). */
export function isMemory(mount: Mount): boolean {
  return mount.fileSystem === 'tmpfs' || mount.fileSystem === 'ramfs';
}

/** All mounts that this process sees, in the order in which they were made. */
export function readMounts(): readonly Mount[] {
  return parseMounts(readFileSync('/proc/self/mountinfo', 'utf8'));
}

export function parseMounts(mountinfo: string): readonly Mount[] {
  return mountinfo.split('\n').flatMap((line) => {
    const fields = line.split(' ');
    const dash = fields.indexOf('-', 6); // Optional fields stand in front of it.
    const [device, mountPoint, fileSystem] = [fields[2], fields[4], fields[dash + 1]];
    if (dash < 0 || !device || !mountPoint || !fileSystem) return [];
    return [{ device, mountPoint: unescapeOctal(mountPoint), fileSystem }];
  });
}

/**
 * The mount that a path (a real one, without symlinks) lies on: the longest mount point above it, and of several mounts on one point
 * the last. Mounts of the path's own device go first, since a mount that another one hides is still listed. `device` is its `st_dev`.
 */
export function mountOf(realPath: string, device: number, mounts: readonly Mount[]): Mount | undefined {
  const above = mounts.filter(({ mountPoint }) => isAtOrBelow(realPath, mountPoint));
  const own = above.filter((mount) => mount.device === deviceName(device));
  return (own.length > 0 ? own : above).reduce<Mount | undefined>(
    (best, mount) => (best && best.mountPoint.length > mount.mountPoint.length ? best : mount),
    undefined,
  );
}

function isAtOrBelow(path: string, mountPoint: string): boolean {
  return mountPoint === '/' || path === mountPoint || path.startsWith(`${mountPoint}/`);
}

/** glibc's gnu_dev_major and gnu_dev_minor; in arithmetic, because 32-bit operators would cut a large number. */
function deviceName(device: number): string {
  const high = Math.floor(device / 2 ** 32);
  const low = device % 2 ** 32;
  const major = ((low >>> 8) & 0xfff) + (high & 0xfffff000);
  const minor = (low & 0xff) + ((low >>> 12) & 0xfff00);
  return `${major}:${minor}`;
}

/** Space, tab, newline and backslash are written as `\040` and the like. */
function unescapeOctal(text: string): string {
  return text.replace(/\\([0-7]{3})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}

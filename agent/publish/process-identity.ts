import { readFileSync } from 'node:fs';

/** Who the kernel takes us for when we create a file. */
export interface ProcessIdentity {
  readonly uid: number;
  readonly gid: number;
  readonly groups: readonly number[];
}

/** Of this very process, from /proc (proc_pid_status(5)). */
export function readIdentity(): ProcessIdentity {
  return parseIdentity(readFileSync('/proc/self/status', 'utf8'));
}

/** `Uid:` and `Gid:` hold real, effective, saved and file system ID: files take the last. */
export function parseIdentity(status: string): ProcessIdentity {
  const numbers = (field: string): number[] => {
    const line = status.split('\n').find((each) => each.startsWith(`${field}:`));
    return (line ?? '').split(/\s+/).slice(1).filter(Boolean).map(Number);
  };
  return { uid: numbers('Uid')[3] ?? 0, gid: numbers('Gid')[3] ?? 0, groups: numbers('Groups') };
}

/** For messages: `UID 65532, GID 65532 and groups 65532, 2000`. */
export function identityText({ uid, gid, groups }: ProcessIdentity): string {
  return `UID ${uid}, GID ${gid}${groups.length > 0 ? ` and groups ${groups.join(', ')}` : ''}`;
}

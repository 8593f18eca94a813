import type { Ownership } from './open-file.ts';

/**
 * The group and mode of a directory, so that whoever may read one of the files below it gets there, and nobody else: 0550 when all
 * files are 0440 of one group. `owner` is the agent and the group that a new directory has by itself.
 */
export function directoryAccess(files: readonly Ownership[], owner: { readonly uid: number; readonly gid: number }): Ownership {
  const gid = onlyGroup(files) ?? owner.gid;
  const isForGroup = files.some((file) => file.gid === gid && (file.mode & 0o040) !== 0);
  const isForOthers = files.length === 0 || files.some((file) => isReadByOthers(file, owner.uid, gid));
  // Others may be members of the group, for whom the group's bits count: what is open to others is open to the group.
  const mode = 0o500 | (isForGroup || isForOthers ? 0o050 : 0) | (isForOthers ? 0o005 : 0);
  return { mode, uid: owner.uid, gid };
}

/** By somebody who is neither the directory's owner nor in its group. */
function isReadByOthers(file: Ownership, uid: number, gid: number): boolean {
  if ((file.mode & 0o004) !== 0) return true;
  if (file.gid !== gid && (file.mode & 0o040) !== 0) return true;
  return file.uid !== uid && (file.mode & 0o400) !== 0;
}

function onlyGroup(files: readonly Ownership[]): number | undefined {
  const groups = new Set(files.map((file) => file.gid));
  return groups.size === 1 ? files[0]?.gid : undefined;
}

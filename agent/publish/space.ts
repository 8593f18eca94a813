import type { StatsFs } from 'node:fs';
import { AgentError } from '../core/agent-error.ts';
import type { RenderedFile } from '../core/rendered-file.ts';
import { countDirectories, type FileTree, topNames } from './file-tree.ts';

/** `undefined`: the file system doesn't say (ramfs, a tmpfs without limits, btrfs for inodes). */
export interface Space {
  readonly bytes: number | undefined;
  readonly inodes: number | undefined;
}

/** What a file system gives to users that aren't root. */
export function freeSpace({ blocks, bavail, bsize, files, ffree }: StatsFs): Space {
  return { bytes: blocks === 0 ? undefined : bavail * bsize, inodes: files === 0 ? undefined : ffree };
}

/** What a generation takes: whole blocks, and an inode for each file, directory and link, for the generation and for `..data`. */
export function neededSpace(files: readonly RenderedFile[], tree: FileTree, blockSize: number): Required<Space> {
  const bytes = files.reduce((sum, { value }) => sum + Math.ceil(value.length / blockSize) * blockSize, 0);
  return { bytes, inodes: files.length + countDirectories(tree) + topNames(tree).length + 2 };
}

export function isEnough(free: Space, needed: Space): boolean {
  return (free.bytes ?? Infinity) >= (needed.bytes ?? 0) && (free.inodes ?? Infinity) >= (needed.inodes ?? 0);
}

export function volumeFull(deed: string, needed: Space, free: Space, where: string, cause?: unknown): AgentError {
  const message = `cannot ${deed}: it needs ${spaceText(needed)}, and ${where} has ${spaceText(free)} free`;
  return new AgentError('VOLUME_FULL', message, { cause });
}

function spaceText({ bytes, inodes }: Space): string {
  return `${bytes === undefined ? 'an unknown number of' : bytes} bytes and ${inodes ?? 'an unknown number of'} inodes`;
}

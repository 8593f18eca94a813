import { getSystemErrorMap } from 'node:util';
import { AgentError } from '../core/agent-error.ts';

/** What the kernel calls the failure, such as `ENOSPC`; undefined for anything that isn't a failed system call. */
export function errnoOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

/** True for a full volume, a used-up quota, and no inodes left. */
export function isFull(error: unknown): boolean {
  return error instanceof AgentError && error.code === 'VOLUME_FULL';
}

/**
 * A failed call as `cannot <deed> <path>: <reason>`, with the path that an operator knows (Node's own message would name it through
 * /proc/self/fd). A failure that is no system call's is a bug and stays what it is.
 */
export function fileError(deed: string, path: string, error: unknown): unknown {
  const errno = errnoOf(error);
  if (errno === undefined) return error;
  const code = errno === 'ENOSPC' || errno === 'EDQUOT' ? 'VOLUME_FULL' : 'VOLUME_UNUSABLE';
  return new AgentError(code, `cannot ${deed} ${path}: ${reason(errno, error)} (${errno})`, { cause: error });
}

/** Where the kernel's words mislead here, ours. */
const ours: Readonly<Record<string, string>> = {
  ELOOP: 'it is a symlink, and links are not followed',
  ENOTDIR: 'it is not a directory, and links are not followed',
  EEXIST: 'something is in its place',
  EISDIR: 'a directory is in its place',
  EROFS: 'it is mounted read-only',
};

function reason(errno: string, error: unknown): string {
  const number = error instanceof Error && 'errno' in error && typeof error.errno === 'number' ? error.errno : 0;
  return ours[errno] ?? getSystemErrorMap().get(number)?.[1] ?? 'the call failed';
}

import { constants } from 'node:fs';
import { type FileHandle, open, utimes } from 'node:fs/promises';
import type { TouchStep } from '../core/hooks.ts';
import { codeOf, filled, type HookContext, type StepFailure } from './hook-context.ts';

/**
 * Sets the time of a file to now, and makes the file where it is missing. The app may write to the directory, so a link in the place of the
 * file is not followed, and a pipe not waited for.
 */
export async function touchFile({ path }: TouchStep, context: HookContext, now: Date): Promise<StepFailure | undefined> {
  const where = filled(path, context);
  const flags = constants.O_WRONLY | constants.O_CREAT | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  try {
    const file = await open(where, flags, 0o644);
    try {
      return await touch(file, now);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { reason: `could not be touched (${reasonOf(codeOf(error))})` };
  }
}

async function touch(file: FileHandle, now: Date): Promise<StepFailure | undefined> {
  const found = await file.stat();
  if (!found.isFile()) return { reason: 'is not a file' };
  try {
    await utimes(`/proc/self/fd/${file.fd}`, now, now); // Node refuses futimes under its permission model.
  } catch (error) {
    if (codeOf(error) !== 'EPERM') throw error;
    await file.truncate(found.size); // utimensat(2): a time of one's choice is the owner's to set; a write sets the present one.
  }
  return undefined;
}

function reasonOf(code: string): string {
  return code === 'ELOOP' ? 'ELOOP: it is a symbolic link' : code;
}

import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { codeOf, type HookContext, type StepFailure } from './hook-context.ts';

/** The app writes a number of a few digits; whoever may write there could put anything in its place. */
const mostBytes = 64;

/** Undefined when `{feedback}/<delivery>.ack` holds the number of the generation, or a newer one. Links and pipes are not followed. */
export async function ackFile({ feedback, delivery, generation }: HookContext): Promise<StepFailure | undefined> {
  const path = `${feedback}/${delivery}.ack`;
  const found = await numberIn(path);
  if (typeof found !== 'number') return found;
  return found >= generation ? undefined : { reason: `${path} says ${found}` };
}

async function numberIn(path: string): Promise<number | StepFailure> {
  try {
    const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      if (!(await file.stat()).isFile()) return { reason: `${path} is not a file` };
      const { bytesRead, buffer } = await file.read(Buffer.alloc(mostBytes), 0, mostBytes, 0);
      const [, digits] = /^\s*(\d{1,15})\s*$/.exec(buffer.subarray(0, bytesRead).toString('latin1')) ?? [];
      return digits === undefined ? { reason: `${path} does not hold a number` } : Number(digits);
    } finally {
      await file.close();
    }
  } catch (error) {
    return { reason: reasonOf(path, codeOf(error)) };
  }
}

function reasonOf(path: string, code: string): string {
  if (code === 'ENOENT') return `${path} is not there`;
  return code === 'ELOOP' ? `${path} is a symbolic link` : `${path} can't be read (${code})`;
}

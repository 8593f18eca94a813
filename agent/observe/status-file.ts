import { chmod, open, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import type { Status } from '../core/status.ts';

/**
 * Writes `status.json` below the agent's own directory on the volume, in one step: a reader sees the old text or the new one. It
 * holds no values, so whoever can reach it may read it (0644); the directory (0700) decides who that is.
 *
 * @throws the file system's error; the file that was there stays
 */
export async function writeStatus(dir: string, status: Status): Promise<void> {
  const path = join(dir, 'status.json');
  const draft = `${path}.new`;
  await unlink(draft).catch(() => undefined); // Left by an agent that was killed.
  try {
    const file = await open(draft, 'wx', 0o600);
    try {
      await file.writeFile(`${JSON.stringify(status)}\n`);
      // On its own: the umask cuts the mode of `open`. And this way, since Node refuses fchmod under its permission model.
      await chmod(`/proc/self/fd/${file.fd}`, 0o644);
    } finally {
      await file.close();
    }
    await rename(draft, path);
  } catch (error) {
    await unlink(draft).catch(() => undefined);
    throw error;
  }
}

import { randomBytes } from 'node:crypto';
import { open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Where `keytide refresh` finds the agent that runs with this private directory. */
export function controlSocketIn(privateDir: string): string {
  return join(privateDir, 'control.sock');
}

/**
 * What lets a caller from elsewhere than this pod change something: made once, in a file that only the agent's own user can read.
 * Throws what the file system says.
 */
export async function controlTokenIn(privateDir: string): Promise<string> {
  const path = join(privateDir, 'control-token');
  const token = randomBytes(32).toString('base64url');
  try {
    const file = await open(path, 'wx', 0o600);
    await file.writeFile(`${token}\n`).finally(() => file.close());
    return token;
  } catch (error) {
    const old = (await readFile(path, 'utf8').catch(() => '')).trim();
    if (old.length >= token.length) return old;
    throw error;
  }
}

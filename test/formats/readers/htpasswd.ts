import { spawnSync } from 'node:child_process';
import type { Found } from '../../recipes/programs.ts';
import type { Fields, WrittenFile } from '../row.ts';

/** User and password that went in, where Apache's htpasswd takes them for right, and another password for wrong: none can be read back. */
export function verifyWithHtpasswd(files: readonly WrittenFile[], { env }: Found): readonly Fields[] {
  return files.map(({ path, fields: { username = '', password = '' } }) => {
    const options = { env: { ...process.env, ...env }, encoding: 'utf8' } as const;
    const { status, stderr } = spawnSync('htpasswd', ['-vb', path, username, password], options);
    const wrong = spawnSync('htpasswd', ['-vb', path, username, `.${password}`], options);
    return status === 0 && wrong.status !== 0 ? { username, password } : { refused: stderr };
  });
}

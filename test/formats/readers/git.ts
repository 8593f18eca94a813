import { spawnSync } from 'node:child_process';
import type { Fields, WrittenFile } from '../row.ts';

/** What Git's credential store finds in each file for the host of the fields. */
export function readWithGit(files: readonly WrittenFile[], request: Fields = {}): readonly Fields[] {
  return files.map(({ path, fields }) => {
    const { host = '' } = fields;
    const asked = Object.entries({ protocol: 'https', host, ...request }).map(([name, text]) => `${name}=${text}\n`);
    const { status, stdout, stderr } = spawnSync('git', ['credential-store', '--file', path, 'get'], {
      input: asked.join(''),
      encoding: 'utf8',
    });
    if (status !== 0) throw new Error(`git credential-store: ${stderr}`);
    const answer = stdout.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)] as const);
    const { username = '', password = '' } = Object.fromEntries(answer);
    return { host, username, password };
  });
}

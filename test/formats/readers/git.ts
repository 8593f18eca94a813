import { spawnSync } from 'node:child_process';
import type { Fields, WrittenFile } from '../row.ts';

/** What Git's credential store finds in each file for the host of the fields: an answer is lines of `name=text`, here with an empty one behind. */
export function readWithGit(files: readonly WrittenFile[]): readonly Fields[] {
  const input = files.map(({ path, fields }) => `${path}\n${fields['host']}\n`).join('');
  const { status, stdout, stderr } = spawnSync('sh', ['-ec', askedForEach], { input, encoding: 'utf8', maxBuffer: 1 << 26 });
  if (status !== 0 || stderr !== '') throw new Error(`git credential-store: ${stderr}`);
  return stdout
    .split('\n\n')
    .slice(0, -1)
    .map((answer, at) => {
      const found = answer.split('\n').map((line) => [line.split('=', 1)[0] ?? '', line.slice(line.indexOf('=') + 1)] as const);
      return { host: files[at]?.fields['host'] ?? '', ...Object.fromEntries(found) };
    });
}

const askedForEach = `
while IFS= read -r path && IFS= read -r host; do
  printf 'protocol=https\\nhost=%s\\n' "$host" | git credential-store --file "$path" get
  echo
done`;

import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';

const repository = join(import.meta.dirname, '../..');
const execute = promisify(execFile);

it('a reader who follows docs/adding-a-format.md adds one file and one row, and has a format that is proved and listed', {
  timeout: 120_000,
}, async () => {
  const copy = mkdtempSync(join(tmpdir(), 'keytide-docs-'));
  const { NODE_TEST_CONTEXT: _, ...env } = process.env; // Or the inner runner takes itself for a part of this one.
  const node = async (...args: readonly string[]): Promise<string> =>
    (await execute(process.execPath, args, { cwd: copy, env, maxBuffer: 1 << 26 })).stdout;
  try {
    for (const path of ['agent', 'templates', 'test', 'build', 'docs', 'package.json']) {
      cpSync(join(repository, path), join(copy, path), { recursive: true });
    }
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
    const page = readFileSync(join(repository, 'docs/adding-a-format.md'), 'utf8');
    const [template = '', row = ''] = [...page.matchAll(/^```(?:ts)?\n(.*?)^```$/gms)].map(([, code]) => code);
    writeFileSync(join(copy, 'templates/composer-auth.eta'), template);
    const path = join(copy, 'test/formats/rows/tools.ts');
    const rows = readFileSync(path, 'utf8').replace('export const tools: readonly Row[] = [', (begin) => `${begin}\n${row}`);
    writeFileSync(
      path,
      `${/import .*readFileSync.* from 'node:fs'/.test(rows) ? '' : "import { readFileSync } from 'node:fs';\n"}${rows}`,
    );

    await node('build/format-table.ts');
    assert.match(readFileSync(join(copy, 'docs/templates.md'), 'utf8'), /^\| `composer-auth` \| auth\.json, in COMPOSER_HOME/m);
    const pattern = ['--test-name-pattern', 'composer-auth|every format has one row|has the table'];
    const told = await node(
      '--test',
      '--test-reporter',
      'tap',
      ...pattern,
      'test/formats/formats.test.ts',
      'test/formats/headers.test.ts',
    );
    for (const words of ['is read back by Node', 'gives what its example says', 'has the table of the formats']) {
      assert.match(told, new RegExp(`^ *ok .*${words}`, 'm'));
    }
    assert.match(told, /^# fail 0$/m);
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
});

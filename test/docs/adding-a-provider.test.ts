import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';

const repository = join(import.meta.dirname, '../..');

it('a reader who follows docs/adding-a-provider.md has a provider that keeps the contract and type-checks', {
  timeout: 120_000,
}, async () => {
  const copy = mkdtempSync(join(tmpdir(), 'keytide-docs-'));
  try {
    for (const path of [
      'agent/core',
      'agent/providers/provider.ts',
      'test/contract/provider-contract.ts',
      'test/contract/provider-effects.ts',
      'package.json',
      'tsconfig.json',
    ]) {
      cpSync(join(repository, path), join(copy, path), { recursive: true });
    }
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
    const files = filesOf(readFileSync(join(repository, 'docs/adding-a-provider.md'), 'utf8'));
    assert.equal(files.length, 2);
    for (const { path, text } of files) {
      mkdirSync(dirname(join(copy, path)), { recursive: true });
      writeFileSync(join(copy, path), text);
    }
    const tsc = join(repository, 'node_modules/typescript/bin/tsc');
    await promisify(execFile)(process.execPath, [tsc, '-p', '.'], { cwd: copy });
    const { NODE_TEST_CONTEXT: _, ...env } = process.env; // Or the inner runner takes itself for a part of this one.
    const { stdout } = await promisify(execFile)(process.execPath, ['--test', 'test/providers/directory.test.ts'], {
      cwd: copy,
      env,
    });
    assert.match(stdout, /pass [1-9]/);
    assert.match(stdout, /fail 0/);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

/** Code blocks that come after a path in backquotes at the end of a line. */
function filesOf(page: string): readonly { readonly path: string; readonly text: string }[] {
  return [...page.matchAll(/`([\w/.-]+\.ts)`:\n\n```ts\n(.*?)```/gs)].map(([, path = '', text = '']) => ({ path, text }));
}

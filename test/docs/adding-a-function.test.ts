import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { it } from 'node:test';
import { promisify } from 'node:util';

const repository = join(import.meta.dirname, '../..');
const execute = promisify(execFile);

it('a reader who follows docs/adding-a-function.md is asked for the function by the compiler, and has one that works', {
  timeout: 120_000,
}, async () => {
  const copy = mkdtempSync(join(tmpdir(), 'keytide-docs-'));
  const gotemplate = 'agent/template/gotemplate';
  try {
    const needed = ['agent/core', 'agent/template', 'test/template/gotemplate/run.ts', 'package.json', 'tsconfig.json'];
    for (const path of needed) cpSync(join(repository, path), join(copy, path), { recursive: true });
    symlinkSync(join(repository, 'node_modules'), join(copy, 'node_modules'));
    const [signature = '', implementation = '', test = ''] = codeOf(
      readFileSync(join(repository, 'docs/adding-a-function.md'), 'utf8'),
    );

    insert(copy, `${gotemplate}/functions/sprig-signatures.ts`, '\n  text: [\n', signature);
    const complaint: unknown = await typeCheck(copy).then(
      () => 'it has nothing to say',
      (error: unknown) => (error instanceof Error && 'stdout' in error ? error.stdout : error),
    );
    assert.match(String(complaint), /functions\/text\.ts.*'?mask'?/s);

    insert(copy, `${gotemplate}/functions/text.ts`, '=> ({\n', implementation);
    const text = readFileSync(join(copy, gotemplate, 'functions/text.ts'), 'utf8');
    writeFileSync(join(copy, gotemplate, 'functions/text.ts'), `import { GoError } from '../go-error.ts';\n${text}`);
    const path = 'test/template/gotemplate/functions/mask.test.ts';
    mkdirSync(join(copy, dirname(path)));
    writeFileSync(join(copy, path), test);
    await typeCheck(copy);
    const { NODE_TEST_CONTEXT: _, ...env } = process.env; // Or the inner runner takes itself for a part of this one.
    const { stdout } = await execute(process.execPath, ['--test', path], { cwd: copy, env });
    assert.match(stdout, /pass 2/);
  } finally {
    rmSync(copy, { recursive: true });
  }
});

function typeCheck(cwd: string): Promise<unknown> {
  return execute(process.execPath, [join(repository, 'node_modules/typescript/bin/tsc'), '-p', '.'], { cwd });
}

/** Puts code behind the first place where `before` stands. */
function insert(copy: string, path: string, before: string, code: string): void {
  const text = readFileSync(join(copy, path), 'utf8');
  const at = text.indexOf(before);
  assert.ok(at >= 0, `${path} has ${before}`);
  writeFileSync(join(copy, path), text.slice(0, at + before.length) + code + text.slice(at + before.length));
}

function codeOf(page: string): readonly string[] {
  return [...page.matchAll(/```ts\n(.*?)```/gs)].map(([, code = '']) => code);
}

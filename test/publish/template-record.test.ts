import assert from 'node:assert/strict';
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Remembered, TemplateMemory } from '../../agent/core/template-memory.ts';
import { templateRecord } from '../../agent/publish/template-record.ts';

let privateDir: string;
let now: number;
let warnings: string[];

beforeEach(async () => {
  privateDir = await mkdtemp(join(tmpdir(), 'keytide-record-'));
  [now, warnings] = [1_000, []];
});

afterEach(() => rm(privateDir, { recursive: true, force: true }));

/** As a process that has just started. */
function opened(): TemplateMemory {
  const nothing = (): void => {};
  const warn = (_fields: unknown, text: string): void => void warnings.push(text);
  return templateRecord({ privateDir, now: () => now, log: { debug: nothing, info: nothing, error: nothing, warn } });
}

function inputOf(text: string): readonly Uint8Array[] {
  return [Buffer.from(text)];
}

function seedOf(remembered: Remembered): { readonly seed: string; readonly since: number } {
  if (remembered.kind !== 'seed') throw new Error('it remembers the output');
  return { seed: Buffer.from(remembered.seed).toString('hex'), since: remembered.since };
}

test('the same input has the same seed and the same time, also after a restart', async () => {
  const first = seedOf(await opened().recall('a', inputOf('x')));
  now = 2_000;
  assert.deepEqual(seedOf(await opened().recall('a', inputOf('x'))), first);
  assert.equal(first.since, 1_000);
});

test('another input, and another template, have another seed', async () => {
  const memory = opened();
  const first = seedOf(await memory.recall('a', inputOf('x')));
  now = 2_000;
  const changed = seedOf(await memory.recall('a', inputOf('y')));
  assert.notEqual(changed.seed, first.seed);
  assert.equal(changed.since, 2_000);
  assert.notEqual(seedOf(await memory.recall('b', inputOf('x'))).seed, first.seed);
  assert.notEqual(seedOf(await memory.recall('a', [Buffer.from('x'), Buffer.from('')])).seed, first.seed);
});

test('an output that was kept is given again while the process runs', async () => {
  const memory = opened();
  const first = await memory.recall('a', inputOf('x'));
  if (first.kind === 'seed') first.keep(SecretValue.ofText('made'));
  const again = await memory.recall('a', inputOf('x'));
  assert.equal(again.kind === 'output' && Buffer.from(again.value.reveal()).toString(), 'made');
  assert.equal((await memory.recall('a', inputOf('y'))).kind, 'seed');
  assert.equal((await opened().recall('a', inputOf('x'))).kind, 'seed');
});

test('another pod makes up something else', async () => {
  const first = seedOf(await opened().recall('a', inputOf('x')));
  await rm(privateDir, { recursive: true });
  assert.notEqual(seedOf(await opened().recall('a', inputOf('x'))).seed, first.seed);
});

test('nothing of input or output is in the files, and only the agent can read them', async () => {
  const memory = opened();
  const first = await memory.recall('ExternalSecret db url', inputOf('canary-input'));
  if (first.kind === 'seed') first.keep(SecretValue.ofText('canary-output'));
  await memory.recall('other', inputOf('x'));
  const directory = join(privateDir, 'templates');
  for (const name of await readdir(directory)) {
    assert.equal((await stat(join(directory, name))).mode & 0o777, 0o600);
    assert.doesNotMatch(await readFile(join(directory, name), 'latin1'), /canary/);
  }
  assert.equal((await stat(directory)).mode & 0o777, 0o700);
});

test('a record that was cut off begins anew', async () => {
  const first = seedOf(await opened().recall('a', inputOf('x')));
  await writeFile(join(privateDir, 'templates', 'inputs.json'), '{"a":');
  now = 2_000;
  assert.deepEqual(seedOf(await opened().recall('a', inputOf('x'))), { seed: first.seed, since: 2_000 });
});

test('where nothing can be kept, it holds for the process, and the log says so', async () => {
  privateDir = join(privateDir, 'file');
  await writeFile(privateDir, '');
  await chmod(privateDir, 0o400);
  const memory = opened();
  const first = seedOf(await memory.recall('a', inputOf('x')));
  assert.deepEqual(seedOf(await memory.recall('a', inputOf('x'))), first);
  assert.match(warnings.join('\n'), /after a restart/);
});

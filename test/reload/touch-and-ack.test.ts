import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readFileSync, statSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { ackFile } from '../../agent/reload/ack-file.ts';
import { touchFile } from '../../agent/reload/touch-file.ts';
import { hookScene } from './hook-scene.ts';

const touch = { kind: 'touch', path: '{feedback}/reload' } as const;
const now = new Date('2026-11-22T10:00:00Z');

test('a touched file is made where it is missing, and keeps what it holds where it is not', async (t) => {
  const { dir, context } = hookScene(t);
  const path = join(dir, 'reload');
  assert.equal(await touchFile(touch, context, now), undefined);
  assert.deepEqual([readFileSync(path, 'utf8'), statSync(path).mtimeMs], ['', now.getTime()]);
  writeFileSync(path, 'text');
  utimesSync(path, 0, 0);
  assert.equal(await touchFile(touch, context, now), undefined);
  assert.deepEqual([readFileSync(path, 'utf8'), statSync(path).mtimeMs], ['text', now.getTime()]);
});

test('a link in the place of a touched file is not followed: the app may have put it there', async (t) => {
  const { dir, context } = hookScene(t);
  symlinkSync(join(dir, 'target'), join(dir, 'reload'));
  assert.match((await touchFile(touch, context, now))?.reason ?? '', /symbolic link/);
  assert.ok(!existsSync(join(dir, 'target')));
});

test('a directory, a pipe and a missing directory can not be touched', async (t) => {
  const { dir, context } = hookScene(t);
  mkdirSync(join(dir, 'reload'));
  assert.match((await touchFile(touch, context, now))?.reason ?? '', /could not be touched \(EISDIR\)/);
  const pipe = spawnSync('mkfifo', [join(dir, 'pipe')]).status === 0;
  if (pipe) assert.ok(await touchFile({ kind: 'touch', path: '{dir}/pipe' }, context, now));
  assert.match((await touchFile({ kind: 'touch', path: `${dir}/no/x` }, context, now))?.reason ?? '', /ENOENT/);
});

test('a file of the app that the agent may write is touched as well', { skip: process.getuid?.() !== 0 && 'needs root' }, (t) => {
  const { dir } = hookScene(t);
  chmodSync(dir, 0o777);
  const path = join(dir, 'reload');
  writeFileSync(path, 'text');
  chmodSync(path, 0o666);
  utimesSync(path, 0, 0);
  const script = `
    import { touchFile } from ${JSON.stringify(join(import.meta.dirname, '../../agent/reload/touch-file.ts'))};
    process.setuid(64001);
    const context = { delivery: 'web', generation: 1, directory: '/', feedback: '/' };
    const failure = await touchFile({ kind: 'touch', path: ${JSON.stringify(path)} }, context, new Date());
    if (failure) throw new Error(failure.reason);`;
  const { status, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], { encoding: 'utf8' });
  assert.equal(status, 0, stderr);
  assert.equal(readFileSync(path, 'utf8'), 'text');
  assert.ok(statSync(path).mtimeMs > 0);
});

test('an ack file holds when it says the number of the generation, or of a newer one', async (t) => {
  const { dir, context } = hookScene(t);
  const path = join(dir, 'web.ack');
  assert.equal((await ackFile(context))?.reason, `${path} is not there`);
  for (const [text, reason] of [
    ['6\n', `${path} says 6`],
    ['', `${path} does not hold a number`],
    ['7 and more', `${path} does not hold a number`],
    ['-7', `${path} does not hold a number`],
    ['9'.repeat(40), `${path} does not hold a number`],
    ['7', undefined],
    [' 7\n', undefined],
    ['8\n', undefined],
  ] as const) {
    writeFileSync(path, text);
    assert.equal((await ackFile(context))?.reason, reason, text);
  }
});

test('links, pipes and huge files in the place of an ack file are not read', async (t) => {
  const { dir, context } = hookScene(t);
  const path = join(dir, 'web.ack');
  writeFileSync(join(dir, 'other'), '7');
  symlinkSync(join(dir, 'other'), path);
  assert.equal((await ackFile(context))?.reason, `${path} is a symbolic link`);
  const piped = { ...context, delivery: 'piped' };
  if (spawnSync('mkfifo', [join(dir, 'piped.ack')]).status === 0)
    assert.equal((await ackFile(piped))?.reason, `${join(dir, 'piped.ack')} is not a file`);
  writeFileSync(join(dir, 'huge.ack'), `7${' '.repeat(10_000_000)}8`);
  assert.equal(await ackFile({ ...context, delivery: 'huge' }), undefined);
});

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { writeStatus } from '../../agent/observe/status-file.ts';
import { writeTerminationMessage } from '../../agent/observe/termination.ts';
import { statusOf } from './statuses.ts';

function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-observe-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

test('status.json is replaced as a whole, readable for whoever may enter the directory, whatever the umask', async (t) => {
  const dir = scratch(t);
  writeFileSync(join(dir, 'status.json.new'), 'left by an agent that was killed');
  await writeStatus(dir, statusOf());
  const first = statSync(join(dir, 'status.json'));
  await writeStatus(dir, statusOf({ spec: { accepted: false, errors: ['a'] } }));
  const second = statSync(join(dir, 'status.json'));
  assert.equal(second.mode & 0o777, 0o644);
  assert.notEqual(first.ino, second.ino);
  assert.equal(JSON.parse(readFileSync(join(dir, 'status.json'), 'utf8')).spec.accepted, false);
  assert.deepEqual(readdirSync(dir), ['status.json']);
});

test('a status that cannot be written leaves the old one and no litter', async (t) => {
  const dir = scratch(t);
  mkdirSync(join(dir, 'status.json')); // A directory in its place: the rename fails.
  await assert.rejects(writeStatus(dir, statusOf()));
  assert.deepEqual(readdirSync(dir), ['status.json']);
});

test('the termination message replaces what was there, and never makes the file', (t) => {
  const dir = scratch(t);
  const path = join(dir, 'termination-log');
  writeTerminationMessage(path, 'not in a container');
  assert.deepEqual(readdirSync(dir), []);
  writeFileSync(path, 'an older and longer message');
  writeTerminationMessage(path, 'delivery web: no');
  assert.equal(readFileSync(path, 'utf8'), 'delivery web: no');
});

test('a termination message that may not be written is no failure', (t) => {
  const path = join(scratch(t), 'termination-log');
  writeFileSync(path, '');
  chmodSync(path, 0o000);
  writeTerminationMessage(path, 'x');
  writeTerminationMessage(join(path, 'below a file'), 'x');
});

test('a termination message is cut to 4 KiB, at a whole character', (t) => {
  const path = join(scratch(t), 'termination-log');
  writeFileSync(path, '');
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 6_000, size: 'max' }), (text) => {
      const whole = text.toWellFormed();
      writeTerminationMessage(path, whole);
      const cut = readFileSync(path, 'utf8');
      assert.ok(Buffer.byteLength(cut) <= 4_096);
      if (Buffer.byteLength(whole) <= 4_096) assert.equal(cut, whole);
      else assert.ok(cut.endsWith('...') && whole.startsWith(cut.slice(0, -3)));
    }),
  );
});

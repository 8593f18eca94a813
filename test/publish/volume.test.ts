import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { openVolume } from '../../agent/publish/volume.ts';
import { runPublisher } from './processes/run-publisher.ts';
import { hasMemory, modeOf, quiet, recordingLog, testVolume, workDirectory } from './workshop.ts';

const isRoot = process.getuid?.() === 0;

test('a root on tmpfs is taken, made if need be, with a private directory in it', {
  skip: !hasMemory && 'no tmpfs',
}, async (t) => {
  const root = join(workDirectory(t), 'volume');
  const volume = await openVolume({ root, allowDisk: false, log: quiet });
  assert.equal(volume.root, root);
  assert.equal(modeOf(root), '755');
  assert.equal(volume.privateDirectory, join(root, '.keytide'));
  assert.equal(modeOf(volume.privateDirectory), '700');
});

test('a root on a disk is refused with its file system and mount point, unless allowed', async (t) => {
  const disk = fs.mkdtempSync(join(import.meta.dirname, '.disk-'));
  t.after(() => fs.rmSync(disk, { recursive: true }));
  const root = join(disk, 'volume');
  const error = await openVolume({ root, allowDisk: false, log: quiet }).then(
    () => undefined,
    (caught: unknown) => caught,
  );
  // Who has the checkout on tmpfs sees no refusal.
  if (error === undefined) return t.skip('the checkout is on tmpfs');
  assert.ok(error instanceof Error && 'code' in error);
  assert.equal(error.code, 'VOLUME_NOT_MEMORY');
  assert.match(error.message, /\/volume is on \w+, mounted at \//);
  assert.ok(!fs.existsSync(root), 'nothing is made there');
  assert.equal((await openVolume({ root, allowDisk: true, log: quiet })).root, root);
});

test('a root that is a symlink is refused; symlinks above it are followed', async (t) => {
  const work = workDirectory(t);
  fs.mkdirSync(join(work, 'real'));
  fs.symlinkSync('real', join(work, 'link'));
  await assert.rejects(testVolume(join(work, 'link')), { code: 'VOLUME_UNUSABLE', message: /link is a symlink to real/ });
  assert.equal((await testVolume(join(work, 'link', 'volume'))).root, join(work, 'real', 'volume'));
});

test('a root that is a file, or whose parent is missing, is refused by name', async (t) => {
  const work = workDirectory(t);
  fs.writeFileSync(join(work, 'file'), '');
  await assert.rejects(testVolume(join(work, 'file')), {
    code: 'VOLUME_UNUSABLE',
    message: /cannot open .*\/file: it is not a directory/,
  });
  await assert.rejects(testVolume(join(work, 'a', 'b')), { code: 'VOLUME_UNUSABLE', message: /cannot find .*\/a: no such file/ });
});

test('a private directory that is a planted symlink is not entered', async (t) => {
  const work = workDirectory(t);
  fs.mkdirSync(join(work, 'elsewhere'), { mode: 0o755 });
  fs.symlinkSync('elsewhere', join(work, '.keytide'));
  await assert.rejects(testVolume(work), { code: 'VOLUME_UNUSABLE', message: /\.keytide/ });
  assert.equal(modeOf(join(work, 'elsewhere')), '755');
});

test('a private directory of another user is refused', { skip: !isRoot && 'needs root' }, async (t) => {
  const work = workDirectory(t);
  fs.mkdirSync(join(work, '.keytide'));
  fs.chownSync(join(work, '.keytide'), 1234, 1234);
  await assert.rejects(testVolume(work), {
    code: 'VOLUME_UNUSABLE',
    message: /\.keytide belongs to UID 1234, and the agent runs as UID 0/,
  });
});

test('a root that may not be written to is refused', { skip: !isRoot && 'needs root to become another user' }, (t) => {
  const work = workDirectory(t);
  const job = { root: work, directory: 'web', allowDisk: true, steps: [], identity: { uid: 65532, gid: 65532, groups: [] } };
  const [result] = runPublisher(job);
  assert.ok(result && 'code' in result);
  assert.equal(result.code, 'VOLUME_UNUSABLE');
  assert.match(result.message, /cannot create .*\/\.keytide: permission denied \(EACCES\)/);
});

test('a root that another user owns is used, with a warning', { skip: !isRoot && 'needs root' }, async (t) => {
  const work = workDirectory(t);
  fs.chownSync(work, 1234, 1234);
  const { log, lines } = recordingLog();
  await testVolume(work, { log });
  assert.equal(lines[0]?.['uid'], 1234);
});

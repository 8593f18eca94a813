import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import { directoryAccess } from '../../agent/publish/directory-access.ts';
import { parseIdentity } from '../../agent/publish/process-identity.ts';
import type { Job } from './processes/job.ts';
import { runPublisher } from './processes/run-publisher.ts';
import { file, hasMemory, modeOf, testVolume, workDirectory } from './workshop.ts';

const needsRoot = { skip: process.getuid?.() !== 0 && 'needs root to become another user' };
const agent = { uid: 65532, gid: 65532, groups: [65532, 2000, 3000] };

function jobOf(root: string, files: { path: string; text: string; gid?: number; uid?: number; mode?: number }[]): Job {
  return { root, directory: 'web', allowDisk: !hasMemory, identity: agent, steps: [{ kind: 'publish', generation: 1, files }] };
}

/** As kubelet makes an emptyDir: everybody may write, and fsGroup hands its group on. */
function emptyDir(root: string, fsGroup?: number): string {
  if (fsGroup !== undefined) fs.chownSync(root, 0, fsGroup);
  fs.chmodSync(root, fsGroup === undefined ? 0o777 : 0o2777);
  return root;
}

function ownerOf(path: string): string {
  const { uid, gid } = fs.statSync(path);
  return `${uid}:${gid}`;
}

test('an agent that is not root gives files to a group of its own, and the directory with them', needsRoot, (t) => {
  const root = emptyDir(workDirectory(t));
  const files = [
    { path: 'a', text: '1', gid: 2000 },
    { path: 'b/c', text: '2', gid: 2000 },
  ];
  assert.deepEqual(runPublisher(jobOf(root, files)), [{ ok: true }]);
  const data = fs.realpathSync(join(root, 'web', '..data'));
  for (const path of ['', 'a', 'b', 'b/c']) assert.equal(ownerOf(join(data, path)), '65532:2000', path);
  assert.equal(modeOf(data), '550');
  assert.equal(modeOf(join(data, 'b', 'c')), '440');
});

test('with fsGroup, files belong to that group without being told', needsRoot, (t) => {
  const root = emptyDir(workDirectory(t), 3000);
  assert.deepEqual(runPublisher(jobOf(root, [{ path: 'b/c', text: '2' }])), [{ ok: true }]);
  const data = fs.realpathSync(join(root, 'web', '..data'));
  for (const path of ['', 'b', 'b/c']) assert.equal(ownerOf(join(data, path)), '65532:3000', path);
  assert.deepEqual([modeOf(data), modeOf(join(root, 'web'))], ['550', '2755']);
});

test(
  'a group or owner that the agent may not give is refused with both names and the mend, and nothing is left',
  needsRoot,
  (t) => {
    const root = emptyDir(workDirectory(t));
    const [group] = runPublisher(jobOf(root, [{ path: 'a', text: '1', gid: 4000 }]));
    assert.ok(group && 'code' in group);
    assert.equal(group.code, 'FILE_REFUSED');
    assert.match(
      group.message,
      /cannot give .*\/a to group 4000: the agent runs as UID 65532, GID 65532 and groups 2000, 3000, 65532$/,
    );
    assert.match(group.hint ?? '', /fsGroup/);
    const [owner] = runPublisher(jobOf(root, [{ path: 'a', text: '1', uid: 1000 }]));
    assert.ok(owner && 'code' in owner);
    assert.match(owner.message, /cannot give .*\/a to UID 1000, GID 65532: the agent runs as UID 65532/);
    assert.deepEqual(fs.readdirSync(join(root, 'web')), []);
  },
);

test('root gives files to anybody, and that user gets at them', needsRoot, async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', { keepPreviousMs: 0 });
  await place.publish([file('a', '1', { uid: 1000, gid: 1000, mode: 0o400 }), file('b/c', '2', { gid: 2000 })], 1);
  const web = join(root, 'web');
  assert.deepEqual(
    [ownerOf(join(web, 'a')), ownerOf(join(web, 'b', 'c')), modeOf(fs.realpathSync(join(web, 'a')))],
    ['1000:1000', '0:2000', '400'],
  );
  assert.equal(readAs(web, 'a', 1000, 1000), '1');
  assert.equal(readAs(web, 'b/c', 1234, 2000), '2');
  assert.equal(readAs(web, 'a', 1234, 2000), 'EACCES');
  assert.equal(readAs(web, 'b/c', 1000, 1000), 'EACCES');
});

test('a directory owned by another user is not published into', needsRoot, async (t) => {
  const root = workDirectory(t);
  fs.mkdirSync(join(root, 'web'));
  fs.chownSync(join(root, 'web'), 1000, 1000);
  const place = deliveryDirectory(await testVolume(root), 'web', { keepPreviousMs: 0 });
  await assert.rejects(place.publish([file('a', '1')], 1), {
    code: 'VOLUME_UNUSABLE',
    message: /web belongs to UID 1000, and the agent runs as UID 0/,
  });
  assert.deepEqual(fs.readdirSync(join(root, 'web')), []);
});

test('a generation that an agent of another user left is neither adopted nor in the way', needsRoot, async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', { keepPreviousMs: 0 });
  await place.publish([file('a', '1')], 5);
  fs.lchownSync(fs.realpathSync(join(root, 'web', '..data')), 1000, 1000);
  assert.equal(await place.adopt(), undefined);
  await place.publish([file('a', '2')], 1);
  assert.equal((await place.adopt())?.number, 1);
});

test('an agent that is not root can remove its own read-only generations', needsRoot, (t) => {
  const root = emptyDir(workDirectory(t));
  const publish = (generation: number) => ({
    kind: 'publish' as const,
    generation,
    files: [{ path: 'b/c', text: `${generation}` }],
  });
  const steps = [publish(1), publish(2), { kind: 'sweep' as const, wanted: [] }, { kind: 'adopt' as const }];
  const results = runPublisher({ root, directory: 'web', allowDisk: !hasMemory, identity: agent, keepPreviousMs: 0, steps });
  assert.deepEqual(results.at(-1), { ok: { number: 2, paths: ['b/c'] } });
  assert.equal(fs.readdirSync(join(root, 'web')).filter((name) => name.startsWith('..g')).length, 1);
});

test('directories let in whoever may read something below, and nobody else', () => {
  const owner = { uid: 10, gid: 20 };
  const access = (...files: [mode: number, uid: number, gid: number][]) => {
    const { mode, gid } = directoryAccess(
      files.map(([mode, uid, gid]) => ({ mode, uid, gid })),
      owner,
    );
    return `${mode.toString(8)} ${gid}`;
  };
  assert.equal(access([0o440, 10, 20]), '550 20');
  assert.equal(access([0o440, 10, 30], [0o400, 10, 30]), '550 30');
  assert.equal(access([0o400, 10, 20]), '500 20');
  assert.equal(access([0o444, 10, 20]), '555 20');
  assert.equal(access([0o440, 10, 30], [0o440, 10, 40]), '555 20');
  assert.equal(access([0o400, 11, 20]), '555 20');
  assert.equal(access(), '555 20');
});

test('who we are is read from /proc: file system IDs, all groups', () => {
  const status = 'Name:\tnode\nUid:\t1\t2\t3\t4\nGid:\t5\t6\t7\t8\nGroups:\t9 10 \nVmPeak: 1 kB\n';
  assert.deepEqual(parseIdentity(status), { uid: 4, gid: 8, groups: [9, 10] });
  assert.deepEqual(parseIdentity('Uid:\t1\t1\t1\t1\nGid:\t1\t1\t1\t1\nGroups:\t \n').groups, []);
});

/** In a process of its own, since a user can't be changed back. */
function readAs(directory: string, path: string, uid: number, gid: number): string {
  const script = `process.setgroups([]); process.setgid(${gid}); process.setuid(${uid});
    try { process.stdout.write(fs.readFileSync(process.argv[1], 'utf8')); } catch (error) { process.stdout.write(error.code); }`;
  return spawnSync(process.execPath, ['-e', script, join(directory, path)], { encoding: 'utf8' }).stdout;
}

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import { file, generations, numbers, recordingLog, testVolume, visible, workDirectory } from './workshop.ts';

const keep = { keepPreviousMs: 60_000 };

async function published(root: string): Promise<string> {
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.publish([file('a', '1')], 1);
  await place.publish([file('a', '2'), file('conf/b', '2', { mode: 0o400 })], 2);
  return join(root, 'web');
}

/** inode, change time and content time of everything, so that any rewriting shows. */
function stamps(directory: string): string {
  const paths = fs.readdirSync(directory, { recursive: true, encoding: 'utf8' }).sort();
  return ['', ...paths]
    .map((path) => [path, fs.lstatSync(join(directory, path), { bigint: true })] as const)
    .map(([path, stat]) => `${path} ${stat.ino} ${stat.ctimeNs} ${stat.mtimeNs}`)
    .join('\n');
}

test('a restarted agent finds what is published, and rewrites nothing', async (t) => {
  const root = workDirectory(t);
  const web = await published(root);
  const before = stamps(web);
  const startedAt = Date.now();
  const adopted = await deliveryDirectory(await testVolume(root), 'web', keep).adopt();
  assert.equal(stamps(web), before);
  assert.equal(adopted?.number, 2);
  const files = adopted.files.map(({ path, value, mode }) => [path, Buffer.from(value.reveal()).toString(), mode.toString(8)]);
  assert.deepEqual(files.sort(), [
    ['a', '2', '440'],
    ['conf/b', '2', '400'],
  ]);
  const self = fs.statSync(join(web, '..data', 'a'));
  assert.deepEqual(
    adopted.files.map(({ uid, gid }) => [uid, gid]),
    [
      [self.uid, self.gid],
      [self.uid, self.gid],
    ],
  );
  assert.ok(Math.abs(adopted.publishedAt.getTime() - startedAt) < 60_000);
});

test('litter of a killed predecessor is swept, and what readers see is mended', async (t) => {
  const root = workDirectory(t);
  const web = await published(root);
  const [first = '', second = ''] = generations(web);
  fs.mkdirSync(join(web, '..g3_2026_01_01_00_00_00.000000001', 'half'), { recursive: true, mode: 0o700 });
  fs.writeFileSync(join(web, '..g3_2026_01_01_00_00_00.000000001', 'half', 'x'), 'secret');
  fs.mkdirSync(join(web, '..g4_2026_01_01_00_00_00.000000001'), { mode: 0o550 });
  fs.mkdirSync(join(web, '..g1_2026_01_01_00_00_00.000000001'), { mode: 0o700 });
  fs.symlinkSync('..g4_2026_01_01_00_00_00.000000001', join(web, '..data_tmp'));
  fs.symlinkSync('..data/never', join(web, 'never'));
  fs.unlinkSync(join(web, 'conf'));
  const { log, lines } = recordingLog();
  const adopted = await deliveryDirectory(await testVolume(root, { log }), 'web', keep).adopt();
  assert.equal(adopted?.number, 2);
  assert.deepEqual(fs.readdirSync(web).sort(), ['..data', first, second, 'a', 'conf'].sort());
  assert.deepEqual(visible(web), { a: '2', 'conf/b': '2' });
  assert.equal(lines.length, 1);
});

test('things that are not ours are left alone', async (t) => {
  const root = workDirectory(t);
  const web = await published(root);
  fs.mkdirSync(join(web, '..2026_01_01_00_00_00.1'));
  fs.mkdirSync(join(web, 'nested'));
  fs.writeFileSync(join(web, 'README'), 'x');
  fs.symlinkSync('/etc/hostname', join(web, 'elsewhere'));
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.adopt();
  await place.publish([file('a', '3')], 3);
  for (const name of ['..2026_01_01_00_00_00.1', 'nested', 'README', 'elsewhere']) fs.lstatSync(join(web, name));
});

test('older generations of a predecessor stay for their full time', async (t) => {
  const root = workDirectory(t);
  const web = await published(root);
  let now = Date.now();
  const place = deliveryDirectory(await testVolume(root, { now: () => now }), 'web', keep);
  await place.adopt();
  await place.sweep(new Set([2]));
  now += 59_000;
  await place.sweep(new Set([2]));
  assert.deepEqual(numbers(web), [1, 2]);
  now += 1_000;
  await place.sweep(new Set([2]));
  assert.deepEqual(numbers(web), [2]);
});

test('a volume whose `..data` leads nowhere, or somewhere else, is published anew', async (t) => {
  const root = workDirectory(t);
  const web = await published(root);
  for (const target of ['..g9_2026_01_01_00_00_00.000000001', '/etc', '../../x']) {
    fs.unlinkSync(join(web, '..data'));
    fs.symlinkSync(target, join(web, '..data'));
    const place = deliveryDirectory(await testVolume(root), 'web', keep);
    assert.equal(await place.adopt(), undefined, target);
    await place.publish([file('a', target)], 1);
    assert.deepEqual(visible(web), { a: target });
  }
});

test('what can not be read back is left out, so that it counts as a change', async (t) => {
  const root = workDirectory(t);
  const web = await published(root);
  const data = fs.realpathSync(join(web, '..data'));
  fs.chmodSync(data, 0o700);
  fs.unlinkSync(join(data, 'a'));
  fs.symlinkSync('/etc/hostname', join(data, 'a'));
  fs.chmodSync(data, 0o550);
  const { log, lines } = recordingLog();
  const adopted = await deliveryDirectory(await testVolume(root, { log }), 'web', keep).adopt();
  assert.deepEqual(
    adopted?.files.map(({ path }) => path),
    ['conf/b'],
  );
  assert.deepEqual(
    lines.map((line) => line['unreadable']),
    [['a']],
  );
});

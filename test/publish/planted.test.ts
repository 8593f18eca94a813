import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import { file, testVolume, visible, workDirectory } from './workshop.ts';

const keep = { keepPreviousMs: 60_000 };

/** A volume, and a place beside it that must stay as it is whatever is planted. */
async function scene(t: Parameters<typeof workDirectory>[0]) {
  const work = workDirectory(t);
  const [root, victim] = [join(work, 'root'), join(work, 'victim')];
  fs.mkdirSync(root);
  fs.mkdirSync(victim);
  fs.writeFileSync(join(victim, 'file'), 'untouched', { mode: 0o600 });
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  const assertUntouched = (): void => {
    assert.deepEqual(fs.readdirSync(victim), ['file']);
    assert.equal(fs.readFileSync(join(victim, 'file'), 'utf8'), 'untouched');
    assert.equal(fs.statSync(join(victim, 'file')).mode & 0o777, 0o600);
  };
  return { root, web: join(root, 'web'), victim, place, assertUntouched };
}

test("a symlink in the delivery directory's place is not followed", async (t) => {
  const { web, victim, place, assertUntouched } = await scene(t);
  fs.symlinkSync(victim, web);
  await assert.rejects(place.publish([file('a', '1')], 1), { code: 'VOLUME_UNUSABLE', message: /cannot open .*\/web: it is/ });
  await assert.rejects(place.adopt(), { code: 'VOLUME_UNUSABLE' });
  assertUntouched();
});

test('planted `..data`, `..data_tmp` and generation links are replaced or passed over, never followed', async (t) => {
  const { web, victim, place, assertUntouched } = await scene(t);
  fs.mkdirSync(web);
  const planted = '..g1_2026_01_01_00_00_00.000000001';
  fs.symlinkSync(victim, join(web, planted));
  fs.symlinkSync(planted, join(web, '..data'));
  fs.symlinkSync(victim, join(web, '..data_tmp'));
  assert.equal(await place.adopt(), undefined);
  await place.publish([file('file', 'mine')], 1);
  assert.equal(fs.readFileSync(join(web, 'file'), 'utf8'), 'mine');
  assertUntouched();
});

test('a visible name that is taken is refused by name, whatever took it, and readers keep what they had', async (t) => {
  const { web, victim, place, assertUntouched } = await scene(t);
  await place.publish([file('a', '1')], 1);
  const plant: Readonly<Record<string, (path: string) => void>> = {
    'a symlink to somewhere else': (path) => fs.symlinkSync(join(victim, 'file'), path),
    'a file': (path) => fs.linkSync(join(victim, 'file'), path),
    'a directory': (path) => fs.mkdirSync(path),
    'a FIFO': (path) => assert.equal(spawnSync('mkfifo', [path]).status, 0),
  };
  for (const [what, put] of Object.entries(plant)) {
    const path = join(web, 'taken');
    put(path);
    await assert.rejects(place.publish([file('a', '2'), file('taken', '2')], 2), {
      code: 'VOLUME_UNUSABLE',
      message: new RegExp(`cannot publish .*/web/taken: ${what} that is not the agent's has this name`),
    });
    assert.equal(fs.readFileSync(join(web, 'a'), 'utf8'), '1');
    fs.rmSync(path, { recursive: true });
  }
  await place.publish([file('a', '2'), file('taken', '2')], 2);
  assert.deepEqual(visible(web), { a: '2', taken: '2' });
  assertUntouched();
});

test('something real in the place of `..data` or of its draft is refused, and nothing is left of the attempt', async (t) => {
  const { web, place } = await scene(t);
  for (const name of ['..data', '..data_tmp']) {
    fs.mkdirSync(join(web, name), { recursive: true });
    await assert.rejects(place.publish([file('a', '1')], 1), {
      code: 'VOLUME_UNUSABLE',
      message: new RegExp(`/web/${name.replaceAll('.', '\\.')}: `),
    });
    assert.deepEqual(fs.readdirSync(web), [name]);
    fs.rmdirSync(join(web, name));
  }
});

test('a symlink inside our own generation is removed, not followed, when the generation goes', async (t) => {
  const { web, victim, place, assertUntouched } = await scene(t);
  await place.publish([file('a', '1')], 1);
  const data = fs.realpathSync(join(web, '..data'));
  fs.chmodSync(data, 0o700);
  fs.symlinkSync(victim, join(data, 'planted'));
  fs.chmodSync(data, 0o550);
  await place.remove();
  assert.deepEqual(fs.readdirSync(web), []);
  assertUntouched();
});

test('a delivery directory that somebody moved away is made anew', async (t) => {
  const { root, web, place } = await scene(t);
  await place.publish([file('a', '1')], 1);
  fs.renameSync(web, join(root, 'moved'));
  await place.publish([file('a', '2')], 2);
  assert.deepEqual(visible(web), { a: '2' });
});

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import { runPublisher } from './processes/run-publisher.ts';
import { file, generations, hasMemory, modeOf, testVolume, visible, workDirectory } from './workshop.ts';

const keep = { keepPreviousMs: 60_000 };

test('a generation looks like a Secret volume', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.publish(
    [file('username', 'app'), file('password', 'p1'), file('conf/app.env', 'A=1\n'), file('conf/deep/x', '')],
    1,
  );
  const web = join(root, 'web');
  const data = fs.readlinkSync(join(web, '..data'));
  assert.match(data, /^\.\.g1_\d{4}(_\d\d){5}\.\d{9}$/);
  assert.deepEqual(fs.readdirSync(web).sort(), ['..data', data, 'conf', 'password', 'username'].sort());
  assert.equal(fs.readlinkSync(join(web, 'password')), '..data/password');
  assert.equal(fs.readlinkSync(join(web, 'conf')), '..data/conf');
  assert.deepEqual(visible(web), { 'conf/app.env': 'A=1\n', 'conf/deep/x': '', password: 'p1', username: 'app' });
});

test('the next generation swaps all, adds and removes names, and keeps the directory itself', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.publish([file('a', '1'), file('b', '1'), file('c/x', '1')], 1);
  const web = join(root, 'web');
  const before = fs.statSync(web).ino;
  const [first = ''] = generations(web);
  await place.publish([file('a', '2'), file('c', 'a file now'), file('d', '2')], 2);
  assert.deepEqual(visible(web), { a: '2', c: 'a file now', d: '2' });
  assert.equal(fs.statSync(web).ino, before);
  assert.equal(fs.readFileSync(join(web, first, 'b'), 'utf8'), '1', 'the older generation stays readable');
});

test('an empty set of files empties the directory in one step', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.publish([file('a', '1')], 1);
  await place.publish([], 2);
  const web = join(root, 'web');
  assert.deepEqual(visible(web), {});
  assert.deepEqual(fs.readdirSync(join(web, '..data')), []);
});

test('a delivery that is removed leaves an empty directory', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.publish([file('a', '1')], 1);
  await place.publish([file('a', '2'), file('c/d', '2')], 2);
  fs.writeFileSync(join(root, 'web', 'foreign'), 'x');
  await place.remove();
  assert.deepEqual(fs.readdirSync(join(root, 'web')), ['foreign']);
  assert.equal(await place.adopt(), undefined);
});

test('nothing is made for a delivery that was never published', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  assert.equal(await place.adopt(), undefined);
  await place.sweep(new Set());
  await place.remove();
  assert.deepEqual(fs.readdirSync(root), ['.keytide']);
});

for (const umask of [0o000, 0o022, 0o027, 0o077]) {
  test(`the umask 0${umask.toString(8)} has no say`, (t) => {
    const root = join(workDirectory(t), 'root');
    const files = [
      { path: 'a', text: '1' },
      { path: 'b', text: '2', mode: 0o600 },
      { path: 'c/d', text: '3', mode: 0o444 },
      { path: 'e/f', text: '4', mode: 0o400 },
    ];
    const [result] = runPublisher({
      root,
      directory: 'web/x',
      allowDisk: !hasMemory,
      umask,
      steps: [{ kind: 'publish', generation: 1, files }],
    });
    assert.deepEqual(result, { ok: true });
    const web = join(root, 'web', 'x');
    const data = join(web, fs.readlinkSync(join(web, '..data')));
    const modes = ['', '..', 'a', 'b', 'c', 'c/d', 'e', 'e/f'].map((path) => modeOf(join(data, path)));
    assert.deepEqual(modes, ['555', '755', '440', '600', '555', '444', '500', '400']);
    assert.deepEqual([root, join(root, 'web'), join(root, '.keytide')].map(modeOf), ['755', '755', '700']);
  });
}

test('files of mode 0440 lie in directories of mode 0550', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.publish([file('a', '1'), file('b/c', '1')], 1);
  const data = fs.realpathSync(join(root, 'web', '..data'));
  assert.deepEqual([data, join(data, 'b')].map(modeOf), ['550', '550']);
});

test('a path or mode that may not be is refused by name, and nothing is written', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  const refused = [
    [[file('../x', '1')], /delivery web: the path "\.\.\/x" has the segment "\.\."/],
    [[file('a/../../x', '1')], /has the segment "\.\."/],
    [[file('/etc/passwd', '1')], /empty segment/],
    [[file('..data', '1')], /belong to the publisher/],
    [[file('a b', '1')], /"a b" may only hold/],
    [[file('a', '1'), file('a', '2')], /"a" is given twice/],
    [[file('a', '1'), file('a/b', '2')], /"a" is a file, and the directory of "a\/b"/],
    [[file('a', '1', { mode: 0o4755 })], /"a" may have the modes 0 to 0777, not 04755/],
  ] as const;
  for (const [files, message] of refused) await assert.rejects(place.publish(files, 1), { code: 'FILE_REFUSED', message });
  assert.deepEqual(fs.readdirSync(root), ['.keytide']);
});

test('a directory that may not be a delivery is refused', async (t) => {
  const volume = await testVolume(workDirectory(t));
  for (const directory of ['', '..', '../x', '/x', '.keytide', '.keytide/x', 'a//b']) {
    assert.throws(() => deliveryDirectory(volume, directory, keep), { code: 'FILE_REFUSED' }, directory);
  }
});

test('deliveries in nested directories leave each other alone, and a name that both want is refused', async (t) => {
  const root = workDirectory(t);
  const volume = await testVolume(root);
  const [outer, inner] = [deliveryDirectory(volume, 'a', keep), deliveryDirectory(volume, 'a/b', keep)];
  await outer.publish([file('x', 'outer')], 1);
  await inner.publish([file('x', 'inner')], 1);
  await outer.publish([file('y', 'outer')], 2);
  await outer.adopt();
  assert.deepEqual(visible(join(root, 'a', 'b')), { x: 'inner' });
  await assert.rejects(outer.publish([file('b', '1')], 3), {
    code: 'VOLUME_UNUSABLE',
    message: /cannot publish .*\/a\/b: a directory that is not the agent's has this name/,
  });
  await outer.publish([file('c', '1')], 3);
  const nested = deliveryDirectory(volume, 'a/c', keep);
  await assert.rejects(nested.publish([file('x', '1')], 1), { code: 'VOLUME_UNUSABLE', message: /cannot open .*\/a\/c: it is/ });
});

test('a number that is not newer than what is there is refused: another agent must be at work', async (t) => {
  const place = deliveryDirectory(await testVolume(workDirectory(t)), 'web', keep);
  await place.publish([file('a', '1')], 7);
  await assert.rejects(place.publish([file('a', '2')], 7), {
    code: 'VOLUME_UNUSABLE',
    message: /generation 7 .* not newer than what is there, 7/,
  });
});

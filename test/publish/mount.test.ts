import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isMemory, mountOf, parseMounts } from '../../agent/publish/mount.ts';

const mountinfo = String.raw`27 1 254:0 / / rw,relatime - ext4 /dev/vda rw
30 27 0:27 / /run rw shared:5 - tmpfs tmpfs rw,size=10k
31 30 0:28 / /run/keytide rw - tmpfs tmpfs rw
32 27 0:29 / /data\040with\134blanks rw master:1 propagate_from:2 - ramfs none rw
33 27 254:16 / /run/keytide-old rw - xfs /dev/vdb rw
34 27 8:1 / /twice rw - tmpfs tmpfs rw
35 34 8:2 / /twice rw - ext4 /dev/sda2 rw
`;
const mounts = parseMounts(mountinfo);
const someDevice = 0xffff;

test('a path lies on the longest mount point above it', () => {
  assert.equal(mountOf('/run/keytide/web', someDevice, mounts)?.mountPoint, '/run/keytide');
  assert.equal(mountOf('/run/keytide', someDevice, mounts)?.mountPoint, '/run/keytide');
  assert.equal(mountOf('/run/keytidewheel', someDevice, mounts)?.mountPoint, '/run');
  assert.equal(mountOf('/srv', someDevice, mounts)?.fileSystem, 'ext4');
});

test('of two mounts on one point the later one counts', () => {
  assert.equal(mountOf('/twice/x', someDevice, mounts)?.fileSystem, 'ext4');
});

test('a mount that is hidden by one above it does not count, by its device', () => {
  const hidden = parseMounts('1 0 0:1 / / rw - ext4 a rw\n2 1 0:40 / /a/b rw - tmpfs t rw\n3 1 8:1 / /a rw - ext4 d rw\n');
  assert.equal(mountOf('/a/b', 8 * 256 + 1, hidden)?.fileSystem, 'ext4');
  assert.equal(mountOf('/a/b', 40, hidden)?.fileSystem, 'tmpfs');
});

test('escaped blanks and backslashes of a mount point are read', () => {
  const mount = mountOf('/data with\\blanks/x', someDevice, mounts);
  assert.equal(mount?.fileSystem, 'ramfs');
  assert.ok(mount && isMemory(mount));
});

test('garbage lines are passed over', () => {
  assert.deepEqual(parseMounts('\n - \n1 2 3\n'), []);
});

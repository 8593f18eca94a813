import assert from 'node:assert/strict';
import { mkdir, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { configMapReader, credentialReader } from '../../agent/auth/mounted-credentials.ts';
import { authWorld, failureOf, project, workDir } from './auth-world.ts';

const noDocuments = new Map();

test('reads a key byte for byte from the mounted Secret, each time as it is now', async (t) => {
  const dir = await workDir(t);
  await mkdir(join(dir, 'aws-keys'));
  project(join(dir, 'aws-keys'), { key: ' one\0 ' });
  const read = credentialReader({ documents: noDocuments, dir }, authWorld().effects.log);
  const text = async () => Buffer.from((await read({ name: 'aws-keys', key: 'key' })).reveal()).toString();
  assert.equal(await text(), ' one\0 ');
  project(join(dir, 'aws-keys'), { key: 'two' });
  assert.equal(await text(), 'two');
});

test('a document of the spec goes before the mounted directory', async (t) => {
  const dir = await workDir(t);
  await mkdir(join(dir, 'keys'));
  await writeFile(join(dir, 'keys', 'a'), 'mounted a');
  await writeFile(join(dir, 'keys', 'b'), 'mounted b');
  const read = configMapReader({ documents: new Map([['keys', new Map([['a', Buffer.from('written a')]])]]), dir });
  assert.equal(Buffer.from(await read({ name: 'keys', key: 'a' })).toString(), 'written a');
  assert.equal(Buffer.from(await read({ name: 'keys', key: 'b' })).toString(), 'mounted b');
});

test('what is missing is told with the path that was looked at and what to mount', async () => {
  const documents = new Map([['keys', new Map()]]);
  const read = credentialReader({ documents, dir: '/etc/keytide-credentials' }, authWorld().effects.log);
  const error = await failureOf(read({ name: 'keys', key: 'id' }));
  assert.equal(error.code, 'CREDENTIALS_MISSING');
  assert.equal(
    error.message,
    'Key "id" of Secret keys: the Secret document of the spec has no such key, and /etc/keytide-credentials/keys/id: there is no such file',
  );
  assert.match(error.hint, /Mount Secret keys as a volume at \/etc\/keytide-credentials\/keys.*--credentials/);
  const missing = await failureOf(configMapReader({ documents: noDocuments, dir: '/etc/maps' })({ name: 'ca', key: 'ca.crt' }));
  assert.match(missing.message, /Key "ca.crt" of ConfigMap ca: \/etc\/maps\/ca\/ca.crt: there is no such file/);
  assert.match(missing.hint, /--configmaps/);
});

test('a name never leads out of the directory', async (t) => {
  const dir = await workDir(t);
  await writeFile(join(dir, 'secret'), 'outside');
  await mkdir(join(dir, 'credentials'));
  const read = credentialReader({ documents: noDocuments, dir: join(dir, 'credentials') }, authWorld().effects.log);
  const refs = [
    ['..', 'secret'],
    ['.', 'secret'],
    ['a/../..', 'secret'],
    ['keys', '../../secret'],
    ['keys', '..data'],
    ['', 'a'],
    ['keys', 'a\0b'],
  ] as const;
  for (const [name, key] of refs)
    assert.match((await failureOf(read({ name, key }))).message, /can't be the (name|key) of a Secret/, `${name} ${key}`);
});

test('a directory, and what is longer than a Secret can be, is refused', async (t) => {
  const dir = await workDir(t);
  await mkdir(join(dir, 'keys', 'folder'), { recursive: true });
  await writeFile(join(dir, 'keys', 'long'), '');
  await truncate(join(dir, 'keys', 'long'), 1024 * 1024 + 1);
  const read = credentialReader({ documents: noDocuments, dir }, authWorld().effects.log);
  assert.match((await failureOf(read({ name: 'keys', key: 'folder' }))).message, /not a file/);
  assert.match((await failureOf(read({ name: 'keys', key: 'long' }))).message, /longer than 1 MiB/);
});

test('a credential that ends with a line end is warned about once, without its value', async () => {
  const world = authWorld();
  const documents = new Map([['keys', new Map([['password', Buffer.from('hunter2-hunter2\n')]])]]);
  const read = credentialReader({ documents, dir: '/nonexistent' }, world.effects.log);
  for (let i = 0; i < 3; i += 1)
    assert.equal(Buffer.from((await read({ name: 'keys', key: 'password' })).reveal()).toString(), 'hunter2-hunter2\n');
  assert.equal(world.logged.length, 1);
  assert.deepEqual([world.logged[0]?.level, world.logged[0]?.fields], ['warn', { secret: 'keys', key: 'password' }]);
});

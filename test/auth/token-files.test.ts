import assert from 'node:assert/strict';
import { chmod, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test from 'node:test';
import { findToken, readToken, usualTokenPlaces } from '../../agent/auth/token-files.ts';
import { failureOf, project, signatureCanary, tokenFor, workDir } from './auth-world.ts';

test('finds the token for an audience in a volume that the kubelet wrote', async (t) => {
  const dir = await workDir(t);
  project(dir, { vault: tokenFor('vault'), aws: tokenFor(['other', 'sts.amazonaws.com']), 'ca.crt': 'no token' });
  const find = (audience: string) => findToken({ tokensDir: dir, usualPlaces: [], audience });
  assert.equal(await find('sts.amazonaws.com'), join(dir, 'aws'));
  assert.equal(await find('vault'), join(dir, 'vault'));
  assert.equal(await find('sts.amazonaws'), undefined);
});

test('finds tokens in directories below, and among several takes the one that lives longest', async (t) => {
  const dir = await workDir(t);
  await mkdir(join(dir, 'copies'));
  project(join(dir, 'copies'), { 'a-forgotten': tokenFor('vault', { exp: 1_000 }) });
  await mkdir(join(dir, 'live'));
  project(join(dir, 'live'), { 'deep/token': tokenFor('vault') });
  assert.equal(await findToken({ tokensDir: dir, usualPlaces: [], audience: 'vault' }), join(dir, 'live/deep/token'));
});

test('looks at the usual places only when --tokens has none, and in their order', async (t) => {
  const dir = await workDir(t);
  const usualPlaces = ['none', 'second', 'third'].map((name) => join(dir, name));
  for (const path of usualPlaces.slice(1)) await writeFile(path, tokenFor('sts.amazonaws.com'));
  const tokensDir = join(dir, 'tokens');
  const find = () => findToken({ tokensDir, usualPlaces, audience: 'sts.amazonaws.com' });
  assert.equal(await find(), join(dir, 'second'));
  await mkdir(tokensDir);
  project(tokensDir, { mine: tokenFor('sts.amazonaws.com') });
  assert.equal(await find(), join(tokensDir, 'mine'));
});

test('takes nothing for a token that is not one: no JWT, no audience, too long, a directory', async (t) => {
  const dir = await workDir(t);
  project(dir, { plain: 'sts.amazonaws.com', legacy: tokenFor(undefined), broken: 'a.b.c', long: `${'x'.repeat(70_000)}` });
  assert.equal(await findToken({ tokensDir: dir, usualPlaces: [dir], audience: 'sts.amazonaws.com' }), undefined);
});

test('the places of IRSA, Pod Identity, Azure and the service account are usual, those of the environment first', () => {
  const places = usualTokenPlaces({ AWS_WEB_IDENTITY_TOKEN_FILE: '/env/token', AZURE_FEDERATED_TOKEN_FILE: '' });
  assert.equal(places[0], '/env/token');
  assert.ok(places.includes('/var/run/secrets/eks.amazonaws.com/serviceaccount/token'));
  assert.ok(places.includes('/var/run/secrets/pods.eks.amazonaws.com/serviceaccount/eks-pod-identity-token'));
  assert.equal(places.at(-1), '/var/run/secrets/kubernetes.io/serviceaccount/token');
});

test('reads a token as it is now, without the line end of a file written by hand', async (t) => {
  const dir = await workDir(t);
  const [first, second] = [tokenFor('a', { id: '1' }), tokenFor('a', { id: '2' })];
  project(dir, { token: `${first}\n` });
  assert.equal(await readToken(join(dir, 'token')), first);
  project(dir, { token: `${second}\r\n` });
  assert.equal(await readToken(join(dir, 'token')), second);
});

test('says which file can not be used and why, never what is in it', async (t) => {
  const dir = await workDir(t);
  const files = { empty: '\n', lines: `${signatureCanary}\nAuthorization: x`, long: signatureCanary.repeat(3_000) };
  for (const [name, text] of Object.entries(files)) await writeFile(join(dir, name), text);
  const says = async (name: string, why: RegExp): Promise<void> => {
    const error = await failureOf(readToken(join(dir, name)));
    assert.equal(error.code, 'TOKEN_UNREADABLE');
    assert.match(error.message, new RegExp(`${name} can't be used: .*${why.source}`));
  };
  await says('none', /no such file/);
  await says('empty', /empty/);
  await says('lines', /more than one/);
  await says('long', /too long/);
});

test('a token that this user may not read is told with the mend, unless another one fits', async (t) => {
  if (process.getuid?.() === 0) return t.skip('root may read everything');
  const dir = await workDir(t);
  const locked = join(dir, 'locked');
  await writeFile(locked, tokenFor('vault'));
  await chmod(locked, 0o000);
  const find = () => findToken({ tokensDir: dir, usualPlaces: [], audience: 'vault' });
  const error = await failureOf(find());
  assert.equal(error.code, 'TOKEN_UNREADABLE');
  assert.match(error.message, /locked.*may not read/);
  assert.match(error.hint, /fsGroup/);
  await writeFile(join(dir, 'open'), tokenFor('vault'));
  assert.equal(await find(), join(dir, 'open'));
});

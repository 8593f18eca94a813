import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { startAwsDouble } from '../servers/aws-double.ts';
import { authWorld, failureOf, project, sessionOf, tokenFor, workDir } from './auth-world.ts';

const role = 'arn:aws:iam::123456789012:role/web';

async function setup(t: TestContext) {
  const double = await startAwsDouble({});
  t.after(() => double.close());
  const dir = await workDir(t);
  await mkdir(join(dir, 'tokens'));
  await mkdir(join(dir, 'home', '.aws'), { recursive: true });
  await writeFile(join(dir, 'pod-token'), tokenFor('pods.eks.amazonaws.com'));
  const podIdentity = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: double.podIdentityUrl,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(dir, 'pod-token'),
  };
  const home = join(dir, 'home');
  const tokensDir = join(dir, 'tokens');
  const profileOf = (name: string, id: string) =>
    `[${name}]\naws_access_key_id = ${id}\naws_secret_access_key = from-file-secret\n`;
  return { double, dir, tokensDir, podIdentity, home, profileOf, env: { AWS_ENDPOINT_URL: double.url, HOME: home } };
}

const envKeys = { AWS_ACCESS_KEY_ID: 'AKIAENV', AWS_SECRET_ACCESS_KEY: 'env-secret' };

test('keys in the environment come first, and make no request', async (t) => {
  const { double, env, podIdentity, tokensDir } = await setup(t);
  project(tokensDir, { aws: tokenFor('sts.amazonaws.com') });
  const world = authWorld({
    env: { ...env, ...podIdentity, AWS_ROLE_ARN: role, ...envKeys, AWS_SESSION_TOKEN: 'st' },
    tokensDir,
  });
  const keys = await sessionOf(world).credentials();
  assert.deepEqual(keys, { accessKeyId: 'AKIAENV', secretAccessKey: 'env-secret', sessionToken: 'st' });
  assert.equal(double.count(), 0);
});

test('where IRSA and Pod Identity are both set up IRSA is used, and the log says so', async (t) => {
  const { double, env, podIdentity, tokensDir } = await setup(t);
  project(tokensDir, { aws: tokenFor('sts.amazonaws.com') });
  const world = authWorld({ env: { ...env, ...podIdentity, AWS_ROLE_ARN: role }, tokensDir });
  await sessionOf(world).credentials();
  assert.deepEqual(
    double.calls.map((call) => call.operation),
    ['AssumeRoleWithWebIdentity'],
  );
  assert.deepEqual(
    world.logged.map(({ level, message }) => [level, message]),
    [['info', 'IRSA and EKS Pod Identity are both set up; IRSA is used']],
  );
});

test('the file that AWS_WEB_IDENTITY_TOKEN_FILE names serves whatever audience it is for', async (t) => {
  const { double, env, dir } = await setup(t);
  const path = join(dir, 'github-token');
  await writeFile(path, tokenFor('https://github.com/org'));
  await sessionOf(authWorld({ env: { ...env, AWS_ROLE_ARN: role, AWS_WEB_IDENTITY_TOKEN_FILE: path } })).credentials();
  assert.deepEqual(
    double.calls.map((call) => call.operation),
    ['AssumeRoleWithWebIdentity'],
  );
});

test('the role of the ServiceAccount document stands in for AWS_ROLE_ARN', async (t) => {
  const { double, env, tokensDir } = await setup(t);
  project(tokensDir, { aws: tokenFor('sts.amazonaws.com') });
  await sessionOf(authWorld({ env, tokensDir, annotations: { 'eks.amazonaws.com/role-arn': role } })).credentials();
  assert.equal(double.calls[0]?.input['RoleArn'], role);
});

test('a token for STS without a role leaves Pod Identity its turn', async (t) => {
  const { double, env, podIdentity, tokensDir } = await setup(t);
  project(tokensDir, { aws: tokenFor('sts.amazonaws.com') });
  await sessionOf(authWorld({ env: { ...env, ...podIdentity }, tokensDir })).credentials();
  assert.deepEqual(
    double.calls.map((call) => call.operation),
    ['PodIdentity'],
  );
});

test('a token for STS and no role anywhere: says that AWS_ROLE_ARN is missing, and never asks the node', async (t) => {
  const { env, tokensDir } = await setup(t);
  project(tokensDir, { aws: tokenFor('sts.amazonaws.com') });
  const error = await failureOf(sessionOf(authWorld({ env, tokensDir })).credentials());
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /tokens\/aws\), but AWS_ROLE_ARN is not set/);
});

test('a role without a token says which volume to mount', async (t) => {
  const { env } = await setup(t);
  const error = await failureOf(sessionOf(authWorld({ env: { ...env, AWS_ROLE_ARN: role } })).credentials());
  assert.equal(error.code, 'TOKEN_UNREADABLE');
  assert.match(error.hint, /serviceAccountToken.*sts.amazonaws.com/);
});

test('a pod without any identity is told what it could have', async (t) => {
  const { env } = await setup(t);
  const error = await failureOf(sessionOf(authWorld({ env })).credentials());
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /neither IRSA .* nor EKS Pod Identity .* nor keys/);
  assert.match(error.hint, /--allow-node-credentials/);
});

test("a developer's profile is read from the shared files, the default one when none is named", async (t) => {
  const { env, home, profileOf } = await setup(t);
  await writeFile(join(home, '.aws', 'credentials'), `${profileOf('default', 'AKIADEFAULT')}\n${profileOf('dev', 'AKIADEV')}`);
  assert.equal((await sessionOf(authWorld({ env })).credentials()).accessKeyId, 'AKIADEFAULT');
  const named = authWorld({ env: { ...env, ...envKeys, AWS_PROFILE: 'dev' } });
  assert.equal((await sessionOf(named).credentials()).accessKeyId, 'AKIADEV');
});

test('a profile may run a process for its keys', async (t) => {
  const { env, home, dir } = await setup(t);
  const answer = {
    Version: 1,
    AccessKeyId: 'ASIAPROCESS',
    SecretAccessKey: 's',
    SessionToken: 't',
    Expiration: '2099-01-01T00:00:00Z',
  };
  await writeFile(join(dir, 'answer.json'), JSON.stringify(answer));
  await writeFile(join(home, '.aws', 'config'), `[default]\ncredential_process = cat ${join(dir, 'answer.json')}\n`);
  const keys = await sessionOf(authWorld({ env })).credentials();
  assert.deepEqual([keys.accessKeyId, keys.expiration?.getFullYear()], ['ASIAPROCESS', 2099]);
});

test('a profile that is not there is named', async (t) => {
  const { env } = await setup(t);
  const error = await failureOf(sessionOf(authWorld({ env: { ...env, AWS_PROFILE: 'nope' } })).credentials());
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /profile nope of .*\.aws\/config/);
});

test('keys of a mounted Secret are used as they are now, and a changed file counts at once', async () => {
  const files = { id: 'AKIAONE\n', secret: 'secret-one', token: 'token-one' };
  const credential = async ({ key }: { readonly key: string }) => {
    const { SecretValue } = await import('../../agent/core/secret-value.ts');
    return SecretValue.ofText(Object(files)[key]);
  };
  const auth = {
    kind: 'secretRef',
    accessKeyID: { name: 'keys', key: 'id' },
    secretAccessKey: { name: 'keys', key: 'secret' },
    sessionToken: { name: 'keys', key: 'token' },
  } as const;
  const session = sessionOf(authWorld({ credential }), { auth });
  assert.deepEqual(await session.credentials(), {
    accessKeyId: 'AKIAONE',
    secretAccessKey: 'secret-one',
    sessionToken: 'token-one',
  });
  files.id = 'AKIATWO';
  assert.equal((await session.credentials()).accessKeyId, 'AKIATWO');
  files.secret = 'c4nary secret with spaces';
  const error = await failureOf(session.credentials(), files.secret);
  assert.equal(error.code, 'CREDENTIALS_MISSING');
  assert.match(error.message, /Key "secret" of Secret keys holds characters/);
  files.secret = '';
  assert.match((await failureOf(session.credentials())).message, /is empty/);
});

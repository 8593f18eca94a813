import assert from 'node:assert/strict';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from '../servers/aws-double.ts';
import { authWorld, failureOf, heldClock, project, sessionOf, storeNamed, tokenFor, until, workDir } from './auth-world.ts';

const roleOf = (name: string) => `arn:aws:iam::123456789012:role/${name}`;

async function setup(t: TestContext, options: AwsDoubleOptions = {}) {
  const double = await startAwsDouble(options);
  t.after(() => double.close());
  const clock = heldClock();
  const env = { AWS_ENDPOINT_URL: double.url, AWS_ACCESS_KEY_ID: 'AKIABASE', AWS_SECRET_ACCESS_KEY: 'base-secret-key' };
  return { double, clock, env, world: authWorld({ env, clock }) };
}

const steps = (double: AwsDouble) =>
  double.calls.map((call) => [call.accessKeyId, call.input['RoleArn'], call.input['ExternalId']]);

test('additionalRoles are assumed in turn, then role, which alone gets the external id', async (t) => {
  const { double, world } = await setup(t, {
    roles: { [roleOf('a')]: {}, [roleOf('b')]: {}, [roleOf('c')]: { externalId: 'ext-1' } },
  });
  const session = sessionOf(world, { additionalRoles: [roleOf('a'), roleOf('b')], role: roleOf('c'), externalID: 'ext-1' });
  const keys = await session.credentials();
  assert.equal(keys.accessKeyId, 'ASIADOUBLE0000000003');
  assert.deepEqual(steps(double), [
    ['AKIABASE', roleOf('a'), undefined],
    ['ASIADOUBLE0000000001', roleOf('b'), undefined],
    ['ASIADOUBLE0000000002', roleOf('c'), 'ext-1'],
  ]);
  await session.credentials();
  assert.equal(double.count(), 3);
  assert.deepEqual(
    double.calls.map((call) => call.input['RoleSessionName']),
    Array(3).fill('shop.web-7d4b9'),
  );
});

test('only what follows is assumed again: a forced login of the last role leaves the others', async (t) => {
  const { double, world } = await setup(t);
  const session = sessionOf(world, { additionalRoles: [roleOf('a')], role: roleOf('b') });
  await session.credentials();
  await session.refresh();
  assert.deepEqual(
    steps(double).map(([, role]) => role),
    [roleOf('a'), roleOf('b'), roleOf('b')],
  );
});

test('session tags go with role, transitive keys only where there are tags', async (t) => {
  const { double, world } = await setup(t);
  const tagsOf = async (config: Parameters<typeof sessionOf>[1], store = storeNamed('db')) => {
    double.forgetCalls();
    await sessionOf(world, { additionalRoles: [roleOf('a')], role: roleOf('b'), ...config }, store).refresh();
    const tags = (index: number) =>
      Object.entries(double.calls[index]?.input ?? {}).filter(([name]) => /^(Tags|TransitiveTagKeys)\./.test(name));
    const last = Object.fromEntries(tags(double.calls.length - 1));
    assert.deepEqual(double.calls.length > 1 ? tags(0) : [], []);
    const count = Object.keys(last).filter((name) => name.endsWith('.Key')).length;
    return {
      tags: Array.from({ length: count }, (_, i) => [last[`Tags.member.${i + 1}.Key`], last[`Tags.member.${i + 1}.Value`]]),
      transitive: Object.keys(last)
        .filter((name) => name.startsWith('TransitiveTagKeys'))
        .map((name) => last[name]),
    };
  };
  assert.deepEqual(await tagsOf({ transitiveTagKeys: ['team'] }), { tags: [], transitive: [] });
  assert.deepEqual(await tagsOf({ sessionTags: [{ key: 'team', value: 'shop' }], transitiveTagKeys: ['team'] }), {
    tags: [['team', 'shop']],
    transitive: ['team'],
  });
  const names = [
    ['esoNamespace', 'shop'],
    ['esoStoreName', 'db'],
    ['esoStoreKind', 'SecretStore'],
  ];
  assert.deepEqual((await tagsOf({ sessionTags: [{ key: 'team', value: 'x' }], sessionTagsPolicy: 'Simple' })).tags, names);
  const custom = await tagsOf({
    sessionTagsPolicy: 'Custom',
    customSessionTags: { cost: '42' },
    transitiveTagKeys: ['cost', 'esoNamespace'],
  });
  assert.deepEqual(custom, { tags: [['cost', '42'], ...names], transitive: ['cost', 'esoNamespace'] });
});

test('a role that refuses is named, with what its trust policy needs; keys and external id stay out', async (t) => {
  const { world } = await setup(t, { roles: { [roleOf('b')]: { externalId: 'right-external' } } });
  const config = { role: roleOf('b'), externalID: 'wrong-external', sessionTags: [{ key: 'team', value: 'shop' }] };
  const error = await failureOf(sessionOf(world, config).credentials(), 'base-secret-key', 'wrong-external');
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(
    error.message,
    /STS refused to assume role .*role\/b \(AccessDenied: User: .*user\/AKIABASE is not authorized to perform: sts:AssumeRole/,
  );
  assert.match(error.hint, /sts:ExternalId.*sts:TagSession/);
});

test('when STS calls the keys below stale they are renewed once, and the role is assumed with the new ones', async (t) => {
  const { double, clock } = await setup(t);
  const dir = await workDir(t);
  project(dir, { aws: tokenFor('sts.amazonaws.com') });
  const env = { AWS_ENDPOINT_URL: double.url, AWS_ROLE_ARN: roleOf('web'), AWS_WEB_IDENTITY_TOKEN_FILE: join(dir, 'aws') };
  const session = sessionOf(authWorld({ env, clock, tokensDir: dir }), { role: roleOf('b') });
  await session.credentials();
  double.forgetSessions();
  double.forgetCalls();
  await session.refresh();
  assert.deepEqual(
    double.calls.map((call) => call.operation),
    ['AssumeRole', 'AssumeRoleWithWebIdentity', 'AssumeRole'],
  );
  double.fault({ operation: 'AssumeRole', times: 2, trouble: { kind: 'error', code: 'ExpiredTokenException', status: 403 } });
  double.forgetCalls();
  assert.equal((await failureOf(session.refresh())).code, 'IDENTITY_REFUSED');
  assert.equal(double.count('AssumeRole'), 2);
});

test('throttling and 5xx of AssumeRole are tried again, then IDENTITY_UNAVAILABLE', async (t) => {
  const { double, world } = await setup(t);
  const session = sessionOf(world, { role: roleOf('b') });
  double.fault({ operation: 'AssumeRole', times: 2, trouble: { kind: 'error', code: 'Throttling' } });
  await session.credentials();
  assert.deepEqual(
    world.requests.map((each) => each.class),
    ['throttled', 'throttled', 'ok'],
  );
  for (const trouble of [
    { kind: 'error', code: 'ServiceUnavailable', status: 503 },
    { kind: 'answer', status: 502, body: '<html>' },
    { kind: 'answer', status: 200, body: 'l34k' },
    { kind: 'reset' },
  ] as const) {
    const fault = double.fault({ operation: 'AssumeRole', times: 3, trouble });
    const error = await failureOf(session.refresh(), 'l34k', 'base-secret-key');
    assert.deepEqual([error.code, fault.hits()], ['IDENTITY_UNAVAILABLE', 3], JSON.stringify(trouble));
    fault.end();
  }
});

test('a role on top of mounted keys is assumed anew when the keys change', async (t) => {
  const { double, clock, env } = await setup(t);
  let id = 'AKIAFIRST';
  const credential = async ({ key }: { readonly key: string }) => SecretValue.ofText(key === 'id' ? id : 'mounted-secret');
  const auth = {
    kind: 'secretRef',
    accessKeyID: { name: 'k', key: 'id' },
    secretAccessKey: { name: 'k', key: 'secret' },
  } as const;
  const session = sessionOf(authWorld({ env, clock, credential }), { auth, role: roleOf('b') });
  await session.credentials();
  await session.credentials();
  id = 'AKIASECOND';
  await session.credentials();
  assert.deepEqual(
    double.calls.map((call) => call.accessKeyId),
    ['AKIAFIRST', 'AKIASECOND'],
  );
});

test('a session of a role is renewed ahead of its end as well', async (t) => {
  const { double, clock, world } = await setup(t);
  const session = sessionOf(world, { role: roleOf('b') });
  await session.credentials();
  clock.advance(3_600_000 - 100_000);
  await session.credentials();
  await until(() => double.count('AssumeRole') === 2);
});

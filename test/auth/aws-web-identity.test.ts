import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { connect } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from '../servers/aws-double.ts';
import { listening } from '../servers/aws-double-http.ts';
import {
  type AuthWorld,
  assertNoSecrets,
  authWorld,
  failureOf,
  heldClock,
  issuer,
  project,
  sessionOf,
  storeNamed,
  subject,
  tokenFor,
  until,
  workDir,
} from './auth-world.ts';

const role = 'arn:aws:iam::123456789012:role/web';
const operation = 'AssumeRoleWithWebIdentity';

interface Setup {
  readonly double: AwsDouble;
  readonly world: AuthWorld;
  readonly clock: ReturnType<typeof heldClock>;
  readonly tokensDir: string;
}

/** A pod with IRSA in front of a double of STS. */
async function setup(t: TestContext, options: AwsDoubleOptions = {}, env: Readonly<Record<string, string>> = {}): Promise<Setup> {
  const double = await startAwsDouble(options);
  t.after(() => double.close());
  const tokensDir = await workDir(t);
  project(tokensDir, { aws: tokenFor('sts.amazonaws.com') });
  const clock = heldClock();
  const world = authWorld({ env: { AWS_ENDPOINT_URL: double.url, AWS_ROLE_ARN: role, ...env }, tokensDir, clock });
  return { double, world, clock, tokensDir };
}

/** The tokens that STS was shown, in order. */
function shown(double: AwsDouble): readonly unknown[] {
  return double.calls.filter((call) => call.operation === operation).map((call) => call.input['WebIdentityToken']);
}

test('the projected token becomes a session of the role, named for the pod, without a signature', async (t) => {
  const { double, world } = await setup(t);
  const keys = await sessionOf(world).credentials();
  assert.match(keys.accessKeyId, /^ASIADOUBLE/);
  assert.deepEqual([keys.secretAccessKey, keys.sessionToken], ['secret-key-1', 'session-token-1']);
  assert.ok(keys.expiration && keys.expiration.getTime() > Date.now());
  const [call] = double.calls;
  assert.deepEqual([call?.input['RoleArn'], call?.input['RoleSessionName']], [role, 'shop.web-7d4b9']);
  assert.equal(call?.headers.authorization, undefined);
  assert.deepEqual(
    world.requests.map(({ store, operation: name, class: outcome }) => [store, name, outcome]),
    [['SecretStore/aws', operation, 'ok']],
  );
});

test('fifty callers at once, and two stores of one identity, cause one exchange', async (t) => {
  const { double, world } = await setup(t);
  const sessions = [sessionOf(world), sessionOf(world, {}, storeNamed('other'))];
  await Promise.all(Array.from({ length: 50 }, (_, index) => sessions[index % 2]?.credentials()));
  assert.equal(double.count(operation), 1);
  const elsewhere = sessionOf(world, { region: 'us-east-1' });
  await elsewhere.credentials();
  assert.equal(double.count(operation), 2);
});

test('the token is read afresh for each exchange, without a trailing line end', async (t) => {
  const { double, world, tokensDir } = await setup(t);
  const session = sessionOf(world);
  await session.credentials();
  const second = tokenFor('sts.amazonaws.com', { id: 'second' });
  project(tokensDir, { aws: `${second}\n` });
  await session.refresh();
  assert.deepEqual(
    shown(double),
    [tokenFor('sts.amazonaws.com'), second].map((each, i) => (i === 0 ? shown(double)[0] : each)),
  );
  assert.equal(shown(double)[1], second);
});

test('a token that expired just as the kubelet replaced it is read once more', async (t) => {
  const { double, world, tokensDir } = await setup(t);
  const fresh = tokenFor('sts.amazonaws.com', { id: 'fresh' });
  double.fault({
    operation,
    where: () => {
      project(tokensDir, { aws: fresh });
      return true;
    },
    trouble: { kind: 'late', ms: 1 },
  });
  project(tokensDir, { aws: tokenFor('sts.amazonaws.com', { exp: 1_000 }) });
  const keys = await sessionOf(world).credentials();
  assert.match(keys.accessKeyId, /^ASIADOUBLE/);
  assert.deepEqual([shown(double).length, shown(double)[1]], [2, fresh]);
});

test('an expired token that nobody replaced is told with its age and where to look, after one exchange', async (t) => {
  const { double, world, tokensDir } = await setup(t);
  project(tokensDir, { aws: tokenFor('sts.amazonaws.com', { exp: Math.floor(Date.now() / 1000) - 600 }) });
  const error = await failureOf(sessionOf(world).credentials());
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /ExpiredToken.*expired 10 min ago/);
  assert.match(error.hint, /kubelet/);
  assert.equal(double.count(operation), 1);
});

test('a role whose trust policy wants another subject says what the token has and the policy needs', async (t) => {
  const { world, tokensDir } = await setup(t, { roles: { [role]: { issuer, subject: 'system:serviceaccount:shop:api' } } });
  const error = await failureOf(sessionOf(world).credentials());
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.equal(error.serverCode, 'AccessDenied');
  for (const part of [role, join(tokensDir, 'aws'), `issuer ${issuer}`, `subject ${subject}`, 'audience sts.amazonaws.com'])
    assert.ok(error.message.includes(part), `${part} in: ${error.message}`);
  assert.ok(error.hint.includes(`oidc.example.test/id/1A2B:sub is "${subject}"`), error.hint);
  assert.deepEqual(
    world.requests.map((each) => each.class),
    ['auth'],
  );
});

test('each refusal of STS says what to do about it', async (t) => {
  const { double, world } = await setup(t);
  const says = async (code: string, message: string, hint: RegExp): Promise<void> => {
    const fault = double.fault({ operation, times: 2, trouble: { kind: 'error', code, message } });
    const error = await failureOf(sessionOf(world).refresh());
    fault.end();
    assert.equal(error.code, 'IDENTITY_REFUSED', code);
    assert.match(error.hint, hint);
  };
  await says(
    'InvalidIdentityToken',
    'No OpenIDConnect provider found in your account',
    /Create an IAM OIDC provider for oidc.example.test/,
  );
  await says('InvalidIdentityToken', 'Incorrect token audience', /Add the audience sts.amazonaws.com/);
  await says('RegionDisabledException', 'STS is not activated in this region', /Activate STS/);
  await says('ValidationError', 'Invalid RoleArn', /Correct the ARN/);
  await says('IDPRejectedClaim', 'rejected', /trust policy/);
});

test('what STS quotes of the token is not passed on', async (t) => {
  const { double, world } = await setup(t);
  await sessionOf(world).credentials();
  const token = String(shown(double)[0]);
  for (const quoted of [token, token.slice(0, 60)]) {
    const message = `1 validation error detected: Value '${quoted}' at 'webIdentityToken' failed. Request ID: 1-2-3`;
    const fault = double.fault({ operation, trouble: { kind: 'error', code: 'ValidationError', message } });
    const error = await failureOf(sessionOf(world).refresh(), token, token.slice(0, 60));
    fault.end();
    assert.match(error.message, /Value '\[...\]' at 'webIdentityToken' failed/);
  }
});

test('what passes by itself is tried again with a pause: provider unreachable, throttled, 5xx, reset', async (t) => {
  const { double, world, clock } = await setup(t);
  const session = sessionOf(world);
  const troubles = [
    { kind: 'error', code: 'IDPCommunicationError' },
    { kind: 'error', code: 'Throttling' },
    { kind: 'error', code: 'InternalFailure', status: 500 },
    { kind: 'answer', status: 503, body: '<html>busy</html>' },
    { kind: 'reset' },
  ] as const;
  for (const trouble of troubles) {
    const fault = double.fault({ operation, times: 2, trouble });
    const sleepsBefore = clock.sleeps.length;
    await session.refresh();
    assert.equal(fault.hits(), 2, JSON.stringify(trouble));
    assert.ok(clock.sleeps.slice(sleepsBefore).every((ms) => ms >= 50));
    assert.equal(clock.sleeps.length - sleepsBefore, 2);
  }
  assert.ok(world.requests.some((each) => each.class === 'throttled'));
});

test('STS that does not answer as STS is IDENTITY_UNAVAILABLE, by name, and nothing of the answer is told', async (t) => {
  const { double, world } = await setup(t);
  const leak = 'l34ked-ANSWER-text';
  const bodies = [
    '',
    leak,
    `<Credentials>${leak}</Credentials>`,
    `<Credentials><AccessKeyId>${leak}</AccessKeyId></Credentials>`,
    `{"x":"${leak}"}`,
  ];
  for (const body of bodies) {
    const fault = double.fault({ operation, times: 3, trouble: { kind: 'answer', status: 200, body } });
    const error = await failureOf(sessionOf(world).refresh(), leak);
    fault.end();
    assert.equal(error.code, 'IDENTITY_UNAVAILABLE');
    assert.match(error.message, new RegExp(`127.0.0.1:${double.port} answered 200`));
  }
  const fault = double.fault({ operation, times: 3, trouble: { kind: 'oversized', bytes: 200_000 } });
  assert.match((await failureOf(sessionOf(world).refresh())).message, /EMSGSIZE/);
  fault.end();
  double.fault({ operation, times: 3, trouble: { kind: 'truncated' } });
  assert.equal((await failureOf(sessionOf(world).refresh())).code, 'IDENTITY_UNAVAILABLE');
});

test('STS that is not there is IDENTITY_UNAVAILABLE with its address, after three tries', async (t) => {
  const { double, world } = await setup(t);
  await double.close();
  const error = await failureOf(sessionOf(world).credentials());
  assert.equal(error.code, 'IDENTITY_UNAVAILABLE');
  assert.match(error.message, new RegExp(`STS at 127.0.0.1:${double.port} could not be reached \\(ECONN`));
  assert.deepEqual(
    world.requests.map((each) => each.class),
    Array(3).fill('unavailable'),
  );
});

test('a session is renewed ahead of its end in the background; when that fails the old one stays in use', async (t) => {
  const { double, world, clock } = await setup(t);
  const session = sessionOf(world);
  const { accessKeyId } = await session.credentials();
  clock.advance(3_600_000 - 200_000);
  double.fault({ operation, times: 1, trouble: { kind: 'error', code: 'AccessDenied' } });
  assert.equal((await session.credentials()).accessKeyId, accessKeyId);
  await until(() => world.logged.length > 0);
  assert.equal((await session.credentials()).accessKeyId, accessKeyId);
  assertNoSecrets(world.logged, 'secret-key-1', 'session-token-1');
  clock.advance(30_000);
  assert.equal((await session.credentials()).accessKeyId, accessKeyId);
  await until(async () => (await session.credentials()).accessKeyId !== accessKeyId);
  assert.equal(double.count(operation), 3);
});

test('speaks to STS over TLS with the CA of AWS_CA_BUNDLE, and says so when the CA is not trusted', async (t) => {
  const { double, world, tokensDir } = await setup(t, { tls: true });
  const error = await failureOf(sessionOf(world).credentials());
  assert.equal(error.code, 'IDENTITY_UNAVAILABLE');
  assert.match(error.hint, /AWS_CA_BUNDLE/);
  const bundle = join(await workDir(t), 'ca.pem');
  await writeFile(bundle, double.ca ?? '');
  const env = { AWS_ENDPOINT_URL: double.url, AWS_ROLE_ARN: role, AWS_CA_BUNDLE: bundle };
  const trusting = authWorld({ env, tokensDir });
  assert.match((await sessionOf(trusting).credentials()).accessKeyId, /^ASIADOUBLE/);
});

test('goes through HTTPS_PROXY unless NO_PROXY names the host', async (t) => {
  const { double, tokensDir } = await setup(t, { tls: true, hosts: ['sts.eu-west-1.amazonaws.com'] });
  const bundle = join(await workDir(t), 'ca.pem');
  await writeFile(bundle, double.ca ?? '');
  const tunnels: string[] = [];
  const proxy = createServer();
  proxy.on('connect', (request, socket, head) => {
    tunnels.push(String(request.url));
    const onward = connect(double.port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection established\r\n\r\n');
      onward.write(head);
      onward.pipe(socket).pipe(onward);
    });
    for (const each of [socket, onward]) {
      each.on('error', () => {});
      t.after(() => each.destroy());
    }
  });
  const proxyUrl = `http://127.0.0.1:${await listening(proxy)}`;
  t.after(() => void proxy.close());
  const shared = { AWS_ROLE_ARN: role, AWS_CA_BUNDLE: bundle, HTTPS_PROXY: proxyUrl };
  await sessionOf(authWorld({ env: shared, tokensDir })).credentials();
  assert.deepEqual(tunnels, ['sts.eu-west-1.amazonaws.com:443']);
  const direct = { ...shared, AWS_ENDPOINT_URL: double.url, NO_PROXY: '127.0.0.1' };
  await sessionOf(authWorld({ env: direct, tokensDir })).credentials();
  assert.equal(tunnels.length, 1);
});

test('auth.jwt takes the role of the ServiceAccount document, its audience, and further audiences', async (t) => {
  const { double, tokensDir } = await setup(t);
  const auth = { kind: 'jwt', serviceAccountRef: { name: 'web', audiences: ['third'] } } as const;
  const other = 'arn:aws:iam::123456789012:role/from-annotation';
  const annotations = { 'eks.amazonaws.com/role-arn': other, 'eks.amazonaws.com/audience': 'custom' };
  const env = { AWS_ENDPOINT_URL: double.url, AWS_ROLE_ARN: role };
  project(tokensDir, { third: tokenFor('third'), custom: tokenFor('custom') });
  await sessionOf(authWorld({ env, tokensDir, annotations }), { auth }).credentials();
  assert.equal(double.calls[0]?.input['RoleArn'], other);
  project(tokensDir, { third: tokenFor('third') });
  await sessionOf(authWorld({ env, tokensDir }), { auth }).credentials();
  assert.equal(double.calls[1]?.input['RoleArn'], role);
  assert.deepEqual(
    shown(double).map((token) => Object(JSON.parse(Buffer.from(String(token).split('.')[1] ?? '', 'base64url').toString())).aud),
    ['custom', 'third'],
  );
});

test('auth.jwt without a role anywhere names the variable, the annotation and why it may be missing', async (t) => {
  const { tokensDir, double } = await setup(t);
  const world = authWorld({ env: { AWS_ENDPOINT_URL: double.url }, tokensDir });
  const auth = { kind: 'jwt', serviceAccountRef: { name: 'web', audiences: [] } } as const;
  const error = await failureOf(sessionOf(world, { auth }).credentials());
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /SecretStore\/aws asks for a role.*AWS_ROLE_ARN is not set.*eks.amazonaws.com\/role-arn/);
  assert.match(error.hint, /recreate the pod.*without a word/);
});

test('auth.jwt without a token names the audience and what to mount', async () => {
  const world = authWorld({ env: { AWS_ROLE_ARN: role } });
  const auth = { kind: 'jwt', serviceAccountRef: { name: 'web', audiences: ['third'] } } as const;
  const error = await failureOf(sessionOf(world, { auth }).credentials());
  assert.equal(error.code, 'TOKEN_UNREADABLE');
  assert.match(error.message, /sts.amazonaws.com or third to assume arn:aws:iam::123456789012:role\/web/);
  assert.match(error.hint, /audience: sts.amazonaws.com/);
});

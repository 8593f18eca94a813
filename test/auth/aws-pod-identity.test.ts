import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type AwsDouble, startAwsDouble } from '../servers/aws-double.ts';
import { closed, listening } from '../servers/aws-double-http.ts';
import { authWorld, failureOf, heldClock, project, sessionOf, tokenFor, workDir } from './auth-world.ts';

const kubernetes = { namespace: 'shop', serviceaccount: { name: 'web' }, pod: { name: 'web-1', uid: 'u' } };

async function setup(t: TestContext, tokenText = tokenFor('pods.eks.amazonaws.com', { kubernetes })) {
  const dir = await workDir(t);
  project(dir, { token: tokenText });
  const token = { current: tokenText.trim() };
  const double = await startAwsDouble({ podIdentity: { token: () => token.current } });
  t.after(() => double.close());
  const env = {
    AWS_CONTAINER_CREDENTIALS_FULL_URI: double.podIdentityUrl,
    AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: join(dir, 'token'),
  };
  return { dir, token, double, env };
}

const asked = (double: AwsDouble) => double.calls.map((call) => call.headers.authorization);

test('the raw token is the whole Authorization header, without a trailing line end', async (t) => {
  const { double, env, token } = await setup(t, `${tokenFor('pods.eks.amazonaws.com')}\n`);
  const world = authWorld({ env });
  const keys = await sessionOf(world).credentials();
  assert.match(keys.accessKeyId, /^ASIADOUBLE/);
  assert.ok(keys.expiration && keys.expiration.getTime() > Date.now());
  assert.deepEqual(asked(double), [token.current]);
  assert.deepEqual(
    world.requests.map((each) => [each.operation, each.class]),
    [['PodIdentityCredentials', 'ok']],
  );
});

test('an agent that is not there yet is asked again several times a second until it is', async (t) => {
  const { env, dir } = await setup(t);
  const port = await freePort();
  const clock = heldClock();
  const body = JSON.stringify({ AccessKeyId: 'ASIALATE', SecretAccessKey: 's', Token: 't', Expiration: '2099-01-01T00:00:00Z' });
  const late = createServer((_request, response) => response.end(body));
  t.after(() => closed(late));
  const sleep: typeof clock.sleep = async (ms, signal) => {
    await clock.sleep(ms, signal);
    if (clock.sleeps.length === 12) await new Promise<void>((resolve) => late.listen(port, '127.0.0.1', resolve));
  };
  const url = `http://127.0.0.1:${port}/v1/credentials`;
  const world = authWorld({
    env: { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: url },
    clock: { ...clock, sleep },
    tokensDir: dir,
  });
  assert.equal((await sessionOf(world).credentials()).accessKeyId, 'ASIALATE');
  assert.equal(clock.sleeps.length, 12);
  assert.ok(clock.sleeps.every((ms) => ms >= 50 && ms <= 1_100));
});

test('an agent that never comes is IDENTITY_UNAVAILABLE after tens of seconds', async (t) => {
  const { env } = await setup(t);
  const clock = heldClock();
  const url = `http://127.0.0.1:${await freePort()}/v1/credentials`;
  const startedAt = clock.now();
  const error = await failureOf(
    sessionOf(authWorld({ env: { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: url }, clock })).credentials(),
  );
  assert.equal(error.code, 'IDENTITY_UNAVAILABLE');
  assert.match(error.message, /EKS Pod Identity agent at 127.0.0.1:\d+ could not be reached \(ECONNREFUSED\)/);
  const waitedMs = clock.now() - startedAt;
  assert.ok(waitedMs >= 20_000 && waitedMs <= 40_000, `${waitedMs}`);
});

test('a token that was replaced under way is read once more; one that was not is refused after one request', async (t) => {
  const { env, dir, token, double } = await setup(t);
  const fresh = tokenFor('pods.eks.amazonaws.com', { id: 'fresh', kubernetes });
  token.current = fresh;
  const world = authWorld({ env });
  const error = await failureOf(sessionOf(world).credentials());
  assert.equal(double.count(), 1);
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /400: Service account token is not accepted.*audience pods.eks.amazonaws.com/);
  assert.match(error.hint, /association of service account web in namespace shop/);
  double.fault({
    operation: 'PodIdentity',
    where: () => {
      project(dir, { token: fresh });
      return true;
    },
    trouble: { kind: 'late', ms: 1 },
  });
  await sessionOf(world).credentials();
  assert.equal(asked(double).at(-1), fresh);
  assert.equal(double.count(), 3);
});

test('what passes by itself is tried again; what does not is told with the words of the agent', async (t) => {
  const { env, double } = await setup(t);
  const session = sessionOf(authWorld({ env }));
  for (const status of [429, 500, 503]) {
    const fault = double.fault({ operation: 'PodIdentity', times: 3, trouble: { kind: 'error', code: 'busy', status } });
    await session.refresh();
    assert.equal(fault.hits(), 3);
  }
  double.fault({
    operation: 'PodIdentity',
    trouble: { kind: 'error', code: 'x', status: 404, message: 'ResourceNotFoundException: No association found' },
  });
  const error = await failureOf(session.refresh());
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /404: ResourceNotFoundException: No association found/);
});

test('an answer that is no credentials is IDENTITY_UNAVAILABLE and nothing of it is told', async (t) => {
  const { env, double } = await setup(t);
  const leak = 'l34ked-ANSWER-text';
  const bodies = [leak, `{"AccessKeyId":"${leak}"}`, `["${leak}"]`, 'null', `{"AccessKeyId":1,"SecretAccessKey":"${leak}"}`];
  for (const body of bodies) {
    const fault = double.fault({ operation: 'PodIdentity', times: 100, trouble: { kind: 'answer', status: 200, body } });
    const error = await failureOf(sessionOf(authWorld({ env })).credentials(), leak);
    fault.end();
    assert.equal(error.code, 'IDENTITY_UNAVAILABLE');
  }
});

test('the token goes to no other host than those of the node, unless over TLS', async (t) => {
  const { env } = await setup(t);
  const refused = [
    'http://10.0.0.1/v1/credentials',
    'http://169.254.170.23.evil.test/',
    'http://evil.test/?127.0.0.1',
    'ftp://127.0.0.1/',
    'no',
  ];
  for (const uri of refused) {
    const error = await failureOf(
      sessionOf(authWorld({ env: { ...env, AWS_CONTAINER_CREDENTIALS_FULL_URI: uri } })).credentials(),
    );
    assert.equal(error.code, 'IDENTITY_REFUSED', uri);
    assert.match(error.message, /AWS_CONTAINER_CREDENTIALS_FULL_URI/);
  }
});

test('no proxy stands between the pod and its node', async (t) => {
  const { env, double } = await setup(t);
  const nobody = `http://127.0.0.1:${await freePort()}`;
  const proxies = { HTTP_PROXY: nobody, HTTPS_PROXY: nobody, http_proxy: nobody, https_proxy: nobody };
  await sessionOf(authWorld({ env: { ...env, ...proxies } })).credentials();
  assert.equal(double.count(), 1);
});

test('a missing token file is TOKEN_UNREADABLE with its path', async (t) => {
  const { env } = await setup(t);
  const world = authWorld({ env: { ...env, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: '/nonexistent/token' } });
  const error = await failureOf(sessionOf(world).credentials());
  assert.equal(error.code, 'TOKEN_UNREADABLE');
  assert.match(error.message, /\/nonexistent\/token/);
});

/** A port on which nobody listens. */
async function freePort(): Promise<number> {
  const server = createServer();
  const port = await listening(server);
  await closed(server);
  return port;
}

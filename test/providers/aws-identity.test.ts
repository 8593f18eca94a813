import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { Answer } from '../../agent/core/object-ref.ts';
import type { RetrySettings } from '../../agent/core/spec.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import { classOf, ref, textOf } from '../contract/provider-contract.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from '../servers/aws-double.ts';
import { type AwsWorld, awsConfig, awsWorld, openAws } from './aws-world.ts';

interface Setting extends AwsWorld {
  readonly double: AwsDouble;
  readonly provider: Provider;
  readonly read: (...keys: readonly string[]) => Promise<readonly Answer[]>;
}

const secrets = Object.fromEntries(Array.from({ length: 30 }, (_, index) => [`app/${index}`, `value ${index}`]));

/** A store that is read as the role of a projected token. */
async function setting(t: TestContext, options: AwsDoubleOptions = {}, retry?: RetrySettings): Promise<Setting> {
  const double = await startAwsDouble({ secrets, ...options });
  t.after(double.close);
  const dir = await mkdtemp(join(tmpdir(), 'keytide-token-'));
  t.after(() => rm(dir, { recursive: true }));
  const tokenFile = join(dir, 'token');
  const claims = {
    iss: 'https://oidc',
    sub: 'system:serviceaccount:default:app',
    aud: ['sts.amazonaws.com'],
    exp: 4_000_000_000,
  };
  await writeFile(tokenFile, `e30.${Buffer.from(JSON.stringify(claims)).toString('base64url')}.x`);
  const env = {
    AWS_ENDPOINT_URL: double.url,
    AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/app',
    AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile,
  };
  const world = awsWorld(env);
  const provider = await openAws(awsConfig('SecretsManager'), world.effects, retry);
  t.after(() => provider.close?.());
  const read = async (...keys: readonly string[]): Promise<readonly Answer[]> => {
    const refs = keys.map(ref);
    const answers = await provider.read(refs, new Map(), new AbortController().signal);
    return refs.map((each) => answers.get(each) ?? { kind: 'unchanged' });
  };
  return { ...world, double, provider, read };
}

test('reads as the role of the projected token, with one login for all calls', async (t) => {
  const { double, read } = await setting(t);
  await Promise.all([read(...Object.keys(secrets)), read('app/1', 'app/2')]);
  await read('app/3');
  assert.equal(double.count('AssumeRoleWithWebIdentity'), 1);
  const readers = new Set(
    double.calls.filter(({ operation }) => operation.includes('GetSecretValue')).map(({ identity }) => identity),
  );
  assert.deepEqual([...readers], ['arn:aws:sts::123456789012:assumed-role/app/default-app']);
});

test('a session that ended is renewed once for all calls under way; each is sent once more and nothing else is', async (t) => {
  const { double, read } = await setting(t);
  await read('app/0');
  double.expireSessions();
  double.forgetCalls();
  const answers = await read('app/0', 'app/1', 'app/2');
  assert.deepEqual(answers.map(textOf), ['value 0', 'value 1', 'value 2']);
  assert.equal(double.count('AssumeRoleWithWebIdentity'), 1);
  assert.ok(double.count('GetSecretValue') <= 6);
});

test('a call that was still under way when others renewed the session does not renew it again', async (t) => {
  const { double, read } = await setting(t);
  await read('app/0');
  double.forgetCalls();
  for (const [id, afterMs] of [
    ['app/1', 0],
    ['app/2', 200],
  ] as const) {
    const where = (input: Readonly<Record<string, unknown>>): boolean => input['SecretId'] === id;
    double.fault({ where, trouble: { kind: 'error', code: 'ExpiredTokenException', afterMs } });
  }
  assert.deepEqual((await read('app/1', 'app/2')).map(textOf), ['value 1', 'value 2']);
  assert.equal(double.count('GetSecretValue'), 4);
  assert.equal(double.count('AssumeRoleWithWebIdentity'), 1);
});

test('credentials that AWS does not know are renewed as well; if that does not help, the identity is refused', async (t) => {
  const { double, read } = await setting(t);
  await read('app/0');
  double.forgetSessions();
  assert.equal(textOf((await read('app/0'))[0]), 'value 0');
  const trouble = { kind: 'error', code: 'UnrecognizedClientException', message: 'The security token is invalid.' } as const;
  double.fault({ operation: 'GetSecretValue', times: Number.POSITIVE_INFINITY, trouble });
  double.forgetCalls();
  const [answer] = await read('app/0');
  assert.ok(answer?.kind === 'failed');
  assert.equal(answer.error.code, 'IDENTITY_REFUSED');
  assert.equal(double.count('GetSecretValue'), 2);
  assert.equal(double.count('AssumeRoleWithWebIdentity'), 1);
});

test('a login that is refused fails every ref with that error, and no secret is asked for', async (t) => {
  const { double, read } = await setting(t, { roles: {} });
  const answers = await read(...Object.keys(secrets));
  assert.ok(answers.every((answer) => classOf(answer) === 'auth'));
  assert.equal(double.count('BatchGetSecretValue'), 0);
  assert.equal(double.count('GetSecretValue'), 0);
});

test("a clock that is ten minutes off is corrected by the server's", async (t) => {
  for (const clockAheadMs of [600_000, -600_000]) {
    const { read } = await setting(t, { clockAheadMs });
    assert.equal(textOf((await read('app/0'))[0]), 'value 0');
  }
});

test('retrySettings say how often and in which distance', async (t) => {
  const trouble = { kind: 'error', code: 'InternalServiceError', status: 500 } as const;
  const cases = [
    [undefined, 3, [25, 50]],
    [{ maxRetries: 2, retryIntervalMs: 7_000 }, 2, [7_000]],
    [{ retryIntervalMs: 10 }, 3, [10, 10]],
    [{ maxRetries: 1 }, 1, []],
  ] as const;
  for (const [retry, calls, waits] of cases) {
    const { double, read, sleeps } = await setting(t, {}, retry);
    double.fault({ operation: 'GetSecretValue', times: Number.POSITIVE_INFINITY, trouble });
    await read('app/0');
    assert.equal(double.count('GetSecretValue'), calls);
    assert.deepEqual(sleeps, waits);
  }
});

test('unlimited retries end with the budget, which all calls of the store share and successes refill', async (t) => {
  const { double, read } = await setting(t, {}, { maxRetries: 0, retryIntervalMs: 1 });
  const fault = double.fault({
    operation: 'GetSecretValue',
    times: Number.POSITIVE_INFINITY,
    trouble: { kind: 'error', code: 'InternalServiceError', status: 500 },
  });
  assert.equal(classOf((await read('app/0'))[0]), 'unavailable');
  assert.equal(fault.hits(), 21);
  await read('app/0');
  assert.equal(fault.hits(), 22);
  fault.end();
  for (let index = 0; index < 5; index += 1) await read('app/0');
  const again = double.fault({
    operation: 'GetSecretValue',
    trouble: { kind: 'error', code: 'InternalServiceError', status: 500 },
  });
  assert.equal(textOf((await read('app/0'))[0]), 'value 0');
  assert.equal(again.hits(), 1);
});

test('a server that says how long to wait is believed: short waits here, long ones are told on', async (t) => {
  const { double, read, sleeps } = await setting(t);
  const throttled = (seconds: string) =>
    ({ kind: 'error', code: 'ThrottlingException', headers: { 'retry-after': seconds } }) as const;
  double.fault({ operation: 'GetSecretValue', trouble: throttled('3') });
  assert.equal(textOf((await read('app/0'))[0]), 'value 0');
  assert.ok(sleeps.includes(3_000));
  double.fault({ operation: 'GetSecretValue', trouble: throttled('90') });
  const [answer] = await read('app/0');
  assert.equal(answer?.kind === 'failed' && answer.error.retryAfterMs, 90_000);
});

test('a throttled call holds back all calls of its store until its pause is over', async (t) => {
  const double = await startAwsDouble({ secrets });
  t.after(double.close);
  const time = { now: 1_000_000 };
  const { effects, sleeps } = awsWorld(double.env, { now: () => time.now });
  const provider = await openAws(awsConfig('SecretsManager'), effects);
  t.after(() => provider.close?.());
  const read = async (key: string): Promise<void> => {
    await provider.read([ref(key)], new Map(), new AbortController().signal);
  };
  double.fault({ trouble: { kind: 'error', code: 'ThrottlingException' } });
  await read('app/0');
  const before = sleeps.length;
  await read('app/1');
  assert.deepEqual(sleeps.slice(before), [500]);
  time.now += 500;
  await read('app/2');
  assert.equal(sleeps.length, before + 1);
});

test('a read that was stopped before it began sends nothing', async (t) => {
  const { double, provider } = await setting(t);
  const answers = await provider.read(Object.keys(secrets).map(ref), new Map(), AbortSignal.abort());
  assert.equal(answers.size, 30);
  assert.ok([...answers.values()].every((answer) => classOf(answer) === 'unavailable'));
  assert.equal(double.count('BatchGetSecretValue') + double.count('GetSecretValue'), 0);
});

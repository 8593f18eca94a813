import assert from 'node:assert/strict';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { AwsIdentityConfig, AwsSession } from '../../agent/auth/aws/credentials.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { secretRecords } from '../../agent/publish/secret-records.ts';
import { startAwsDouble } from '../servers/aws-double.ts';
import { authWorld, heldClock, sessionOf, workDir } from './auth-world.ts';

const roleOf = (name: string) => `arn:aws:iam::123456789012:role/${name}`;
const chain = { additionalRoles: [roleOf('a')], role: roleOf('b') } satisfies Partial<AwsIdentityConfig>;

/** A pod whose agents come one after the other; keys of the chain's root are those of `base`. */
async function pod(t: TestContext) {
  const double = await startAwsDouble();
  t.after(() => double.close());
  const dir = await workDir(t);
  const clock = heldClock();
  let base = 'base-secret-key';
  const next = (config: Partial<AwsIdentityConfig> = chain): AwsSession => {
    const world = authWorld({
      ...{ env: { AWS_ENDPOINT_URL: double.url }, clock },
      credential: async ({ key }) => SecretValue.ofText(key === 'id' ? 'AKIABASE' : base),
    });
    const auth = {
      ...{ kind: 'secretRef' as const, accessKeyID: { name: 'aws', key: 'id' }, secretAccessKey: { name: 'aws', key: 'key' } },
    };
    const effects = { ...world.effects, handOver: { claim: secretRecords(dir), atEnd: () => 'keep' as const } };
    return sessionOf({ ...world, effects }, { auth, ...config });
  };
  const records = (): readonly string[] => readdirSync(dir).map((name) => join(dir, name));
  return {
    ...{ double, clock, next, records },
    change: (text: string): void => {
      base = text;
    },
  };
}

test('an agent takes the sessions of the one before, and logs in to nothing', async (t) => {
  const { double, next, records } = await pod(t);
  const keys = await next().credentials();
  assert.equal(double.count(), 2);
  for (const path of records()) assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(await next().credentials(), keys);
  assert.equal(double.count(), 2);
});

test('a session is for one identity only', async (t) => {
  const { double, next } = await pod(t);
  await next().credentials();
  await next({ role: roleOf('b') }).credentials();
  assert.equal(double.count(), 3, 'another chain to the same role is another session');
});

test('a session that ends within a minute, or was made from other keys, is not taken', async (t) => {
  const { double, clock, next, change } = await pod(t);
  await next().credentials();
  clock.advance(3_600_000 - 59_000);
  await next().credentials();
  assert.equal(double.count(), 4);
  change('another-secret-key');
  await next().credentials();
  assert.equal(double.count(), 6);
});

test('a session that AWS knows no more is replaced, as one of our own would be', async (t) => {
  const { double, next } = await pod(t);
  await next().credentials();
  const session = next();
  const old = await session.credentials();
  await session.refresh();
  assert.notEqual((await session.credentials()).accessKeyId, old.accessKeyId);
  assert.equal(double.count(), 3);
  assert.notEqual((await next().credentials()).accessKeyId, old.accessKeyId, 'the next agent gets the new one');
});

test('a record that is no record is passed over', async (t) => {
  const { double, next, records } = await pod(t);
  await next().credentials();
  for (const path of records()) writeFileSync(path, readFileSync(path, 'utf8').replace('"session":', '"sess":'));
  await next().credentials();
  assert.equal(double.count(), 4);
});

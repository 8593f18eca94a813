import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { Given } from '../../agent/leases/ledger.ts';
import { until } from '../e2e/keytide-process.ts';
import type { DynamicRole } from '../servers/vault-double-database.ts';
import type { TokenRules } from '../servers/vault-double-tokens.ts';
import { generatorOf, type LeaseWorld, leaseWorld, ledgerOf } from './lease-world.ts';

const hourMs = 3_600_000;
const credentials = generatorOf({ path: 'database/creds/app' });

async function withDatabase(t: TestContext, role: DynamicRole, rules: TokenRules = {}) {
  const world = await leaseWorld(t, rules);
  return { world, database: world.double.database('database', { roles: { app: role } }) };
}

function text(given: Given, key: string): string {
  const entries = given.made.get(0);
  if (!entries || entries instanceof AgentError) throw entries ?? new Error('nothing was given');
  return Buffer.from(entries.get(key)?.reveal() ?? []).toString();
}

function failed(given: Given): AgentError {
  const error = given.made.get(0);
  assert.ok(error instanceof AgentError);
  return error;
}

/** What waits between its tries gets the time for that. */
async function meanwhile<T>({ time }: LeaseWorld, work: Promise<T>): Promise<T> {
  await time.advance(60_000);
  return work;
}

function logins({ double }: LeaseWorld): number {
  return double.count({ path: 'auth/kubernetes/login', status: 200 });
}

test('a lease is renewed for as long as it can be: one login, one credential, no refresh', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600, maxTtl: 86_400 });
  const { ledger, refresh, refreshes, stop } = await ledgerOf(world, credentials);
  const given = await refresh();
  for (let hour = 0; hour < 10; hour += 1) await world.time.advance(hourMs);
  assert.ok(database.accepts(text(given, 'username'), text(given, 'password')));
  assert.deepEqual([database.users.length, logins(world), refreshes], [1, 1, []]);
  const renewals = world.double.count('sys/leases/renew');
  assert.ok(renewals >= 13 && renewals <= 17, `${renewals} renewals in 10 hours`);
  assert.equal(ledger.status('db').length, 1);
  await stop('revoke');
  assert.deepEqual([world.double.leases.live().length, world.double.liveTokens().length], [0, 0]);
});

test('refreshes give the same credential again, and the old one is kept alive until the new one is acknowledged', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 600, maxTtl: 900 });
  const { refresh, refreshes, settle, stop } = await ledgerOf(world, credentials, { delivers: false });
  const first = await refresh();
  settle();
  assert.equal(text(await refresh(), 'username'), text(first, 'username'));
  await world.time.advance(660_000);
  assert.deepEqual(refreshes, ['db'], 'a refresh is asked for when its max TTL comes near');
  const second = await refresh();
  assert.notEqual(text(second, 'username'), text(first, 'username'));
  assert.ok(
    database.accepts(text(first, 'username'), text(first, 'password')),
    'the old one works until the app has the new one',
  );
  settle();
  await world.time.advance(4_900);
  assert.ok(database.accepts(text(first, 'username'), text(first, 'password')), 'and a moment more');
  await world.time.advance(100);
  assert.ok(!database.accepts(text(first, 'username'), text(first, 'password')));
  assert.ok(database.accepts(text(second, 'username'), text(second, 'password')));
  await stop('revoke');
});

test('an engine that can not renew for a while is asked again; one that never renews is replaced in time (L1)', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600, maxTtl: 86_400 });
  const { refresh, stop } = await ledgerOf(world, credentials);
  await refresh();
  const trouble = { kind: 'error', status: 400, errors: ['failed to renew entry: connection refused'] } as const;
  world.double.fault({ path: 'sys/leases/renew', times: 3, trouble });
  await world.time.advance(hourMs);
  assert.equal(database.users.length, 1);
  world.double.fault({ path: 'sys/leases/renew', times: Number.POSITIVE_INFINITY, trouble });
  await world.time.advance(2 * hourMs);
  assert.ok(database.users.length > 1);
  assert.equal(world.double.leases.live().length, 1);
  await stop('revoke');
});

test('a role that may neither renew nor revoke gets new credentials in time, and is told so once (L6)', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600, maxTtl: 86_400 }, { policies: ['app'] });
  world.double.policy('app', {
    'database/*': ['read'],
    'auth/token/lookup-self': ['read'],
    'auth/token/revoke-self': ['update'],
  });
  world.double.policy('default', {});
  const { refresh, stop } = await ledgerOf(world, credentials);
  await refresh();
  for (let each = 0; each < 6; each += 1) await world.time.advance(hourMs);
  assert.ok(database.users.length >= 5, `${database.users.length} credentials`);
  assert.ok(world.double.leases.live().length <= 2);
  assert.equal(world.double.count('sys/leases/revoke'), 1);
  await stop('revoke');
  assert.equal(world.double.leases.live().length, 0);
});

test('an agent that ends while it gives a credential back does not call that a failure: its token takes it along', async (t) => {
  const { world } = await withDatabase(t, { ttl: 3_600, maxTtl: 3_600 });
  const { refresh, stop } = await ledgerOf(world, credentials);
  await refresh();
  world.double.fault({ path: 'sys/leases/revoke', trouble: { kind: 'hang', when: 'before' } });
  const advanced = world.time.advance(hourMs * 0.9);
  await until('it is being revoked', () => world.double.count('sys/leases/revoke') === 1);
  await stop('revoke');
  await advanced;
  assert.deepEqual([world.double.leases.live().length, world.double.liveTokens().length], [0, 0]);
  assert.deepEqual(
    world.auth.logged.filter(({ level }) => level === 'warn'),
    [],
  );
});

test('what hangs on a token at its max TTL is replaced before it ends, and nothing of it is left (S5)', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600, maxTtl: 864_000 }, { ttl: 7_200, maxTtl: 10_800 });
  const { refresh, stop } = await ledgerOf(world, credentials);
  let current = await refresh();
  for (let minute = 0; minute < 600; minute += 5) {
    await world.time.advance(300_000);
    current = await refresh();
    assert.ok(database.accepts(text(current, 'username'), text(current, 'password')), `minute ${minute}`);
  }
  assert.ok(logins(world) > 1 && logins(world) <= 6, `${logins(world)} logins`);
  assert.ok(database.users.length <= logins(world) + 1, `${database.users.length} credentials for ${logins(world)} tokens`);
  await stop('revoke');
  assert.deepEqual([world.double.leases.live().length, world.double.liveTokens().length], [0, 0]);
});

test('a revoked token takes its leases along: another credential is there at once', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600, maxTtl: 86_400 });
  const { refresh, refreshes, stop } = await ledgerOf(world, credentials);
  await refresh();
  for (const { accessor } of world.double.liveTokens()) world.double.revoke(accessor);
  await world.time.advance(hourMs);
  assert.ok(refreshes.length > 0);
  const now = await refresh();
  assert.ok(database.accepts(text(now, 'username'), text(now, 'password')));
  assert.equal(database.users.length, 2);
  await stop('revoke');
});

test('the next agent takes token and credential over, and goes on renewing', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600, maxTtl: 86_400 });
  const first = await ledgerOf(world, credentials);
  const before = await first.refresh();
  await first.stop('keep');
  await world.time.advance(600_000);
  const second = await ledgerOf(world, credentials);
  assert.equal(text(await second.refresh(), 'username'), text(before, 'username'));
  for (let hour = 0; hour < 4; hour += 1) await world.time.advance(hourMs);
  assert.ok(database.accepts(text(before, 'username'), text(before, 'password')));
  assert.deepEqual([database.users.length, logins(world)], [1, 1]);
  await second.stop('revoke');
  assert.deepEqual([world.double.leases.live().length, world.double.liveTokens().length], [0, 0]);
});

test('the next agent gives another credential where nothing is left of the old one', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600, maxTtl: 86_400 });
  const first = await ledgerOf(world, credentials);
  await first.refresh();
  await first.stop('crash');
  for (const { accessor } of world.double.liveTokens()) world.double.revoke(accessor);
  const second = await ledgerOf(world, credentials);
  await world.time.advance(1_000);
  const now = await second.refresh();
  assert.ok(database.accepts(text(now, 'username'), text(now, 'password')));
  await second.stop('revoke');
});

test('an answer that is lost is not asked for again with that token, and what it may have made is revoked (R-38)', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600, maxTtl: 86_400 });
  const { refresh, settle, stop } = await ledgerOf(world, credentials);
  world.double.fault({ path: 'database/creds/app', trouble: { kind: 'reset', when: 'after' } });
  assert.equal(failed(await refresh()).code, 'STORE_UNAVAILABLE');
  assert.equal(world.double.count('database/creds/app'), 1);
  const given = await refresh();
  settle();
  await world.time.advance(60_000);
  assert.deepEqual([database.users.length, world.double.leases.live().length, logins(world)], [2, 1, 2]);
  assert.ok(database.accepts(text(given, 'username'), text(given, 'password')));
  await stop('revoke');
});

test('an agent that is killed while it replaces a credential leaves none that the next one does not revoke', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 600, maxTtl: 86_400 });
  const first = await ledgerOf(world, credentials, { delivers: false });
  const before = await first.refresh();
  first.settle();
  world.double.leases.revoke(database.users[0]?.leaseId ?? ''); // So that another one is due.
  await world.time.advance(450_000);
  world.double.fault({ path: 'database/creds/app', trouble: { kind: 'hang', when: 'after' } });
  void first.refresh();
  while (database.users.length < 2) await new Promise((resolve) => setImmediate(resolve));
  await first.stop('crash');
  const second = await ledgerOf(world, credentials, { delivers: false });
  const given = await second.refresh();
  assert.notEqual(text(given, 'username'), text(before, 'username'));
  second.settle();
  await world.time.advance(5_000);
  assert.deepEqual([database.users.length, world.double.leases.live().length, world.double.liveTokens().length], [3, 1, 1]);
  assert.ok(database.accepts(text(given, 'username'), text(given, 'password')));
  await second.stop('revoke');
});

test('an agent that is killed before the app has the new credential goes on with both', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 600, maxTtl: 900 });
  const first = await ledgerOf(world, credentials, { delivers: false });
  const before = await first.refresh();
  first.settle();
  await world.time.advance(660_000);
  const after = await first.refresh();
  await first.stop('crash');
  const second = await ledgerOf(world, credentials, { delivers: false });
  assert.equal(text(await second.refresh(), 'username'), text(after, 'username'));
  await world.time.advance(30_000);
  assert.ok(database.accepts(text(before, 'username'), text(before, 'password')));
  second.settle();
  await world.time.advance(5_000);
  assert.ok(!database.accepts(text(before, 'username'), text(before, 'password')));
  assert.deepEqual([database.users.length, logins(world)], [2, 1]);
  await second.stop('revoke');
});

test('what Vault refuses, or its engine can not make, is told and leaves nothing in doubt', async (t) => {
  const { world, database } = await withDatabase(t, { ttl: 3_600 });
  const { refresh, stop } = await ledgerOf(world, credentials);
  database.setDown(true);
  assert.equal(failed(await meanwhile(world, refresh())).code, 'STORE_UNAVAILABLE');
  database.setDown(false);
  world.double.policy('app', {});
  assert.equal(failed(await meanwhile(world, refresh())).code, 'ACCESS_DENIED');
  world.double.policy('app', { 'database/*': ['read'] });
  await refresh();
  assert.deepEqual([database.users.length, logins(world)], [1, 1]);
  await stop('revoke');
});

test('a quota of leases is waited for, not hammered (L8)', async (t) => {
  const { world } = await withDatabase(t, { ttl: 3_600 });
  const { refresh, stop } = await ledgerOf(world, credentials);
  world.double.leases.limit(0);
  assert.equal(failed(await meanwhile(world, refresh())).code, 'STORE_THROTTLED');
  assert.ok(world.double.count('database/creds/app') <= 3);
  await stop('revoke');
});

test('a certificate is issued again at two thirds of its life, and is not asked for before', async (t) => {
  const world = await leaseWorld(t);
  const pki = world.double.pki('pki', { web: { ttl: 86_400 } });
  const request = { path: 'pki/issue/web', method: 'write', parameters: { common_name: 'web.shop' } } as const;
  const { refresh, refreshes, stop } = await ledgerOf(world, generatorOf(request));
  const first = await refresh();
  await world.time.advance(14 * hourMs);
  assert.equal(text(await refresh(), 'serial_number'), text(first, 'serial_number'));
  assert.match(text(first, 'certificate'), /^-----BEGIN CERTIFICATE-----/);
  await world.time.advance(4 * hourMs);
  assert.ok(refreshes.length >= 1);
  assert.equal(pki.issued.length, 2);
  await stop('revoke');
});

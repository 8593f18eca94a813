import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { callWithRetries, type VaultRetries, vaultRetries } from '../../agent/clients/vault/retries.ts';
import type { VaultRequest } from '../../agent/clients/vault/wire.ts';
import type { RetrySettings } from '../../agent/core/spec.ts';
import { freePort } from '../servers/free-port.ts';
import { clientOf, failureOf, inTurn, type Listener, listen, never, type Reply, read } from './vault-listener.ts';

interface Held {
  readonly retries: VaultRetries;
  readonly slept: number[];
  readonly told: string[];
}

/** A clock that sleeps in no time, and a chance that is always the same. */
function held(retry?: RetrySettings, random = 0.5): Held {
  const slept: number[] = [];
  const told: string[] = [];
  let now = 1_000;
  const clock = {
    now: () => now,
    random: () => random,
    sleep: async (ms: number) => {
      slept.push(ms);
      now += ms;
    },
  };
  const onRequest = ({ operation, class: outcome }: { operation: string; class: string }): void =>
    void told.push(`${operation} ${outcome}`);
  const store = { id: 'SecretStore/vault', ...(retry === undefined ? {} : { retry }) };
  return { retries: vaultRetries(store, { clock, onRequest }), slept, told };
}

const refusal = (status: number, text = 'no', headers: Reply['headers'] = {}): Reply => ({
  status,
  headers,
  body: { errors: [text] },
});
const good: Reply = { body: { data: {} } };

async function server(t: TestContext, ...replies: readonly Reply[]): Promise<Listener & { call: Call }> {
  const listener = await listen(t, inTurn(...replies));
  const client = clientOf(t, listener.url);
  return { ...listener, call: (world, request = read('a')) => callWithRetries(client, request, world.retries, never) };
}

type Call = (world: Held, request?: VaultRequest) => ReturnType<typeof callWithRetries>;

test('what can go well in a moment is tried twice more, with full jitter from 250 ms (R-9, R-37)', async (t) => {
  for (const status of [429, 472, 473, 500, 502, 503, 530]) {
    const failing = await server(t, refusal(status));
    const world = held();
    assert.equal((await failureOf(failing.call(world))).status, status);
    assert.deepEqual([failing.seen.length, world.slept.slice(0, 2)], [3, [125, 250]], String(status));
    const healing = await server(t, refusal(status), refusal(status), good);
    assert.equal((await healing.call(held())).status, 200);
  }
});

test('what will not is tried once (R-9)', async (t) => {
  for (const [status, text] of [
    [400, 'no'],
    [403, 'no'],
    [404, ''],
    [405, 'no'],
    [413, 'no'],
    [415, 'no'],
    [501, 'no'],
    [400, 'failed to renew entry: refused'],
    [500, 'failed to renew entry: policies have changed, not renewing'],
    [500, 'past the max TTL, cannot renew'],
  ] as const) {
    const failing = await server(t, refusal(status, text), good);
    const world = held();
    assert.equal((await failureOf(failing.call(world))).status, status);
    assert.deepEqual([failing.seen.length, world.slept], [1, []], `${status} ${text}`);
  }
});

test('a mount that is being upgraded is waited for (R-69)', async (t) => {
  const upgrading = refusal(
    400,
    'Upgrading from non-versioned to versioned data. This backend will be unavailable for a brief period',
  );
  assert.equal((await (await server(t, upgrading, good)).call(held())).status, 200);
});

test('retrySettings decide how often and after how long (eso.md 2.1)', async (t) => {
  const cases: readonly (readonly [RetrySettings, number, readonly number[]])[] = [
    [{}, 1, []],
    [{ maxRetries: 0, retryIntervalMs: 10 }, 1, []],
    [{ maxRetries: 3, retryIntervalMs: 700 }, 4, [700, 700, 700]],
  ];
  for (const [retry, sent, slept] of cases) {
    const failing = await server(t, refusal(500));
    const world = held(retry);
    await failureOf(failing.call(world));
    assert.deepEqual([failing.seen.length, world.slept], [sent, slept]);
  }
});

test('waits grow up to a minute, and the budget of the store ends them', async (t) => {
  const failing = await server(t, refusal(500));
  const world = held({ maxRetries: 1_000 }, 1);
  await failureOf(failing.call(world));
  assert.equal(failing.seen.length, 21); // 100 tokens, 5 a retry.
  assert.deepEqual(world.slept.slice(0, 4), [250, 500, 1000, 2000]);
  assert.equal(Math.max(...world.slept), 60_000);
  await failureOf(failing.call(world));
  assert.equal(failing.seen.length, 22);
});

test('Retry-After is the least wait, and a throttled store makes all its calls wait', async (t) => {
  const throttling = await server(t, refusal(429, 'quota', { 'retry-after': '7' }), good);
  const world = held();
  await throttling.call(world);
  assert.equal(world.slept[0], 7_000);
  assert.equal(world.retries.pausedUntil, 8_000);
  const others = held();
  others.retries.pausedUntil = others.retries.effects.clock.now() + 3_000;
  await throttling.call(others);
  assert.deepEqual(others.slept, [3_000]);
});

test('a Retry-After of more than a minute is left to the refresher', async (t) => {
  const throttling = await server(t, refusal(503, 'busy', { 'retry-after': '61' }), good);
  const failure = await failureOf(throttling.call(held()));
  assert.deepEqual([failure.retryAfterMs, throttling.seen.length], [61_000, 1]);
});

test('what makes a lease is not sent again once it may have arrived, unless Vault says it did not begin (R-38)', async (t) => {
  const lease = read('database/creds/app', { makes: 'lease' });
  for (const reply of [refusal(500), refusal(502), { status: 503, body: '<html>gateway</html>' }]) {
    const failing = await server(t, reply, good);
    await failureOf(failing.call(held(), lease));
    assert.equal(failing.seen.length, 1);
  }
  for (const status of [412, 429, 472, 473, 503]) {
    const healing = await server(t, refusal(status), good);
    assert.equal((await healing.call(held(), lease)).status, 200);
  }
  const dropping = await listen(t, (_seen, response) => void response.destroy());
  const client = clientOf(t, dropping.url);
  await failureOf(callWithRetries(client, lease, held().retries, never));
  assert.equal(dropping.seen.length, 1);
  await failureOf(callWithRetries(client, read('secret/data/a'), held().retries, never));
  assert.equal(dropping.seen.length, 4);
  const world = held();
  await failureOf(callWithRetries(clientOf(t, `http://127.0.0.1:${await freePort()}`), lease, world.retries, never));
  assert.equal(world.slept.length, 2);
});

test('a node that is behind is asked four times within two seconds, then once to forward (R-36)', async (t) => {
  const behind = await server(t, refusal(412, 'required index state not present'));
  const world = held({ maxRetries: 0 });
  assert.equal((await failureOf(behind.call(world))).status, 412);
  assert.deepEqual(
    behind.seen.map((each) => each.headers['x-vault-inconsistent']),
    [undefined, undefined, undefined, undefined, 'forward-active-node'],
  );
  assert.deepEqual(world.slept, [275, 275, 275, 275]);
});

test('a certificate that is not trusted is not asked for again', async (t) => {
  const { selfSigned } = await import('../servers/aws-double-certificate.ts');
  const strange = await listen(t, () => good, selfSigned());
  const world = held();
  await failureOf(callWithRetries(clientOf(t, strange.url), read('a'), world.retries, never));
  assert.deepEqual(world.slept, []);
});

test('connections that a restarted server dropped are not an outage', async (t) => {
  const restarted = await server(t, good);
  await restarted.call(held());
  restarted.dropConnections();
  assert.equal((await restarted.call(held())).status, 200);
});

test('an abort ends the tries', async (t) => {
  const failing = await listen(t, inTurn(refusal(500)));
  const stop = new AbortController();
  const world = held({ maxRetries: 9 });
  const clock = { ...world.retries.effects.clock, sleep: async () => stop.abort() };
  const retries = { ...world.retries, effects: { ...world.retries.effects, clock } };
  const failure = await failureOf(callWithRetries(clientOf(t, failing.url), read('a'), retries, stop.signal));
  assert.deepEqual([failure.reason, failing.seen.length], ['GIVEN_UP', 1]);
});

test('metrics hear of every try, by its class', async (t) => {
  const world = held();
  await (await server(t, refusal(503), refusal(429), good)).call(world);
  await failureOf((await server(t, refusal(403))).call(world));
  await failureOf((await server(t, { status: 404, body: { errors: [] } })).call(world));
  const login = { ...read('auth/k8s/a/login', { method: 'POST' }), operation: 'login kubernetes' };
  await failureOf((await server(t, refusal(403))).call(world, login));
  assert.deepEqual(world.told, [
    'read secret unavailable',
    'read secret throttled',
    'read secret ok',
    'read secret denied',
    'read secret missing',
    'login kubernetes auth',
  ]);
});

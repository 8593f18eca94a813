import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import { textOf } from '../contract/provider-contract.ts';
import { until } from '../e2e/keytide-process.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { addUser, setUpApp, type WatchedStore, watchedStore } from './watched-store.ts';

let server: VaultServer;
let store: WatchedStore;

afterEach(() => store.close());

describe('a real Vault that limits', () => {
  before(async () => {
    server = await startVault();
    await setUpApp(server);
    await addUser(server, 'quota', { token_ttl: '1h' });
  });
  after(() => server.close());

  it('is waited for: as long as it asks, or for a moment where it does not say', async () => {
    store = await watchedStore(server, 'quota');
    assert.equal(textOf(await store.read()), '{"n":1}');
    await server.set('sys/quotas/rate-limit/app', { path: 'secret/data/app', rate: 1, interval: '2s' });
    await store.read();
    store.sleeps.splice(0);
    await store.read();
    assert.ok(
      store.sleeps.every((ms) => ms < 1_000),
      store.sleeps.join(),
    );
    assert.ok(store.requests.includes('read secret throttled'));
    await server.set('sys/quotas/config', { enable_rate_limit_response_headers: true });
    await until('the quota is full', async () => (await server.send('secret/data/app')).status === 429);
    store.sleeps.splice(0);
    assert.equal(textOf(await store.read()), '{"n":1}');
    assert.ok(Math.max(...store.sleeps) >= 1_000, store.sleeps.join());
    await server.set('sys/quotas/rate-limit/app', { path: 'secret/data/app', rate: 1, interval: '1h' });
    await server.send('secret/data/app');
    const answer = await store.read();
    assert.ok(answer.kind === 'failed');
    assert.equal(answer.error.code, 'STORE_THROTTLED');
    assert.ok((answer.error.retryAfterMs ?? 0) > 60_000, String(answer.error.retryAfterMs));
    assert.equal(store.count('login'), 1);
  });
});

describe('a real Vault that serves nothing for a while', () => {
  before(async () => {
    server = await startVault({ storage: 'file' });
    await setUpApp(server);
    await addUser(server, 'away', { token_ttl: '1h' });
  });
  after(() => server.close());

  it('is down, never missing, while it is sealed, and goes on with the same token', async () => {
    store = await watchedStore(server, 'away');
    assert.equal(textOf(await store.read()), '{"n":1}');
    await server.seal();
    assert.equal(await store.code(), 'STORE_UNAVAILABLE');
    await server.unseal();
    assert.equal(textOf(await store.read()), '{"n":1}');
    assert.equal(store.count('login'), 1);
  });

  it('is down after kill -9, sealed after the start, and goes on with the same token', async () => {
    store = await watchedStore(server, 'away');
    assert.equal(textOf(await store.read()), '{"n":1}');
    await server.kill();
    assert.equal(await store.code(), 'STORE_UNAVAILABLE');
    await server.start();
    assert.equal(await store.code(), 'STORE_UNAVAILABLE');
    await server.unseal();
    assert.equal(textOf(await store.read()), '{"n":1}');
    assert.deepEqual([store.count('login'), store.count('look up')], [1, 0]);
  });

  it('that is sealed at the first login is asked again', async () => {
    await server.seal();
    store = await watchedStore(server, 'away');
    assert.equal(await store.code(), 'IDENTITY_UNAVAILABLE');
    await server.unseal();
    await until('it reads', async () => (await store.read()).kind === 'found');
  });

  it('that does not answer ends a read when its time is over', async () => {
    store = await watchedStore(server, 'away');
    assert.equal(textOf(await store.read()), '{"n":1}');
    server.freeze();
    const answer = await store.read(AbortSignal.timeout(300));
    server.thaw();
    assert.equal(answer.kind, 'failed');
    assert.equal(textOf(await store.read()), '{"n":1}');
  });
});

describe('a real Vault that steps down', () => {
  before(async () => {
    server = await startVault({ storage: 'raft' });
    await setUpApp(server);
    await addUser(server, 'led', { token_ttl: '1h' });
  });
  after(() => server.close());

  it('is down while it has no leader, and goes on with the same token', async () => {
    store = await watchedStore(server, 'led');
    assert.equal(textOf(await store.read()), '{"n":1}');
    await server.set('sys/step-down', {}, { method: 'PUT' });
    await until('it has no leader', async () => (await server.send('secret/data/app')).status === 500);
    const answer = await store.read();
    assert.ok(answer.kind === 'failed', inspect(answer));
    assert.deepEqual([answer.error.code, answer.error.serverCode], ['STORE_UNAVAILABLE', 'HTTP 500']);
    assert.match(answer.error.hint, /standby/);
    await until('it leads again', async () => (await store.read()).kind === 'found');
    assert.equal(store.count('login'), 1);
  });
});

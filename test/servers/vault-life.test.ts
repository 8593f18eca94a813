import assert from 'node:assert/strict';
import { after, afterEach, before, describe, it } from 'node:test';
import { ref, textOf } from '../contract/provider-contract.ts';
import { until } from '../e2e/keytide-process.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { byToken, issueToken, openStore, writePolicy } from './vault-store.ts';
import { addUser, setUpApp, tokensOf, type WatchedStore, watchedStore } from './watched-store.ts';

let server: VaultServer;
let store: WatchedStore;

afterEach(() => store.close());

describe('a token of a real Vault', () => {
  before(async () => {
    server = await startVault();
    await setUpApp(server);
  });
  after(() => server.close());

  it('that is revoked is noticed and replaced, once, however many ask', async () => {
    await addUser(server, 'revoked', { token_ttl: '1h' });
    store = await watchedStore(server, 'revoked');
    assert.equal(textOf(await store.read()), '{"n":1}');
    for (const accessor of await tokensOf(server, 'revoked')) await server.set('auth/token/revoke-accessor', { accessor });
    const answers = await Promise.all(Array.from({ length: 20 }, () => store.read()));
    for (const answer of answers) assert.equal(textOf(answer), '{"n":1}');
    assert.equal(store.count('login userPass'), 2);
    assert.equal((await tokensOf(server, 'revoked')).length, 1);
  });

  it('whose policy is taken away is kept, and works when the policy is given back', async () => {
    await addUser(server, 'denied', { token_ttl: '1h' });
    store = await watchedStore(server, 'denied');
    assert.equal(textOf(await store.read()), '{"n":1}');
    await writePolicy(server, 'app', {});
    assert.equal(await store.code(), 'ACCESS_DENIED');
    assert.equal(await store.code(), 'ACCESS_DENIED');
    await writePolicy(server, 'app', { 'secret/data/app': ['read'] });
    assert.equal(textOf(await store.read()), '{"n":1}');
    assert.equal(store.count('login'), 1);
  });

  it('of three seconds is renewed in the background; at the end of its max TTL there is another before it ends', async () => {
    await addUser(server, 'short', { token_ttl: 3, token_max_ttl: 7 });
    store = await watchedStore(server, 'short');
    await store.read();
    const startedAt = performance.now();
    await until('it was replaced twice', async () => {
      assert.equal(textOf(await store.read()), '{"n":1}');
      return store.count('login userPass') >= 3;
    });
    const seconds = (performance.now() - startedAt) / 1000;
    assert.ok(seconds > 8, `two max TTLs of 7 s in ${seconds} s`);
    assert.ok(store.count('renew token') >= 3, store.requests.join());
    // On a busy machine a renewal may come after the max TTL and be refused; then the login comes all the same.
    const failed = store.requests.filter((each) => !each.endsWith(' ok') && !each.startsWith('renew token'));
    assert.deepEqual(failed, []);
  });

  it('with a period of two seconds lives on one login', async () => {
    await addUser(server, 'periodic', { token_period: 2 });
    store = await watchedStore(server, 'periodic');
    await store.read();
    await until('it was renewed four times', () => store.count('renew token ok') >= 4);
    assert.equal(textOf(await store.read()), '{"n":1}');
    assert.deepEqual([store.count('login'), (await tokensOf(server, 'periodic')).length], [1, 1]);
  });

  it('that is a batch token is not renewed but replaced, and not revoked', async () => {
    await addUser(server, 'batch', { token_type: 'batch', token_ttl: 3 });
    store = await watchedStore(server, 'batch');
    await store.read();
    await until('it was replaced', () => store.count('login userPass') >= 2);
    assert.equal(textOf(await store.read()), '{"n":1}');
    assert.equal(store.count('renew token'), 0);
    await store.close();
    assert.equal(store.count('revoke token ok'), 0);
  });

  it('that is good for a few requests is refused, and given back', async () => {
    await addUser(server, 'limited', { token_num_uses: 5, token_ttl: '1h' });
    store = await watchedStore(server, 'limited');
    const answer = await store.read();
    assert.ok(answer.kind === 'failed');
    assert.match(`${answer.error.code} ${answer.error.message}`, /^IDENTITY_REFUSED .*good for 5 requests only/);
    await until('it is revoked', async () => (await tokensOf(server, 'limited')).length === 0);
    const { auth, credential } = byToken(await issueToken(server, { policies: ['app'], num_uses: 1 }));
    const other = await openStore(server, { config: { auth }, effects: { credential } });
    const asked = ref('app');
    const refused = (await other.read([asked], new Map(), new AbortController().signal)).get(asked);
    await other.close?.();
    assert.equal(refused?.kind === 'failed' && refused.error.code, 'IDENTITY_REFUSED');
  });

  it('of a user who is gone, or has other policies, is not renewed: the next login tells', async () => {
    await addUser(server, 'changed', { token_ttl: 3 });
    store = await watchedStore(server, 'changed');
    await store.read();
    await addUser(server, 'changed', { token_ttl: 3, token_policies: ['app', 'more'] });
    await until('there is another login', () => store.count('login userPass ok') >= 2);
    assert.equal(textOf(await store.read()), '{"n":1}');
    assert.equal(store.count('renew token'), 1);
    await server.set('auth/userpass/users/changed', undefined, { method: 'DELETE' });
    await until('a login is refused', () => store.count('login userPass auth') >= 1);
    assert.equal(store.count('renew token'), 2, store.requests.join());
  });
});

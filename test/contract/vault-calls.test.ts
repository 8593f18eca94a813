import assert from 'node:assert/strict';
import { describe, it, type TestContext } from 'node:test';
import { agent } from '../../agent/agent.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import { kvStore } from '../../agent/providers/vault/kv-store.ts';
import { podLogin, sessionFor, type VaultWorld, vaultWorldFor } from '../auth/vault/vault-world.ts';
import { vaultConfig } from '../providers/vault-world.ts';
import type { TokenRules } from '../servers/vault-double-tokens.ts';
import { specOf } from '../spec/given-spec.ts';
import { noFiles, noHooks, quiet, started } from './quiet-agent.ts';

const loginPath = 'auth/kubernetes/login';
const renewPath = 'auth/token/renew-self';
const reads = 'secret/data/*';

const minuteMs = 60_000;

/** Two ExternalSecrets with three entries of two paths, polled each minute. */
const manifests = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: vault }
spec: { provider: { vault: { server: "http://127.0.0.1:8200", path: secret } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: database }
spec:
  refreshInterval: 1m
  secretStoreRef: { name: vault }
  data:
    - { secretKey: username, remoteRef: { key: app, property: username } }
    - { secretKey: password, remoteRef: { key: app, property: password } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: mail }
spec:
  refreshInterval: 1m
  secretStoreRef: { name: vault }
  dataFrom: [{ extract: { key: mail } }]
`;

/** What an agent did in the time of its test. */
interface Watched {
  readonly world: VaultWorld;
  /** Names of deliveries, with the seconds from the start. */
  readonly rendered: readonly string[];
  readonly published: readonly string[];
  readonly logins: readonly string[];
  readonly renewals: readonly string[];
  /** Seconds from the start at which the server got requests for this path. */
  readonly secondsOf: (path: string) => readonly number[];
  /** Moves on; with what the agent does then. */
  readonly advance: (ms: number) => Promise<void>;
}

/** A whole agent, its files in memory, whose tokens follow these rules, in one time with its server. */
async function watched(t: TestContext, rules: TokenRules): Promise<Watched> {
  const world = await vaultWorldFor(t);
  const { double, time, auth, client } = world;
  double.kv2('secret', { app: { username: 'u', password: 'p' }, mail: { url: 'smtp://m' } });
  double.policy('app', { 'secret/data/*': ['read'] });
  const { session, logins, renewals } = sessionFor(t, world, podLogin(world, { ...rules, policies: ['app'] }));
  const open = async (): Promise<Provider> =>
    kvStore({ id: 'SecretStore/vault' }, vaultConfig(double.url), { client, session, effects: auth.effects });
  const startedAt = time.clock.now();
  const stop = new AbortController();
  const [rendered, published]: [string[], string[]] = [[], []];
  const moment = (): string => String((time.clock.now() - startedAt) / 1_000);
  const running = agent({
    ...quiet(world, stop.signal),
    open,
    delivererWorld: async ({ name }) => ({
      place: { ...noFiles, publish: async () => void published.push(`${name} ${moment()}`) },
      render: async (members) => {
        rendered.push(`${name} ${moment()}`);
        return members.flatMap(({ entries }) => [...entries].map(([path, value]) => ({ path, value, mode: 0o440 })));
      },
      ...noHooks,
    }),
  });
  const loop = await started(running, await specOf(manifests, { namespace: 'shop', serviceAccount: 'web' }));
  t.after(async () => {
    stop.abort();
    await loop();
  });
  const secondsOf = (path: string) =>
    double.requests.filter(matching(path)).map(({ at }) => Math.round((at - startedAt) / 1_000));
  return { world, rendered, published, logins, renewals, secondsOf, advance: (ms) => time.advance(ms) };
}

/** The server counts whole seconds, and milliseconds are no whole numbers here. */
function assertAbout(actual: readonly number[], expected: readonly number[]): void {
  const isNear = (at: number, index: number): boolean => Math.abs(at - (expected[index] ?? Number.NaN)) <= 1.5;
  assert.ok(actual.length === expected.length && actual.every(isNear), `${actual} instead of ${expected}`);
}

function matching(path: string): (request: { readonly path: string }) => boolean {
  const start = path.replace(/\*$/, '');
  return (request) => (start === path ? request.path === path : request.path.startsWith(start));
}

/** Nine intervals after the first refresh, and most of a tenth: 0, 60, ... 540 s. */
const tenMinutes = 10 * minuteMs - 1_000;
const polls = Array.from({ length: 10 }, (_, minute) => minute * 60);

describe('over ten minutes of polling each minute', { timeout: 60_000 }, () => {
  it('one login is enough where the token can be renewed, and renewals read, render and publish nothing', async (t) => {
    const { world, rendered, published, logins, renewals, secondsOf, advance } = await watched(t, { ttl: 90, period: 90 });
    await advance(tenMinutes);
    assert.equal(world.double.count(loginPath), 1);
    assert.deepEqual(logins, ['kubernetes ok']);
    // Every 90 s x 0.675.
    assertAbout(secondsOf(renewPath), [60.75, 121.5, 182.25, 243, 303.75, 364.5, 425.25, 486, 546.75]);
    assert.deepEqual(new Set(renewals), new Set(['ok']));
    assert.deepEqual(secondsOf('secret/data/app'), polls);
    assert.deepEqual(secondsOf('secret/data/mail'), polls);
    assert.equal(world.double.count(), 1 + 9 + 2 * polls.length);
    const each = (seconds: readonly number[]) => seconds.flatMap((at) => [`database ${at}`, `mail ${at}`]);
    assert.deepEqual([...rendered].sort(), each(polls).sort());
    assert.deepEqual([...published].sort(), each([0]));
  });

  it('the maximum TTL forces further logins, each with its token half way to its end, and none is followed by a read', async (t) => {
    const { world, rendered, published, secondsOf, advance } = await watched(t, { ttl: 90, maxTtl: 300 });
    await advance(tenMinutes);
    // Renewed to the maximum at 300 s: at 243 s only 57 s are granted, and half of these are over at 271 s.
    assertAbout(secondsOf(loginPath), [0, 271.5, 543]);
    assert.deepEqual(secondsOf('secret/data/app'), polls);
    assert.deepEqual(secondsOf('secret/data/mail'), polls);
    assert.equal(world.double.count(reads), 2 * polls.length);
    assert.equal(rendered.length, 2 * polls.length);
    assert.equal(published.length, 2);
    assert.equal(world.double.count({ status: 403 }), 0);
  });

  it('a new value is published once, by the next poll; what did not change is not', async (t) => {
    const { world, published, secondsOf, advance } = await watched(t, { ttl: 90, period: 90 });
    await advance(4.5 * minuteMs);
    world.double.put('secret', 'app', { username: 'u', password: 'new' });
    await advance(tenMinutes - 4.5 * minuteMs);
    assert.deepEqual(published.slice(2), ['database 300']);
    assert.deepEqual(secondsOf('secret/data/app'), polls);
    assert.equal(world.double.count(loginPath), 1);
  });

  it('a token revoked in between costs one login and one read that is repeated', async (t) => {
    const { world, published, secondsOf, advance } = await watched(t, { ttl: 3_600 });
    await advance(4.5 * minuteMs);
    for (const { id } of world.double.liveTokens()) world.double.revoke(id);
    await advance(tenMinutes - 4.5 * minuteMs);
    assert.deepEqual(secondsOf(loginPath), [0, 300]);
    const refused = world.double.count({ path: reads, status: 403 });
    assert.ok(refused === 1 || refused === 2, String(refused)); // The two paths are read side by side.
    assert.equal(world.double.count({ path: reads, status: 200 }), 2 * polls.length);
    assert.equal(published.length, 2);
  });
});

import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, it, type TestContext } from 'node:test';
import { type Agent, agent } from '../../agent/agent.ts';
import type { Effects, SessionEvent } from '../../agent/core/effects.ts';
import type { HandOver } from '../../agent/core/hand-over.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Spec, Store } from '../../agent/core/spec.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import type { VaultConfig } from '../../agent/providers/vault/config.ts';
import { kvStore } from '../../agent/providers/vault/kv-store.ts';
import { sharedConnection } from '../../agent/providers/vault/shared-connection.ts';
import { secretRecords } from '../../agent/publish/secret-records.ts';
import { workDir } from '../auth/auth-world.ts';
import { never, podLogin, signer, type VaultWorld, vaultWorldFor } from '../auth/vault/vault-world.ts';
import type { TokenRules } from '../servers/vault-double-tokens.ts';
import { specOf } from '../spec/given-spec.ts';
import { noFiles, noHooks, quiet, started } from './quiet-agent.ts';

const loginPath = 'auth/kubernetes/login';
const renewPath = 'auth/token/renew-self';
const revokePath = 'auth/token/revoke-self';
const minuteMs = 60_000;
/** Nine intervals after the first refresh, and most of a tenth. */
const tenMinutes = 10 * minuteMs - 1_000;

interface GivenStore {
  readonly path: string;
  readonly auth?: string;
  readonly more?: string;
}

/** A store for each, and an ExternalSecret that reads `app` of it each minute. */
function manifestsOf(stores: Readonly<Record<string, GivenStore>>, others: readonly string[] = []): string {
  const kubernetes = 'kubernetes: { mountPath: kubernetes, role: app, serviceAccountRef: { name: web, audiences: [vault] } }';
  const documents = Object.entries(stores).map(
    ([name, { path, auth = kubernetes, more = '' }]) => `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: ${name} }
spec: { provider: { vault: { server: "http://127.0.0.1:8200", path: ${path}, auth: { ${auth} } ${more} } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: of-${name} }
spec:
  refreshInterval: 1m
  secretStoreRef: { name: ${name} }
  data: [{ secretKey: password, remoteRef: { key: app, property: password } }]
`,
  );
  return [...documents, ...others].join('\n---\n');
}

/** A double with the mounts `one` and `two`, which a role `app` may read, and a place where agents leave their tokens. */
interface Scene {
  readonly world: VaultWorld;
  readonly start: (manifests: string) => Promise<Running>;
  /** Names of what is left in that place. */
  readonly records: () => readonly string[];
}

interface Running {
  readonly agent: Agent;
  readonly told: readonly SessionEvent[];
  readonly apply: (manifests: string) => Promise<void>;
  readonly end: (how: 'keep' | 'revoke') => Promise<void>;
}

async function scene(t: TestContext, rules: TokenRules = { ttl: 90, period: 90 }): Promise<Scene> {
  const world = await vaultWorldFor(t);
  for (const mount of ['one', 'two']) world.double.kv2(mount, { app: { password: `of ${mount}` } });
  world.double.policy('app', { 'one/data/*': ['read'], 'two/data/*': ['read'] });
  podLogin(world, { ...rules, policies: ['app'] });
  const dir = await workDir(t);
  const records = (): readonly string[] => readdirSync(join(dir, 'vault'));
  return { world, records, start: (manifests) => running(t, world, join(dir, 'vault'), manifests) };
}

async function running(t: TestContext, world: VaultWorld, dir: string, manifests: string): Promise<Running> {
  const told: SessionEvent[] = [];
  const stop = new AbortController();
  let atEnd: 'keep' | 'revoke' = 'revoke';
  const handOver: HandOver = { claim: secretRecords(dir), atEnd: () => atEnd };
  const onSession = (event: SessionEvent): void => void told.push(event);
  const one = agent({
    ...quiet(world, stop.signal),
    open: (store, spec) => openedIn(world, store, { ...effectsOf(world, spec), handOver, onSession }),
    delivererWorld: async () => ({
      place: { ...noFiles, publish: async () => {} },
      render: async (members) =>
        members.flatMap(({ entries }) => [...entries].map(([path, value]) => ({ path, value, mode: 0o440 }))),
      ...noHooks,
    }),
  });
  const loop = await started(one, await given(manifests));
  let ending: Promise<void> | undefined;
  const end = (how: 'keep' | 'revoke'): Promise<void> => {
    atEnd = how;
    stop.abort();
    ending ??= loop();
    return ending;
  };
  t.after(() => end('keep'));
  return { agent: one, told, apply: async (changed) => one.apply(await given(changed)), end };
}

function given(manifests: string): Promise<Spec> {
  return specOf(manifests, { namespace: 'shop', serviceAccount: 'web' });
}

/** As the agent opens it, but that time waits for what is under way, on a client that stays open: it is everybody's here. */
async function openedIn({ client, busy, double }: VaultWorld, store: Store, effects: Effects): Promise<Provider> {
  const config = { ...(store.config as VaultConfig), server: double.url };
  const provider = kvStore(store, config, {
    ...(await sharedConnection(store, config, effects, async () => ({ ...client, close: async () => {} }))),
    effects,
  });
  return { ...provider, read: (refs, known, signal) => busy(() => provider.read(refs, known, signal)) };
}

function effectsOf({ auth, time }: VaultWorld, spec: Spec): Effects {
  return {
    ...auth.effects,
    clock: { ...time.clock, monotonicMs: time.monotonicMs },
    credential: async ({ name, key }) => new SecretValue(spec.secrets.get(name)?.get(key) ?? new Uint8Array()),
  };
}

const bothPaths = { first: { path: 'one' }, second: { path: 'two' } };

describe('stores that log in alike', { timeout: 60_000 }, () => {
  it('share one login and its renewals over ten minutes, and the next agent takes over the one token', async (t) => {
    const { world, start, records } = await scene(t);
    const { double, time } = world;
    const agentOne = await start(manifestsOf(bothPaths));
    await time.advance(tenMinutes);
    assert.equal(double.count(loginPath), 1);
    assert.equal(double.count(renewPath), 9); // Every 90 s x 0.675.
    for (const path of ['one/data/app', 'two/data/app']) assert.equal(double.count({ path, status: 200 }), 10);
    assert.equal(double.liveTokens().length, 1);
    const kinds = agentOne.told.filter(({ kind }) => kind !== 'token').map(({ store, kind }) => `${store} ${kind}`);
    assert.deepEqual(new Set(kinds), new Set(['SecretStore/first login', 'SecretStore/first renewal']));
    assert.equal(kinds.length, 10);
    const lives = agentOne.told.filter(({ kind }) => kind === 'token').map(({ store }) => store);
    assert.deepEqual(new Set(lives), new Set(['SecretStore/first', 'SecretStore/second']));
    await agentOne.end('keep');
    assert.equal(records().length, 1);

    const agentTwo = await start(manifestsOf(bothPaths));
    await time.advance(tenMinutes);
    assert.equal(double.count(loginPath), 1);
    for (const path of ['one/data/app', 'two/data/app']) assert.equal(double.count({ path, status: 200 }), 20);
    await agentTwo.end('revoke');
    assert.equal(double.count(revokePath), 1);
    assert.deepEqual(double.liveTokens(), []);
    assert.deepEqual(records(), []);
  });

  it('log in once for each role', async (t) => {
    const { world, start, records } = await scene(t);
    const role = { names: ['web'], namespaces: ['shop'], audience: 'vault', policies: ['app'], ttl: 3_600 };
    world.double.kubernetes('kubernetes', { keys: [signer.publicKey], roles: { app: role, other: role } });
    const auth = 'kubernetes: { mountPath: kubernetes, role: other, serviceAccountRef: { name: web, audiences: [vault] } }';
    const { end } = await start(manifestsOf({ first: { path: 'one' }, second: { path: 'one', auth } }));
    await world.time.advance(tenMinutes);
    assert.equal(world.double.count(loginPath), 2);
    await end('keep');
    assert.equal(records().length, 2);
  });

  it('keep the token while one of them is in the spec; when the last has left it is revoked', async (t) => {
    const { world, start } = await scene(t);
    const { double, time } = world;
    const other = { other: { path: 'one', auth: 'userPass: { username: app, secretRef: { name: pass, key: word } }' } };
    double.userPass('userpass', { app: { password: 'right', policies: ['app'], ttl: 3_600 } });
    const secret = secretDocument('right');
    const { apply } = await start(manifestsOf({ ...bothPaths, ...other }, [secret]));
    await time.advance(minuteMs);
    assert.equal(double.liveTokens().length, 2);
    await apply(manifestsOf({ second: bothPaths.second, ...other }, [secret]));
    await time.advance(4 * minuteMs);
    assert.equal(double.count(loginPath), 1);
    assert.equal(double.count(revokePath), 0);
    assert.ok(double.count({ path: 'two/data/app', status: 200 }) >= 5);
    await apply(manifestsOf(other, [secret]));
    await time.advance(minuteMs);
    assert.equal(double.count(revokePath), 1);
    assert.equal(double.liveTokens().length, 1);
  });

  it('log in anew, both with one login, when the Secret document that they name has changed', async (t) => {
    const { world, start } = await scene(t);
    const { double, time } = world;
    const path = 'auth/userpass/login/app';
    const auth = 'userPass: { username: app, secretRef: { name: pass, key: word } }';
    const stores = { first: { path: 'one', auth }, second: { path: 'two', auth } };
    double.userPass('userpass', { app: { password: 'right', policies: ['app'], ttl: 3_600 } });
    const { apply } = await start(manifestsOf(stores, [secretDocument('right')]));
    await time.advance(minuteMs);
    double.userPass('userpass', { app: { password: 'changed', policies: ['app'], ttl: 3_600 } });
    await apply(manifestsOf(stores, [secretDocument('changed')]));
    await time.advance(2 * minuteMs);
    assert.deepEqual([double.count({ path, status: 200 }), double.count({ path, status: 400 })], [2, 0]);
    assert.equal(double.liveTokens().length, 1);
  });

  it('share it where they read in different namespaces; one that sends headers has a login of its own', async (t) => {
    const world = await vaultWorldFor(t, { namespaces: ['team'] });
    const { double, client } = world;
    double.userPass('userpass', { app: { password: 'right', policies: ['root'], ttl: 3_600 } });
    double.kv2('one', { app: { password: 'of one' } });
    double.kv2('team/one', { app: { password: 'of team' } });
    const handOver: HandOver = { claim: secretRecords(await workDir(t)), atEnd: () => 'revoke' };
    const effects = {
      ...effectsOf(world, await given(manifestsOf({ first: { path: 'one' } }))),
      handOver,
      credential: async () => SecretValue.ofText('right'),
    };
    const auth = 'userPass: { username: app, secretRef: { name: pass, key: word } }, namespace: root';
    const stores = {
      above: { path: 'one', auth },
      below: { path: 'one', auth, more: ', namespace: team' },
      marked: { path: 'one', auth, more: ', headers: { X-Gateway: "1" }' },
    };
    const spec = await given(manifestsOf(stores, [secretDocument('right')]));
    const opened = await Promise.all(spec.stores.map((store) => openedIn(world, store, effects)));
    const texts: string[] = [];
    for (const provider of opened) {
      const ref = { kind: 'value', key: 'app', version: '' } as const;
      const answer = (await provider.read([ref], new Map(), never)).get(ref);
      texts.push(answer?.kind === 'found' ? Buffer.from(answer.value.reveal()).toString() : String(answer?.kind));
    }
    assert.deepEqual(texts, ['{"password":"of one"}', '{"password":"of team"}', '{"password":"of one"}']);
    assert.equal(double.count('auth/userpass/login/app'), 2);
    for (const provider of opened) await provider.close?.();
    assert.deepEqual(double.liveTokens(), []);
    await client.close();
  });
});

function secretDocument(password: string): string {
  return `
apiVersion: v1
kind: Secret
metadata: { name: pass }
stringData: { word: ${password} }
`;
}

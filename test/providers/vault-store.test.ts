import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import type { Answer, ObjectRef } from '../../agent/core/object-ref.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import { classOf, ref, textOf } from '../contract/provider-contract.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import { fixedSession, type StoreSettings, storeOf, vaultWorld } from './vault-world.ts';

let double: VaultDouble;
let opened: Provider[];

beforeEach(async () => {
  double = await startVaultDouble();
  opened = [];
});

afterEach(async () => {
  for (const each of opened) await each.close?.();
  await double.close();
});

function store(settings: StoreSettings = {}): Provider {
  const provider = storeOf(double, settings);
  opened.push(provider);
  return provider;
}

const versionOne = { config: { version: 'v1', path: 'kv' } } as const;

async function read(provider: Provider, asked: ObjectRef, known = new Map<string, string>()): Promise<Answer | undefined> {
  return (await provider.read([asked], known, new AbortController().signal)).get(asked);
}

/** The error or reason of an answer that isn't found. */
function said(answer: Answer | undefined): string {
  if (answer?.kind === 'missing') return answer.reason;
  assert.ok(answer?.kind === 'failed', answer?.kind);
  return `${answer.error.code} ${answer.error.message} | ${answer.error.hint}`;
}

describe('a secret in KV v2', () => {
  it('is its data, written anew: keys sorted, HTML escaped', async () => {
    double.kv2('secret', { app: '{"z": 1.50, "a": "<&>", "n": {"y": null, "x": [1, true]}, "ü": "é"}' });
    assert.equal(
      textOf(await read(store(), ref('app'))),
      '{"a":"\\u003c\\u0026\\u003e","n":{"x":[1,true],"y":null},"z":1.5,"ü":"é"}',
    );
  });

  it('is read in the version asked for, and tells which it is', async () => {
    double.kv2('secret', { app: { n: '1' } });
    double.put('secret', 'app', { n: '2' });
    assert.equal(textOf(await read(store(), { ...ref('app'), version: '1' })), '{"n":"1"}');
    const current = await read(store(), ref('app'));
    assert.match((current?.kind === 'found' && current.version) || '', /^2 \d{4}-\d\d-\d\dT/);
    assert.match(said(await read(store(), { ...ref('app'), version: '7' })), /secret\/data\/app in version 7/);
  });

  it('that was deleted or destroyed is missing, and the reason says which', async () => {
    double.kv2('secret', { app: { n: '1' }, gone: { n: '1' } });
    double.versions('secret').deleteVersion('app', 1);
    double.versions('secret').destroyVersion('gone', 1);
    const [deleted, destroyed] = [await read(store(), ref('app')), await read(store(), ref('gone'))];
    assert.deepEqual([deleted?.kind, destroyed?.kind], ['missing', 'missing']);
    assert.match(said(deleted), /version 1 of secret\/data\/app was deleted at 20/);
    assert.match(said(destroyed), /version 1 of secret\/data\/gone was destroyed/);
  });

  it('is read once, however its key is written and however many ask', async () => {
    double.kv2('secret', { app: { n: '1' } });
    const refs = ['app', 'secret/app', 'secret/data/app', '/app', 'app'].map(ref);
    const answers = await store().read(refs, new Map(), new AbortController().signal);
    assert.deepEqual(
      refs.map((each) => textOf(answers.get(each))),
      refs.map(() => '{"n":"1"}'),
    );
    assert.equal(double.count('secret/data/*'), 1);
  });

  it('that a standby which is behind shows older stays as it was, until that is all there is', async () => {
    double.kv2('secret', { app: { n: '1' } });
    const provider = store();
    const asked = ref('app');
    const held = new Map([[JSON.stringify(['value', 'app', '']), '3 2199-01-01T00:00:00Z']]);
    assert.equal((await read(provider, asked, held))?.kind, 'unchanged');
    assert.equal((await read(provider, asked, held))?.kind, 'found');
    const restored = new Map([[JSON.stringify(['value', 'app', '']), '3 2001-01-01T00:00:00Z']]);
    assert.equal((await read(store(), asked, restored))?.kind, 'found');
  });

  it('is no secret when the answer has no data', async () => {
    const nothing = { kind: 'answer', status: 200, headers: { 'content-type': 'application/json' } } as const;
    for (const [body, code] of [
      ['{"request_id":"x","data":{"metadata":{}}}', 'STORE_ANSWER_INVALID'],
      ['{"request_id":"x","data":{"data":"text","metadata":{}}}', 'STORE_ANSWER_INVALID'],
      ['{"request_id":"x","data":null}', 'STORE_ANSWER_INVALID'],
    ] as const) {
      double.fault({ trouble: { ...nothing, body } });
      const answer = await read(store(), ref('app'));
      assert.equal(answer?.kind === 'failed' && answer.error.code, code, body);
    }
    double.fault({ trouble: { ...nothing, body: '{"request_id":"x","data":{"data":null,"metadata":{"version":1}}}' } });
    assert.equal((await read(store(), ref('app')))?.kind, 'missing');
  });

  it('has metadata: texts, the own ones before those of the system', async () => {
    double.kv2('secret', { app: { n: '1' } });
    double.versions('secret').setMetadata('app', { customMetadata: { team: 'a<b', current_version: 'mine' } });
    const text = textOf(await read(store(), { ...ref('app'), kind: 'metadata' }));
    assert.match(text, /^\{"created_time":"20[^"]+","current_version":"mine","delete_version_after":"0s","team":"a\\u003cb"\}$/);
    assert.match(said(await read(store(), { ...ref('none'), kind: 'metadata' })), /^SECRET_MISSING .*secret\/metadata\/none/);
  });
});

describe('a secret in KV v1', () => {
  it('is its data with the digits it was written with', async () => {
    double.kv1('kv', { app: '{"b":12345678901234567890,"a":1.50,"e":1e3}' });
    assert.equal(textOf(await read(store(versionOne), ref('app'))), '{"a":1.50,"b":12345678901234567890,"e":1e3}');
  });

  it('has a version that changes with it, and gives nothing away', async () => {
    double.kv1('kv', { app: { n: '1' } });
    const provider = store(versionOne);
    const versionNow = async (of: Provider): Promise<string> => {
      const answer = await read(of, ref('app'));
      return answer?.kind === 'found' ? answer.version : '';
    };
    const first = await versionNow(provider);
    assert.equal(await versionNow(provider), first);
    assert.notEqual(await versionNow(store(versionOne)), first);
    double.put('kv', 'app', { n: '2' });
    assert.notEqual(await versionNow(provider), first);
  });

  it('is missing when it is not there, and has no metadata', async () => {
    double.kv1('kv');
    assert.equal((await read(store(versionOne), ref('app')))?.kind, 'missing');
    assert.match(said(await read(store(versionOne), { ...ref('app'), kind: 'metadata' })), /^REQUEST_INVALID .*no metadata/);
  });
});

describe('a mount that is not what the store says', () => {
  it('is named: KV v1 asked as v2, and the other way round', async () => {
    double.kv1('secret', { app: { n: '1' } });
    double.kv2('kv', { app: { n: '1' } });
    assert.match(
      said(await read(store(), ref('app'))),
      /^REQUEST_INVALID .*secret is KV v1, and was asked as v2 \| .*version: v1/,
    );
    assert.match(said(await read(store(versionOne), ref('app'))), /^REQUEST_INVALID .*KV v2.*version: v2/);
  });

  it('is looked up once when things are missing, and not at all otherwise', async () => {
    double.kv2('secret', { app: { n: '1' } });
    const provider = store();
    assert.equal((await read(provider, ref('app')))?.kind, 'found');
    assert.equal(double.count('sys/*'), 0);
    for (const key of ['x', 'y', 'x']) assert.equal((await read(provider, ref(key)))?.kind, 'missing');
    assert.equal(double.count('sys/internal/ui/mounts/*'), 1);
  });

  it('that does not exist is an error, not a missing secret', async () => {
    assert.match(said(await read(store(), ref('app'))), /^REQUEST_INVALID .*secret\/data\/app/);
  });

  it('may be unknown to us: then what is missing is missing', async () => {
    double.kv2('secret');
    double.policy('app', { 'secret/data/*': ['read'], 'sys/internal/ui/mounts/*': ['deny'] });
    const token = double.token({ policies: ['app'] });
    assert.equal((await read(store({ session: fixedSession(token.id) }), ref('app')))?.kind, 'missing');
  });
});

describe('a 403', () => {
  beforeEach(() => {
    double.kv2('secret', { app: { n: '1' }, other: { n: '2' } });
    double.policy('app', { 'secret/data/app': ['read'] });
  });

  it('is denied where the token is good: no login, no second try', async () => {
    const { id } = double.token({ policies: ['app'] });
    let looks = 0;
    const session = { ...fixedSession(id), replaceIfDead: async () => ++looks > 99 };
    const provider = store({ session });
    assert.equal(classOf(await read(provider, ref('other'))), 'denied');
    assert.equal(looks, 1);
    assert.equal(double.count('secret/data/other'), 1);
    assert.equal((await read(provider, ref('app')))?.kind, 'found');
  });

  it('of a dead token is tried once more with the new one', async () => {
    let token = SecretValue.ofText('hvs.dead');
    const told: (readonly string[])[] = [];
    const session = {
      token: async () => token,
      replaceIfDead: async (rejected: SecretValue, _signal: AbortSignal, errors: readonly string[] = []) => {
        told.push(errors);
        assert.ok(rejected.equals(SecretValue.ofText('hvs.dead')));
        token = SecretValue.ofText(double.root);
        return true;
      },
      close: async () => {},
    };
    assert.equal(textOf(await read(store({ session }), ref('app'))), '{"n":"1"}');
    assert.match(told.join(), /invalid token/);
    assert.equal(double.count('secret/data/app'), 2);
  });

  it('twice is believed', async () => {
    const session = { ...fixedSession('hvs.dead'), replaceIfDead: async () => true };
    assert.equal(classOf(await read(store({ session }), ref('app'))), 'denied');
    assert.equal(double.count('secret/data/app'), 2);
  });
});

describe('requests', () => {
  it('go to the namespace of the store, and are told with their class', async (t) => {
    const other = await startVaultDouble({ namespaces: ['team'] });
    t.after(other.close);
    other.kv2('team/secret', { app: { n: '1' } });
    const world = vaultWorld();
    const provider = storeOf(other, { world, config: { namespace: 'team' } });
    t.after(() => provider.close?.());
    assert.equal((await read(provider, ref('app')))?.kind, 'found');
    await read(provider, ref('none'));
    assert.deepEqual(
      world.requests.map((each) => `${each.store} ${each.operation} ${each.class}`),
      ['read secret ok', 'read secret missing', 'look up mount ok'].map((each) => `SecretStore/vault ${each}`),
    );
  });

  it('are at most ten at once, and end when the server is down', async () => {
    double.kv2('secret');
    double.fault({ times: Number.POSITIVE_INFINITY, trouble: { kind: 'error', status: 500 } });
    const refs = Array.from({ length: 200 }, (_, index) => ref(`k${index}`));
    const answers = await store({ retry: { maxRetries: 0 } }).read(refs, new Map(), new AbortController().signal);
    assert.ok([...answers.values()].every((answer) => classOf(answer) === 'unavailable'));
    assert.ok(double.count() <= 13, String(double.count()));
  });

  it('that can not be are refused before they are sent', async () => {
    const answer = await read(store(), ref('../../sys/mounts'));
    assert.match(said(answer), /^REQUEST_INVALID/);
    assert.equal(double.count(), 0);
  });
});

describe('an openBao store', () => {
  const config = { kind: 'openBao' } as const;

  it('takes keys as they stand, and versions as numbers', async () => {
    double.kv2('secret', { app: { n: '1' }, 'secret/app': { n: 'inner' } });
    const provider = store({ config });
    assert.equal(textOf(await read(provider, ref('secret/app'))), '{"n":"inner"}');
    assert.equal(textOf(await read(provider, { ...ref('app'), version: '1' })), '{"n":"1"}');
    assert.match(said(await read(provider, { ...ref('app'), version: 'one' })), /^REQUEST_INVALID .*whole number/);
    const old = store({ config: { ...config, version: 'v1' } });
    assert.match(said(await read(old, { ...ref('app'), version: '1' })), /^REQUEST_INVALID .*no versions/);
  });
});

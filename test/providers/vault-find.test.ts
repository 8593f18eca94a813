import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { FindQuery } from '../../agent/core/object-ref.ts';
import { compileRegexp } from '../../agent/core/re2.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import { fixedSession, type StoreSettings, storeOf } from './vault-world.ts';

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

/** name -> value, or the code of why it can't be read. */
async function find(query: FindQuery, settings: StoreSettings = {}): Promise<Readonly<Record<string, string>>> {
  const provider = storeOf(double, settings);
  opened.push(provider);
  const found = (await provider.find?.(query, new AbortController().signal)) ?? [];
  return Object.fromEntries(
    found.map((hit) => [hit.key, hit.kind === 'found' ? Buffer.from(hit.value.reveal()).toString() : hit.error.code]),
  );
}

async function refused(query: FindQuery, settings: StoreSettings = {}): Promise<string> {
  const error = await find(query, settings).then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  assert.ok(error instanceof AgentError, String(error));
  return `${error.code} ${error.message}`;
}

const name = (source: string): Pick<FindQuery, 'name'> => ({ name: compileRegexp(source) });
const tree = { app: { n: 'a' }, 'app/db': { n: 'd' }, 'app/deep/er/x': { n: 'x' }, other: { n: 'o' } };

describe('a search of KV v2', () => {
  beforeEach(() => double.kv2('secret', tree));

  it('goes through all folders, where a secret and a folder may have one name; names begin at the mount', async () => {
    assert.deepEqual(await find(name('.')), {
      ...{ app: '{"n":"a"}', 'app/db': '{"n":"d"}', 'app/deep/er/x': '{"n":"x"}', other: '{"n":"o"}' },
    });
    assert.deepEqual(Object.keys(await find(name('^app/d'))), ['app/db', 'app/deep/er/x']);
  });

  it('may begin at a path, with slashes around it or not', async () => {
    for (const path of ['app', 'app/', '/app/']) {
      double.forgetRequests();
      assert.deepEqual(Object.keys(await find({ ...name('.'), path })), ['app/db', 'app/deep/er/x']);
      assert.equal(double.count({ method: 'LIST' }), 3);
    }
  });

  it('by tags reads the metadata of each, and wants every pair', async () => {
    const versions = double.versions('secret');
    versions.setMetadata('app', { customMetadata: { team: 'ü', tier: '1' } });
    versions.setMetadata('other', { customMetadata: { team: 'ü' } });
    assert.deepEqual(Object.keys(await find({ tags: { team: 'ü' } })), ['app', 'other']);
    assert.deepEqual(Object.keys(await find({ tags: { team: 'ü', tier: '1' } })), ['app']);
    assert.deepEqual(Object.keys(await find({ tags: { team: 'x' } })), []);
    assert.deepEqual(Object.keys(await find({ tags: { current_version: '1' } })).length, 4);
  });

  it('with neither name nor tags finds all; a name goes before tags', async () => {
    assert.equal(Object.keys(await find({ path: 'app' })).length, 2);
    assert.equal(double.count({ path: 'secret/metadata/*', method: 'GET' }), 0);
    assert.deepEqual(Object.keys(await find({ ...name('^other$'), tags: { team: 'x' } })), ['other']);
  });

  it('leaves out what is listed and deleted', async () => {
    double.versions('secret').deleteVersion('other', 1);
    assert.deepEqual(Object.keys(await find(name('^(app|other)$'))), ['app']);
  });

  it('says of each that may not be read that it may not', async () => {
    double.policy('app', { 'secret/*': ['read', 'list'], 'secret/data/other': ['deny'] });
    const session = fixedSession(double.token({ policies: ['app'] }).id);
    assert.deepEqual(await find(name('^(app|other)$'), { session }), { app: '{"n":"a"}', other: 'ACCESS_DENIED' });
  });

  it('fails as a whole when a folder may not be listed', async () => {
    double.policy('app', { 'secret/*': ['read', 'list'], 'secret/metadata/app/deep/': ['deny'] });
    const session = fixedSession(double.token({ policies: ['app'] }).id);
    assert.match(await refused(name('.'), { session }), /^ACCESS_DENIED .*list secrets of secret\/metadata\/app\/deep/);
  });

  it('finds no secret at all below a path that is not there', async () => {
    assert.match(await refused({ ...name('.'), path: 'none' }), /^SECRET_MISSING .*nothing below secret\/metadata\/none/);
    assert.match(await refused({ ...name('.'), path: 'a/../b' }), /^REQUEST_INVALID/);
  });

  it('of a store without path begins at MOUNT/data', async () => {
    const mount = 'in keys';
    assert.deepEqual(Object.keys(await find({ ...name('.'), path: 'secret/data/app' }, { mount })), [
      ...['secret/data/app/db', 'secret/data/app/deep/er/x'],
    ]);
    assert.match(await refused(name('.'), { mount }), /^REQUEST_INVALID .*find without path/);
  });

  it('reads what lies in a folder that is called like the mount', async () => {
    double.put('secret', 'secret/app', { n: 'inner' });
    assert.deepEqual(await find(name('^secret/')), { 'secret/app': '{"n":"inner"}' });
  });
});

describe('a search of KV v1', () => {
  const config = { version: 'v1', path: 'kv' } as const;
  beforeEach(() => double.kv1('kv', tree));

  it('goes by name, with all folders', async () => {
    assert.deepEqual(await find({ ...name('d'), path: 'app' }, { config }), {
      'app/db': '{"n":"d"}',
      'app/deep/er/x': '{"n":"x"}',
    });
  });

  it('does not go by tags', async () => {
    assert.match(await refused({ tags: {} }, { config }), /^REQUEST_INVALID .*no tags/);
  });
});

describe('a search of an openBao store', () => {
  const config = { kind: 'openBao' } as const;
  beforeEach(() => double.kv2('secret', tree));

  it('goes by name in one folder; names begin there', async () => {
    assert.deepEqual(await find(name('.'), { config }), { app: '{"n":"a"}', other: '{"n":"o"}' });
    assert.deepEqual(await find({ ...name('.'), path: 'app' }, { config }), { db: '{"n":"d"}' });
  });

  it('does not go by tags, nor by nothing', async () => {
    assert.match(await refused({ ...name('.'), tags: { a: 'b' } }, { config }), /^REQUEST_INVALID .*name.regexp only/);
    assert.match(await refused({ path: 'app' }, { config }), /^REQUEST_INVALID .*name.regexp only/);
  });
});

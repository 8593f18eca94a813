import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { Answer, FindQuery, ObjectRef } from '../../agent/core/object-ref.ts';
import { compileRegexp } from '../../agent/core/re2.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import type { VaultConfig } from '../../agent/providers/vault/config.ts';
import { ref, textOf } from '../contract/provider-contract.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { byToken, issueToken, mountKv, openStore, writePolicy } from './vault-store.ts';

const never = new AbortController().signal;
let server: VaultServer;
const opened: Provider[] = [];

before(async () => {
  server = await startVault();
  await mountKv(server, 'kv', 'v1');
});
after(async () => {
  for (const each of opened) await each.close?.();
  await server.close();
});

/** With a token of these policies; the root token unless given. */
async function store(config: Partial<VaultConfig> = {}, policies?: readonly string[]): Promise<Provider> {
  const { auth, credential } = byToken(policies ? await issueToken(server, { policies }) : server.root);
  const provider = await openStore(server, { config: { auth, ...config }, effects: { credential } });
  opened.push(provider);
  return provider;
}

async function read(provider: Provider, asked: ObjectRef): Promise<Answer> {
  return (await provider.read([asked], new Map(), never)).get(asked) ?? { kind: 'unchanged' };
}

const version = (key: string, number: string): ObjectRef => ({ kind: 'value', key, version: number });
const put = (key: string, data: unknown) => server.set(`secret/data/${key}`, { data });

/** A failure as code and message. */
function failureOf(answer: Answer): string {
  assert.ok(answer.kind === 'failed', inspect(answer));
  return `${answer.error.code} ${answer.error.message}`;
}

describe("a real Vault's KV v2", () => {
  it('gives versions, and says of each that is gone how it went', async () => {
    const provider = await store();
    for (const n of [1, 2, 3, 4]) await put('versions', { n });
    await server.set('secret/delete/versions', { versions: [2] });
    await server.set('secret/destroy/versions', { versions: [3] });
    assert.equal(textOf(await read(provider, ref('versions'))), '{"n":4}');
    assert.equal(textOf(await read(provider, version('versions', '1'))), '{"n":1}');
    for (const [number, how] of [
      ['2', /deleted/],
      ['3', /destroyed/],
      ['9', /versions/],
    ] as const) {
      const gone = await read(provider, version('versions', number));
      assert.ok(gone.kind === 'missing', inspect(gone));
      assert.match(gone.reason, how);
    }
    await server.set('secret/data/versions', undefined, { method: 'DELETE' });
    assert.equal((await read(provider, ref('versions'))).kind, 'missing');
    await server.set('secret/undelete/versions', { versions: [4] });
    assert.equal(textOf(await read(provider, ref('versions'))), '{"n":4}');
    assert.match(failureOf(await read(provider, version('versions', 'latest'))), /^REQUEST_INVALID .*version/);
  });

  it('gives JSON as Go writes it, and numbers as its float64 has them', async () => {
    const typed = '{"data":{"z":1.50,"a":"<é&\\u2028>","big":12345678901234567890,"nested":{"y":[1e3,null,true]},"":0}}';
    await server.set('secret/data/json', typed);
    const wanted =
      '{"":0,"a":"\\u003cé\\u0026\\u2028\\u003e","big":12345678901234567000,"nested":{"y":[1000,null,true]},"z":1.5}';
    assert.equal(textOf(await read(await store(), ref('json'))), wanted);
  });

  it('gives metadata: the own texts before those of the system', async () => {
    await put('tagged', { n: 1 });
    await server.set('secret/metadata/tagged', { custom_metadata: { team: 'ü', created_time: 'mine' } });
    const text = textOf(await read(await store(), { ...ref('tagged'), kind: 'metadata' }));
    assert.deepEqual(JSON.parse(text), { team: 'ü', created_time: 'mine', current_version: '1', delete_version_after: '0s' });
  });

  it('takes keys with every character that a path may have', async () => {
    const provider = await store();
    for (const key of ['a b/c#d', 'percent %41', 'Zoë/ü', 'q?x=1&y', 'plus+minus', "it's", 'a:b@c', 'UPPER/lower']) {
      await server.set(`secret/data/${key.split('/').map(encodeURIComponent).join('/')}`, { data: { key } });
      assert.equal(textOf(await read(provider, ref(key))), JSON.stringify({ key }).replace('&', '\\u0026'));
    }
  });

  it('says that a mount is of the other version, or not there, and that a path is denied though nothing is there', async () => {
    await put('app', { n: 1 });
    assert.match(failureOf(await read(await store({ version: 'v1' }), ref('app'))), /^REQUEST_INVALID .*KV v2/);
    assert.notEqual((await read(await store({ path: 'kv' }), ref('app'))).kind, 'found');
    assert.match(failureOf(await read(await store({ path: 'nowhere' }), ref('app'))), /^REQUEST_INVALID/);
    await writePolicy(server, 'narrow', { 'secret/data/app': ['read'] });
    const narrow = await store({}, ['narrow']);
    assert.equal(textOf(await read(narrow, ref('app'))), '{"n":1}');
    assert.match(failureOf(await read(narrow, ref('none'))), /^ACCESS_DENIED .*secret\/data\/none/);
  });
});

describe("a real Vault's KV v1", () => {
  it('keeps the digits of numbers, and has no metadata', async () => {
    const provider = await store({ path: 'kv', version: 'v1' });
    await server.set('kv/app/json', '{"z":1.50,"big":9007199254740993,"ttl":"1h"}');
    assert.equal(textOf(await read(provider, ref('app/json'))), '{"big":9007199254740993,"ttl":"1h","z":1.50}');
    assert.equal((await read(provider, ref('app/none'))).kind, 'missing');
    assert.match(failureOf(await read(provider, { ...ref('app/json'), kind: 'metadata' })), /^REQUEST_INVALID .*no metadata/);
  });
});

/** name -> value, or the code of why it can't be read. */
async function find(provider: Provider, query: FindQuery): Promise<Readonly<Record<string, string>>> {
  const found = (await provider.find?.(query, never)) ?? [];
  return Object.fromEntries(
    found.map((hit) => [hit.key, hit.kind === 'found' ? Buffer.from(hit.value.reveal()).toString() : hit.error.code]),
  );
}

describe('a search of a real Vault', () => {
  const keys = Array.from({ length: 240 }, (_, n) => `tree/${n % 3}/${n % 8}/deep/er/still/${n}`);

  before(async () => {
    for (const path of ['find', 'find-one']) await mountKv(server, path, path === 'find' ? 'v2' : 'v1');
    for (const key of [...keys, 'tree', 'tree/0', 'other'])
      await Promise.all([server.set(`find/data/${key}`, { data: { key } }), server.set(`find-one/${key}`, { key })]);
  });

  const name = (source: string): FindQuery => ({ name: compileRegexp(source) });

  it('goes through deep trees, where a secret and a folder may have one name', async () => {
    for (const config of [{ path: 'find' }, { path: 'find-one', version: 'v1' }] as const) {
      const found = await find(await store(config), name('.'));
      assert.deepEqual(Object.keys(found).toSorted(), [...keys, 'tree', 'tree/0', 'other'].toSorted());
      for (const [key, value] of Object.entries(found)) assert.equal(value, JSON.stringify({ key }));
    }
  });

  it('begins at a path, matches by tags, and leaves out what is deleted', async () => {
    const provider = await store({ path: 'find' });
    const below = await find(provider, { ...name('/1\\d$'), path: 'tree/1' });
    assert.deepEqual(
      Object.keys(below).toSorted(),
      [
        'tree/1/2/deep/er/still/10',
        'tree/1/3/deep/er/still/19',
        'tree/1/5/deep/er/still/13',
        'tree/1/0/deep/er/still/16',
      ].toSorted(),
    );
    await server.set('find/metadata/other', { custom_metadata: { team: 'a' } });
    assert.deepEqual(Object.keys(await find(provider, { tags: { team: 'a' } })), ['other']);
    await server.set('find/data/other', undefined, { method: 'DELETE' });
    assert.deepEqual(Object.keys(await find(provider, name('^(other|tree)$'))), ['tree']);
  });

  it('says of each that may not be read that it may not', async () => {
    await writePolicy(server, 'finder', { 'find/*': ['read', 'list'], 'find/data/tree/0': ['deny'] });
    const found = await find(await store({ path: 'find' }, ['finder']), name('^tree(/0)?$'));
    assert.deepEqual(found, { tree: '{"key":"tree"}', 'tree/0': 'ACCESS_DENIED' });
  });
});

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { FindQuery } from '../../agent/core/object-ref.ts';
import { compileRegexp } from '../../agent/core/re2.ts';
import type { AwsConfig } from '../../agent/providers/aws/config.ts';
import { classOf } from '../contract/provider-contract.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from '../servers/aws-double.ts';
import { awsConfig, awsWorld, openAws } from './aws-world.ts';

interface Setting {
  readonly double: AwsDouble;
  /** Key -> value, or the class of the error. */
  readonly find: (query: FindQuery) => Promise<Readonly<Record<string, string | undefined>>>;
  /** Operations in order of arrival. */
  readonly operations: () => readonly string[];
}

async function setting(t: TestContext, options: AwsDoubleOptions, config: Partial<AwsConfig> = {}): Promise<Setting> {
  const double = await startAwsDouble(options);
  t.after(double.close);
  const provider = await openAws(awsConfig('SecretsManager', config), awsWorld(double.env).effects);
  t.after(() => provider.close?.());
  return {
    double,
    async find(query) {
      const found = (await provider.find?.(query, new AbortController().signal)) ?? [];
      return Object.fromEntries(
        found.map((hit) => [
          hit.key,
          hit.kind === 'found' ? Buffer.from(hit.value.reveal()).toString() : classOf({ kind: 'failed', error: hit.error }),
        ]),
      );
    },
    operations: () => double.calls.map(({ operation }) => operation),
  };
}

const name = (source: string): FindQuery => ({ name: compileRegexp(source) });

const secrets = {
  'app/db': { text: 'db', tags: { env: 'dev', team: 'a' } },
  'app/cache': { text: 'cache', tags: { env: 'prod', team: 'dev' } },
  'app2/db': { text: 'db2', tags: { env: 'dev' } },
  other: { text: 'other' },
} as const;

test('by name without path: all pages of the list, then a read of each match', async (t) => {
  const { find, operations, double } = await setting(t, { secrets, pageSize: 2 });
  assert.deepEqual(await find(name('^app/')), { 'app/db': 'db', 'app/cache': 'cache' });
  assert.deepEqual(operations(), ['ListSecrets', 'ListSecrets', 'GetSecretValue', 'GetSecretValue']);
  assert.deepEqual(double.calls[0]?.input['Filters'], []);
});

test('by name without path: more than three matches are read in a batch', async (t) => {
  const { find, operations } = await setting(t, { secrets });
  assert.equal(Object.keys(await find(name('.'))).length, 4);
  assert.deepEqual(operations(), ['ListSecrets', 'BatchGetSecretValue']);
});

test("by name: the store's prefix stands in front of keys, not of what is found", async (t) => {
  const { find } = await setting(t, { secrets }, { prefix: 'app/' });
  assert.deepEqual(await find(name('db$')), { 'app/db': 'db', 'app2/db': 'db2' });
});

test('by name with path: batches with a filter by prefix, and the expression on the full name', async (t) => {
  const { find, operations, double } = await setting(t, { secrets });
  assert.deepEqual(await find({ ...name('db'), path: 'app' }), { 'app/db': 'db', 'app2/db': 'db2' });
  assert.deepEqual(operations(), ['BatchGetSecretValue']);
  assert.deepEqual(double.calls[0]?.input['Filters'], [{ Key: 'name', Values: ['app'] }]);
});

test('by tags: filters of key and value that are not paired, with or without path', async (t) => {
  const { find, operations, double } = await setting(t, { secrets });
  // app/cache has the key env and, under another key, the value dev.
  assert.deepEqual(await find({ tags: { env: 'dev' } }), { 'app/db': 'db', 'app/cache': 'cache', 'app2/db': 'db2' });
  assert.deepEqual(await find({ tags: { env: 'dev' }, path: 'app/' }), { 'app/db': 'db', 'app/cache': 'cache' });
  assert.deepEqual(operations(), ['BatchGetSecretValue', 'BatchGetSecretValue']);
  assert.deepEqual(double.calls[1]?.input['Filters'], [
    { Key: 'tag-key', Values: ['env'] },
    { Key: 'tag-value', Values: ['dev'] },
    { Key: 'name', Values: ['app/'] },
  ]);
});

test('by name and tags without path: the list with filters, then reads; with path: batches', async (t) => {
  const { find, operations } = await setting(t, { secrets });
  const query = { ...name('db'), tags: { env: 'dev' } };
  assert.deepEqual(await find(query), { 'app/db': 'db', 'app2/db': 'db2' });
  assert.deepEqual(operations(), ['ListSecrets', 'GetSecretValue', 'GetSecretValue']);
  assert.deepEqual(await find({ ...query, path: 'app/' }), { 'app/db': 'db' });
  assert.equal(operations().at(-1), 'BatchGetSecretValue');
});

test('by neither name nor tags: an error', async (t) => {
  const { find, double } = await setting(t, { secrets });
  await assert.rejects(find({ path: 'app/' }), (error) => error instanceof AgentError && error.code === 'REQUEST_INVALID');
  assert.equal(double.count(), 0);
});

test('an empty page that promises more is not the end', async (t) => {
  const { find, double } = await setting(t, { secrets, pageSize: 1 });
  double.fault({ operation: 'ListSecrets', times: 2, trouble: { kind: 'emptyPage' } });
  assert.deepEqual(await find(name('^other$')), { other: 'other' });
  double.fault({ operation: 'BatchGetSecretValue', times: 2, trouble: { kind: 'emptyPage' } });
  assert.deepEqual(await find({ ...name('db'), path: 'app' }), { 'app/db': 'db', 'app2/db': 'db2' });
});

test('an item that may not be read is told by its name, in a list and in a batch; others are found', async (t) => {
  const { find, double } = await setting(t, { secrets });
  double.deny({ action: 'secretsmanager:GetSecretValue', resource: 'app/db' });
  assert.deepEqual(await find(name('^app/')), { 'app/db': 'denied', 'app/cache': 'cache' });
  assert.deepEqual(await find({ ...name('.'), path: 'app/' }), { 'app/db': 'denied', 'app/cache': 'cache' });
  // What doesn't match doesn't matter.
  assert.deepEqual(await find({ ...name('cache'), path: 'app/' }), { 'app/cache': 'cache' });
});

test('a role that may not batch finds the same by list and single reads, and is not asked to batch again', async (t) => {
  const { find, double, operations } = await setting(t, { secrets });
  double.deny({ action: 'secretsmanager:BatchGetSecretValue' });
  const query = { ...name('db'), path: 'app' };
  for (let refresh = 0; refresh < 2; refresh += 1) assert.deepEqual(await find(query), { 'app/db': 'db', 'app2/db': 'db2' });
  assert.deepEqual(operations(), [
    'BatchGetSecretValue',
    ...['ListSecrets', 'GetSecretValue', 'GetSecretValue'],
    ...['ListSecrets', 'GetSecretValue', 'GetSecretValue'],
  ]);
});

test('a role that may not list is denied, not empty-handed', async (t) => {
  const { find, double } = await setting(t, { secrets });
  double.deny({ action: 'secretsmanager:ListSecrets' });
  for (const query of [name('db'), { ...name('db'), path: 'app' }, { tags: { env: 'dev' } }])
    await assert.rejects(find(query), (error) => error instanceof AgentError && error.code === 'ACCESS_DENIED');
});

test('a secret with text and bytes is found as its bytes; one without a value is told', async (t) => {
  const { find } = await setting(t, { secrets: { both: { text: 'text', binary: Buffer.from('bytes') }, empty: {} } });
  assert.deepEqual(await find(name('.')), { both: 'bytes', empty: 'missing' });
  assert.deepEqual(await find({ ...name('.'), path: 'both' }), { both: 'bytes' });
});

test('secrets that wait for their deletion are not listed', async (t) => {
  const { find } = await setting(t, { secrets: { ...secrets, 'app/gone': { text: 'x', deleted: true } } });
  assert.deepEqual(Object.keys(await find(name('gone'))), []);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { compileRegexp } from '../../agent/core/re2.ts';
import { needsOf } from '../../agent/resolve/needs.ts';
import { entry, externalSecret, extract, find, store } from './answers.ts';

test('every remote object is needed once, however many entries and external secrets use it', () => {
  const one = externalSecret({
    data: [entry('u', 'db', { property: 'user' }), entry('p', 'db', { property: 'pw' })],
    dataFrom: [extract('db')],
  });
  const two = externalSecret({ name: 'two', data: [entry('all', 'db'), entry('old', 'db', { version: 'v1' })] });
  const { refs } = needsOf([one, two]);
  assert.deepEqual(refs.get(store), [
    { kind: 'value', key: 'db', version: '' },
    { kind: 'value', key: 'db', version: 'v1' },
  ]);
});

test('metadata is another object than the value', () => {
  const { refs } = needsOf([externalSecret({ data: [entry('v', 'db'), entry('t', 'db', { metadataPolicy: 'Fetch' })] })]);
  assert.deepEqual(
    refs.get(store)?.map(({ kind }) => kind),
    ['value', 'metadata'],
  );
});

test('equal searches are one, also when their expressions were compiled apart', () => {
  const search = (source: string) => find({ query: { name: compileRegexp(source), path: 'app' } });
  const { finds } = needsOf([externalSecret({ dataFrom: [search('^a'), search('^a'), search('^b')] })]);
  assert.equal(finds.get(store)?.length, 2);
});

test('stores are apart', () => {
  const other = { ...entry('k', 'db'), store: 'ClusterSecretStore/vault' };
  const { refs } = needsOf([externalSecret({ data: [entry('k', 'db'), other] })]);
  assert.deepEqual([...refs.keys()], [store, 'ClusterSecretStore/vault']);
});

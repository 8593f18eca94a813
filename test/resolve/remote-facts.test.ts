import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import type { Answer, Fetched } from '../../agent/core/object-ref.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { ExternalSecret, RemoteRef } from '../../agent/core/spec.ts';
import { needsOf } from '../../agent/resolve/needs.ts';
import { remoteFacts } from '../../agent/resolve/remote-facts.ts';

const value = SecretValue.ofText('a value');

function remoteRef(key: string, part: Partial<RemoteRef> = {}): RemoteRef {
  return {
    ...{ key, property: '', version: '', metadataPolicy: 'None', conversionStrategy: 'Default' },
    ...{ decodingStrategy: 'None', nullBytePolicy: 'Ignore' },
    ...part,
  };
}

function secretOf(part: Partial<ExternalSecret>): ExternalSecret {
  return {
    ...{ name: 'db', labels: {}, annotations: {}, refreshPolicy: 'Periodic', refreshIntervalMs: 1, refreshInterval: '1ms' },
    ...{ target: { name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false } },
    ...{ data: [], dataFrom: [], digest: '' },
    ...part,
  };
}

function fetched(answers: Readonly<Record<string, Answer>>, hits: ReturnType<Fetched['find']> = []): Fetched {
  return {
    value: (_store, { kind, key, version }) =>
      answers[[kind, key, version].join(' ').trim()] ?? { kind: 'missing', reason: 'not there' },
    find: () => hits,
  };
}

describe('what stores tell of the objects of an external secret', () => {
  it('is the name of each version, by key and by the version that was asked for, and none where the store has none', () => {
    const secret = secretOf({
      data: [
        { secretKey: 'a', store: 's', remoteRef: remoteRef('db') },
        { secretKey: 'b', store: 's', remoteRef: remoteRef('db', { version: 'AWSPREVIOUS' }) },
        { secretKey: 'c', store: 's', remoteRef: remoteRef('hashed') },
        { secretKey: 'd', store: 's', remoteRef: remoteRef('gone') },
      ],
    });
    const { versions } = remoteFacts(
      secret,
      fetched({
        'value db': { kind: 'found', value, version: '2 today', versionName: '2' },
        'value db AWSPREVIOUS': { kind: 'found', value, version: '1', versionName: '1' },
        'value hashed': { kind: 'found', value, version: 'a digest' },
      }),
    );
    assert.deepEqual(
      [...versions],
      [
        ['db', '2'],
        ['db@AWSPREVIOUS', '1'],
      ],
    );
  });

  it('stands behind the store where there are several, and holds what a search read', () => {
    const find = { query: {}, conversionStrategy: 'Default', decodingStrategy: 'None', nullBytePolicy: 'Ignore' } as const;
    const secret = secretOf({
      dataFrom: [{ kind: 'find', store: 'SecretStore/b', find, rewrite: [] }],
      data: [{ secretKey: 'a', store: 'SecretStore/a', remoteRef: remoteRef('db') }],
    });
    const hits = [{ kind: 'found', key: 'found', value, version: '3', versionName: '3' }] as const;
    const { versions } = remoteFacts(
      secret,
      fetched({ 'value db': { kind: 'found', value, version: '2', versionName: '2' } }, hits),
    );
    assert.deepEqual(Object.fromEntries(versions), { 'SecretStore/a: db': '2', 'SecretStore/b: found': '3' });
  });

  it('is the next rotation and the version before, where the metadata is read anyway or asked for by annotation', () => {
    const data = [{ secretKey: 'a', store: 's', remoteRef: remoteRef('db') }];
    const asking = secretOf({ data, annotations: { 'keytide.dev/follow-rotation': 'true' } });
    assert.deepEqual(
      needsOf([asking])
        .refs.get('s')
        ?.map(({ kind, key }) => [kind, key]),
      [
        ['value', 'db'],
        ['metadata', 'db'],
      ],
    );
    assert.equal(needsOf([secretOf({ data })]).refs.get('s')?.length, 1);
    const outlook = { rotatesAt: 5, previousVersion: 'old' };
    const answers = fetched({ 'metadata db': { kind: 'found', value, version: '', outlook } });
    const { rotatesAt, previousVersions } = remoteFacts(asking, answers);
    assert.deepEqual([rotatesAt, [...previousVersions]], [5, [['db', 'old']]]);
  });

  it('is nothing where the store refuses to tell', () => {
    const { versions, previousVersions, rotatesAt } = remoteFacts(
      secretOf({ data: [{ secretKey: 'a', store: 's', remoteRef: remoteRef('db') }] }),
      fetched({}),
    );
    assert.deepEqual([versions.size, previousVersions.size, rotatesAt], [0, 0, undefined]);
  });
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { AgentError, type ErrorCode } from '../../agent/core/agent-error.ts';
import type { PropertyDialect } from '../../agent/core/dialect.ts';
import type { Fetched, Found } from '../../agent/core/object-ref.ts';
import { compileRegexp } from '../../agent/core/re2.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { ExternalSecret, Rewrite } from '../../agent/core/spec.ts';
import { type Resolved, resolve } from '../../agent/resolve/resolve.ts';
import { entry, externalSecret, extract, fetched, find, found, hit, rawDialect } from './answers.ts';

const fakeDialect: PropertyDialect = { ...rawDialect, order: 'path-only', missingProperty: 'missing', findKeys: 'convert-first' };
const rename = (source: string, target: string): Rewrite => ({ kind: 'regexp', source: compileRegexp(source), target });
const denied = new AgentError('ACCESS_DENIED', 'aws refused to read app/b');

function run(secret: ExternalSecret, answers: Fetched, dialect = rawDialect): Resolved {
  return resolve(secret, answers, { dialects: () => dialect, transform: keepName });
}

function entries(result: Resolved): Readonly<Record<string, string>> {
  assert.equal(result.kind, 'entries');
  const all = result.kind === 'entries' ? [...result.entries] : [];
  return Object.fromEntries(all.map(([key, value]) => [key, Buffer.from(value.reveal()).toString('latin1')]));
}

function fails(work: () => Resolved, code: ErrorCode, message: RegExp): void {
  assert.throws(work, (error: unknown) => {
    assert.ok(error instanceof AgentError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    return true;
  });
}

test('all of dataFrom comes before all of data, and later entries replace earlier keys', () => {
  const secret = externalSecret({ dataFrom: [extract('a'), extract('b')], data: [entry('x', 'c')] });
  const answers = fetched({ a: found('{"x":"1","y":"1","z":"1"}'), b: found('{"y":"2"}'), c: found('3') });
  assert.deepEqual(entries(run(secret, answers)), { x: '3', y: '2', z: '1' });
});

test('bytes come through untouched', () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, byte) => byte);
  const result = run(externalSecret({ data: [entry('k', 'a')] }), fetched({ a: found(bytes) }));
  assert.deepEqual(entries(result), { k: Buffer.from(bytes).toString('latin1') });
});

test('a property is read from the bytes that the store names for it', () => {
  const [value, propertyValue] = ['{"p":"text"}', '{"p":"bytes"}'].map((text) => SecretValue.ofText(text));
  assert.ok(value && propertyValue);
  const secret = externalSecret({ data: [entry('whole', 'a'), entry('part', 'a', { property: 'p' })] });
  const result = run(secret, fetched({ a: { kind: 'found', value, version: '1', propertyValue } }));
  assert.deepEqual(entries(result), { whole: '{"p":"text"}', part: 'bytes' });
});

test('version and metadata are other objects', () => {
  const secret = externalSecret({
    data: [entry('old', 'a', { version: 'v1' }), entry('tag', 'a', { metadataPolicy: 'Fetch', property: 't' })],
  });
  assert.deepEqual(entries(run(secret, fetched({ 'a@v1': found('one'), 'a metadata': found('{"t":"x"}') }))), {
    old: 'one',
    tag: 'x',
  });
});

test('an object that does not exist fails everything under Retain, naming entry, store and key', () => {
  const secret = externalSecret({ data: [entry('k', 'a'), entry('m', 'gone')] });
  fails(
    () => run(secret, fetched({ a: found('1') })),
    'SECRET_MISSING',
    /external secret db: data\[1\] \(m\): SecretStore\/aws has no object gone/,
  );
});

test('under Delete and Merge it is left out, with a warning', () => {
  for (const deletionPolicy of ['Delete', 'Merge'] as const) {
    const result = run(
      externalSecret({ data: [entry('k', 'a'), entry('m', 'gone')] }, { deletionPolicy }),
      fetched({ a: found('1') }),
    );
    assert.deepEqual(entries(result), { k: '1' });
    assert.match(result.warnings[0] ?? '', /data\[1\] \(m\).* has no object gone.*left out/);
  }
});

test('nothing left: Retain keeps what is published, Delete takes it away, Merge empties it', () => {
  const none = fetched({}, []);
  const outcome = (target: Partial<ExternalSecret['target']>) => run(externalSecret({ dataFrom: [find()] }, target), none);
  const retained = outcome({});
  assert.ok(retained.kind === 'empty' && retained.outcome === 'SecretSynced');
  const deleted = outcome({ deletionPolicy: 'Delete' });
  assert.ok(deleted.kind === 'empty' && deleted.outcome === 'SecretDeleted');
  assert.deepEqual(entries(outcome({ deletionPolicy: 'Merge' })), {});
  fails(() => outcome({ deletionPolicy: 'Delete', creationPolicy: 'Orphan' }), 'RESOLVE_FAILED', /creationPolicy Owner/);
});

test('a property that is not there is an error, whatever deletionPolicy says, unless it counts as a missing object', () => {
  const secret = externalSecret({ data: [entry('k', 'a', { property: 'p' })] }, { deletionPolicy: 'Delete' });
  fails(
    () => run(secret, fetched({ a: found('{}') })),
    'RESOLVE_FAILED',
    /data\[0\] \(k\): SecretStore\/aws has a, but no property p in it/,
  );
  assert.equal(run(secret, fetched({ a: found('{}') }), fakeDialect).kind, 'empty');
});

test("the store's own error passes as it is: denied or down is never missing", () => {
  const secret = externalSecret({ data: [entry('k', 'a')] }, { deletionPolicy: 'Delete' });
  assert.throws(() => run(secret, fetched({ a: { kind: 'failed', error: denied } })), denied);
  assert.throws(() => run(externalSecret({ dataFrom: [find()] }, { deletionPolicy: 'Delete' }), fetched({}, denied)), denied);
});

test('a find that says itself that there is nothing counts as a missing object', () => {
  const none = new AgentError('SECRET_MISSING', 'nothing below app/');
  fails(
    () => run(externalSecret({ dataFrom: [find()] }), fetched({}, none)),
    'SECRET_MISSING',
    /dataFrom\[0\]: nothing below app/,
  );
  assert.equal(run(externalSecret({ dataFrom: [find()] }, { deletionPolicy: 'Delete' }), fetched({}, none)).kind, 'empty');
});

test('keys are converted unless there is a rewrite', () => {
  const hits = [hit('app/a', '1')];
  assert.deepEqual(entries(run(externalSecret({ dataFrom: [find()] }), fetched({}, hits))), { app_a: '1' });
  const unicode = find({ conversionStrategy: 'Unicode' });
  assert.deepEqual(entries(run(externalSecret({ dataFrom: [unicode] }), fetched({}, hits))), { app_U002f_a: '1' });
  const rewritten = externalSecret({ dataFrom: [find({}, [rename('nothing', '')])] });
  fails(() => run(rewritten, fetched({}, hits)), 'RESOLVE_FAILED', /key app\/a has "\/" in it/);
});

test('some stores convert the keys of a find before a rewrite sees them', () => {
  const secret = externalSecret({ dataFrom: [find({}, [rename('^app_', '')])] });
  assert.deepEqual(entries(run(secret, fetched({}, [hit('app/a', '1')]), fakeDialect)), { a: '1' });
});

test('what the API server refuses as a key is refused, from wherever it comes', () => {
  for (const key of ['..', '..x', '.', '\u00e9']) {
    fails(
      () => run(externalSecret({ data: [entry(key, 'a')] }), fetched({ a: found('1') })),
      'RESOLVE_FAILED',
      /external secret db: key/,
    );
  }
  assert.deepEqual(entries(run(externalSecret({ data: [entry('.x', 'a')] }), fetched({ a: found('1') }))), { '.x': '1' });
});

test('values are decoded after the rewrite, and the first that fails fails all, naming its key', () => {
  const secret = externalSecret({ dataFrom: [extract('a', { decodingStrategy: 'Base64' }, [rename('^', 'p-')])] });
  assert.deepEqual(entries(run(secret, fetched({ a: found('{"k":"YmFy"}') }))), { 'p-k': 'bar' });
  fails(
    () => run(secret, fetched({ a: found('{"k":"YmFy","l":"secret!"}') })),
    'RESOLVE_FAILED',
    /dataFrom\[0\]: key p-l: the value is no Base64/,
  );
});

test('a null byte is refused where the policy says so, after decoding', () => {
  const secret = externalSecret({ data: [entry('k', 'a', { decodingStrategy: 'Base64', nullBytePolicy: 'Fail' })] });
  fails(() => run(secret, fetched({ a: found('AGE=') })), 'RESOLVE_FAILED', /key k: the value has a null byte/);
});

test('no message shows a value', () => {
  const secret = externalSecret({ dataFrom: [extract('a')] });
  assert.throws(
    () => run(secret, fetched({ a: found('hunter2') })),
    (error: Error) => !error.message.includes('hunter2') && /must be one JSON object/.test(error.message),
  );
});

test('a listed item that may not be read is left out with a warning, unless it could be read before', () => {
  const secret = externalSecret({ dataFrom: [find()] });
  const hits: readonly Found[] = [hit('a', '1'), { kind: 'unreadable', key: 'b', error: denied }];
  const first = run(secret, fetched({}, hits));
  assert.deepEqual(entries(first), { a: '1' });
  assert.match(first.warnings[0] ?? '', /dataFrom\[0\]: SecretStore\/aws lists b, .*left out: aws refused/);
  assert.deepEqual([...(first.listed.get(0) ?? [])], ['a']);
  const both = resolve(secret, fetched({}, [hit('a', '1'), hit('b', '2')]), {
    dialects: () => rawDialect,
    transform: keepName,
    previous: first.listed,
  });
  assert.throws(
    () => resolve(secret, fetched({}, hits), { dialects: () => rawDialect, transform: keepName, previous: both.listed }),
    denied,
  );
});

test('a listed item that fails for a passing reason fails the refresh: half a set is not published', () => {
  const error = new AgentError('STORE_THROTTLED', 'slow down');
  assert.throws(() => run(externalSecret({ dataFrom: [find()] }), fetched({}, [{ kind: 'unreadable', key: 'b', error }])), error);
});

test('a property that takes too much work is an error that says so', () => {
  const secret = externalSecret({ data: [entry('k', 'a', { property: '@this|'.repeat(2_000) })] });
  fails(() => run(secret, fetched({ a: found('{}') })), 'RESOLVE_FAILED', /nests deeper|takes too much work/);
});

function keepName(_template: string, key: string): string {
  return key;
}

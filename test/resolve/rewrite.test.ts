import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compileRegexp } from '../../agent/core/re2.ts';
import type { Rewrite } from '../../agent/core/spec.ts';
import { convertKeys, type Values, validKeys } from '../../agent/resolve/entry-keys.ts';
import { rewritten } from '../../agent/resolve/rewrite.ts';

type Merge = Rewrite & { kind: 'merge' };

const valuesOf = (texts: Readonly<Record<string, string>>): Values =>
  new Map(Object.entries(texts).map(([key, text]) => [key, Buffer.from(text)]));
const textsOf = (values: Values) => Object.fromEntries([...values].map(([key, value]) => [key, Buffer.from(value).toString()]));
const rename = (source: string, target: string): Rewrite => ({ kind: 'regexp', source: compileRegexp(source), target });
const merge = (parts: Partial<Merge> = {}): Merge => ({
  ...{ kind: 'merge', into: '', priority: [], priorityPolicy: 'Strict', conflictPolicy: 'Error', strategy: 'Extract' },
  ...parts,
});
const apply = (texts: Readonly<Record<string, string>>, ...operations: readonly Rewrite[]) =>
  textsOf(rewritten(valuesOf(texts), operations, (template, key) => template.replace('KEY', key)));

test('operations apply in order, each to what the one before gave', () => {
  assert.deepEqual(apply({ 'db/a': '1' }, rename('db/(.*)', '$1-x'), rename('-', '_')), { a_x: '1' });
});

test('a transform makes each new key out of the old one', () => {
  assert.deepEqual(apply({ a: '1', b: '2' }, { kind: 'transform', template: 'x-KEY' }), { 'x-a': '1', 'x-b': '2' });
});

test('where two keys become one, the one that is last in byte order wins', () => {
  assert.deepEqual(apply({ b: '2', a: '1', c: '3' }, rename('.', 'k')), { k: '3' });
  assert.deepEqual(apply({ '\u{10000}': 'last', '\uffff': 'first' }, rename('.', 'k')), { k: 'last' });
});

test('merge takes the sources in byte order, and those with priority last', () => {
  const sources = { a: '{"x":"a","y":"a"}', b: '{"x":"b"}' };
  assert.deepEqual(apply(sources, merge({ conflictPolicy: 'Ignore' })), { x: 'b', y: 'a' });
  assert.deepEqual(apply(sources, merge({ conflictPolicy: 'Ignore', priority: ['a'] })), { x: 'a', y: 'a' });
});

test('a member in two sources is an error unless conflicts are ignored', () => {
  assert.throws(() => apply({ a: '{"x":1}', b: '{"x":2}' }, merge()), /member x is in both a and b/);
});

test('a priority that is not there is an error unless it is to be ignored', () => {
  assert.throws(() => apply({ a: '{}' }, merge({ priority: ['z'] })), /z of `priority` is not there/);
  assert.deepEqual(apply({ a: '{"x":1}' }, merge({ priority: ['z'], priorityPolicy: 'IgnoreNotFound' })), { x: '1' });
});

test('strategy JSON keeps the sources and adds the whole, without escaping', () => {
  const source = '{"b":"<b>","a":1.50}';
  assert.deepEqual(apply({ s: source }, merge({ strategy: 'JSON', into: 'm' })), { s: source, m: '{"a":1.5,"b":"<b>"}' });
  assert.throws(() => apply({ s: source }, merge({ strategy: 'JSON' })), /needs `into`/);
});

test('a source must be a JSON object, and the message does not show it', () => {
  assert.throws(
    () => apply({ a: 'hunter2' }, merge()),
    (error: Error) => error.name === 'Failure' && !error.message.includes('hunter2'),
  );
  assert.throws(() => apply({ a: '[1]' }, merge()), /the value of a must be a JSON object/);
  assert.deepEqual(apply({ a: 'null' }, merge()), {});
});

test('two keys that convert to one are an error that names them', () => {
  assert.throws(() => convertKeys(valuesOf({ 'a/b': '1', a_b: '2' }), 'Default'), /keys a\/b and a_b would both become a_b/);
});

test('letters and digits of every language survive the conversion', () => {
  assert.deepEqual(textsOf(convertKeys(valuesOf({ '\u00e9\u0663\u{1f600}': '1' }), 'Default')), { '\u00e9\u0663_': '1' });
  assert.deepEqual(textsOf(convertKeys(valuesOf({ '\u{1f600}': '1' }), 'Unicode')), { _U1f600_: '1' });
});

test('the empty key is dropped, one of more than 253 bytes is refused', () => {
  assert.deepEqual(textsOf(validKeys(valuesOf({ '': 'x', a: 'y' }))), { a: 'y' });
  assert.equal(validKeys(valuesOf({ ['x'.repeat(253)]: '1' })).size, 1);
  assert.throws(() => validKeys(valuesOf({ ['x'.repeat(254)]: '1' })), /longer than 253 bytes/);
});

test('what was converted is valid, and converting it again changes nothing', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary', minLength: 1, maxLength: 20 }),
      fc.constantFrom('Default', 'Unicode'),
      (key, strategy) => {
        const once = convertKeys(valuesOf({ [key]: 'x' }), strategy);
        assert.deepEqual(validKeys(once), once);
        assert.deepEqual(convertKeys(once, strategy), once);
      },
    ),
  );
});

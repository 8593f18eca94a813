import assert from 'node:assert/strict';
import test from 'node:test';
import type { PropertyDialect } from '../../agent/core/dialect.ts';
import { extracted } from '../../agent/resolve/extract.ts';
import { readProperty } from '../../agent/resolve/property.ts';
import { rawDialect } from './answers.ts';

const document = '{"a":{"b":"path"},"a.b":"literal","n":1e3,"o":{"z":1,"a":"<"},"nul":null}';
const read = (property: string, dialect: Partial<PropertyDialect>, payload: string | Uint8Array = document) => {
  const value = readProperty(Buffer.from(payload), property, { ...rawDialect, ...dialect });
  return value && Buffer.from(value).toString('latin1');
};
const extract = (payload: string | Uint8Array, numbers: PropertyDialect['numbers']) =>
  Object.fromEntries(
    [...extracted(Buffer.from(payload), numbers)].map(([key, value]) => [key, Buffer.from(value).toString('latin1')]),
  );

test('a dotted property is one key or a path, in the order of the store', () => {
  assert.equal(read('a.b', { order: 'literal-first' }), 'literal');
  assert.equal(read('a.b', { order: 'path-first' }), 'path');
  assert.equal(read('a.b', { order: 'path-only' }), 'path');
  assert.equal(read('x.y', { order: 'path-first' }, '{"x.y":"literal"}'), 'literal');
  assert.equal(read('x.y', { order: 'path-only' }, '{"x.y":"literal"}'), undefined);
});

test('exact keys convert what they find, paths take it as it stands', () => {
  const exact = (property: string) => read(property, { order: 'exact-first' });
  assert.deepEqual(['a.b', 'n', 'nul', 'o', 'a'].map(exact), ['literal', '1e3', '', '{"a":"\\u003c","z":1}', '{"b":"path"}']);
  assert.equal(exact('o.a'), '<');
  assert.equal(exact('none'), undefined);
});

test('some stores want JSON before they look for a property', () => {
  assert.equal(read('a', { json: 'lenient' }, 'not json'), undefined);
  assert.throws(() => read('a', { json: 'required' }, 'not json'), /the value is no JSON that property a could be read from/);
});

test('the bytes of a raw result are those of the payload', () => {
  assert.equal(read('o', {}, Buffer.from('{"o":["\xff"]}', 'latin1')), '["\xff"]');
});

test('raw: strings unquoted, null as nothing, all else as it stands', () => {
  assert.deepEqual(extract('{"s":"\\u00e9","nul":null,"n":1.50,"o":{ "x" : 1 },"d":1,"d":"2"}', 'raw'), {
    ...{ s: '\xc3\xa9', nul: '', n: '1.50', o: '{ "x" : 1 }', d: '2' },
  });
});

test('float: numbers as plain decimals, nested values written anew', () => {
  assert.deepEqual(extract('{"n":12345678901234567890,"e":1e21,"o":{"z":1,"a":"<"},"nul":null,"t":true}', 'float'), {
    ...{ n: '12345678901234567000', e: '1000000000000000000000', o: '{"a":"\\u003c","z":1}', nul: '', t: 'true' },
  });
});

test('null has no members, and what is no object is refused', () => {
  for (const numbers of ['raw', 'float'] as const) {
    assert.deepEqual(extract('null', numbers), {});
    for (const payload of ['', '[1]', '"x"', '{"a":1} x', '{"a":1'])
      assert.throws(() => extract(payload, numbers), { name: 'Failure' });
  }
});

test('keys are read as UTF-8', () => {
  assert.deepEqual(Object.keys(extract('{"\u00e9":1,"\\ud83d\\ude00":2}', 'raw')), ['\u00e9', '\u{1f600}']);
});

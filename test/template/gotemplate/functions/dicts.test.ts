import assert from 'node:assert/strict';
import test from 'node:test';
import { functions } from '../../../../agent/template/gotemplate/functions/dicts.ts';
import { decodeJson } from '../../../../agent/template/gotemplate/functions/json-decode.ts';
import { encodeJson } from '../../../../agent/template/gotemplate/functions/json-encode.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { semver } from '../../../../agent/template/gotemplate/semver/semver-value.ts';
import { dict, GoMap, type GoValue, int, list } from '../../../../agent/template/gotemplate/value.ts';

function dictsWith(steps: number) {
  let left = steps;
  const spend = (more: number) => {
    left -= more;
    if (left < 0) throw new LimitExceeded('too many steps');
  };
  return functions({ now: () => 0, randomBytes: (count: number) => new Uint8Array(count), room: () => {}, spend });
}

const dicts = dictsWith(1e6);

function from(json: string): GoMap {
  const value = decodeJson(json);
  assert.ok(value instanceof GoMap);
  return value;
}

function says(message: string): (error: unknown) => boolean {
  return (error) => error instanceof GoError && error.message === message;
}

function merged(into: string, ...others: readonly string[]): string {
  return encodeJson(dicts.merge(from(into), ...others.map(from)), 'plain');
}

function overwritten(into: string, ...others: readonly string[]): string {
  return encodeJson(dicts.mergeOverwrite(from(into), ...others.map(from)), 'plain');
}

test('a key is the text of what it was made from, and the last one without a value has ""', () => {
  assert.deepEqual(
    dicts.dict(int(1), 'a', null, 'b', 'c'),
    dict([
      ['1', 'a'],
      ['<nil>', 'b'],
      ['c', ''],
    ]),
  );
});

test('a missing key has "", a nil stays nil', () => {
  const of = dict([['a', null]]);
  assert.equal(dicts.get(of, 'a'), null);
  assert.equal(dicts.get(of, 'b'), '');
  assert.deepEqual(dicts.pluck('a', of, dict(), of), [null, null]);
  assert.deepEqual(dicts.pick(of, 'a', 'b'), of);
});

test('keys and values come in the order of the bytes of the keys', () => {
  const of = dict([
    ['b', '2'],
    ['\xc3\xa9', '3'],
    ['B', '1'],
  ]);
  assert.deepEqual(dicts.keys(of, dict([['a', '']])), ['B', 'b', '\xc3\xa9', 'a']);
  assert.deepEqual(dicts.values(of), ['1', '2', '3']);
});

test('set and unset change the dict that everyone has', () => {
  const of = dict();
  assert.equal(dicts.set(of, 'a', '1'), of);
  assert.equal(dicts.hasKey(of, 'a'), true);
  assert.equal(dicts.unset(of, 'a'), of);
  assert.equal(dicts.hasKey(of, 'a'), false);
});

test("digging ends with the default at a missing key, and with Go's panic at what is no dict", () => {
  const of = from('{"a":{"b":null,"c":1}}');
  assert.equal(dicts.dig('a', 'b', 'default', of), null);
  assert.equal(dicts.dig('a', 'x', 'y', 'default', of), 'default');
  assert.throws(() => dicts.dig('a', of), says('dig needs at least three arguments'));
  assert.throws(
    () => dicts.dig('a', 'c', 'd', '', of),
    says('interface conversion: interface {} is float64, not map[string]interface {}'),
  );
  assert.throws(
    () => dicts.dig('a', 'b', 'd', '', of),
    says('interface conversion: interface {} is nil, not map[string]interface {}'),
  );
  assert.throws(() => dicts.dig(int(1), '', of), says('interface conversion: interface {} is int, not string'));
  assert.throws(
    () => dicts.dig('a', '', new GoMap('map[string]string')),
    says('interface conversion: interface {} is map[string]string, not map[string]interface {}'),
  );
});

test('merging fills what is missing or empty, all the way down', () => {
  assert.equal(
    merged('{"a":1,"b":"","c":{"x":0}}', '{"a":2,"b":"b","c":{"x":1,"y":2},"d":null}', '{"d":3}'),
    '{"a":1,"b":"b","c":{"x":1,"y":2},"d":3}',
  );
  assert.equal(
    merged('{"a":[1],"b":{"x":1},"c":"text"}', '{"a":[2],"b":"text","c":{"x":1}}'),
    '{"a":[1],"b":{"x":1},"c":"text"}',
  );
});

test('overwriting takes what is there, even nil and nothing, but goes into dicts', () => {
  assert.equal(
    overwritten('{"a":1,"b":[1],"c":{"x":1},"d":{"x":1}}', '{"a":null,"b":[],"c":{"y":2},"d":{}}'),
    '{"a":null,"b":[],"c":{"x":1,"y":2},"d":{"x":1}}',
  );
  assert.equal(overwritten('{"a":{"x":1},"b":1}', '{"a":1,"b":{"x":1}}'), '{"a":1,"b":{"x":1}}');
});

test('a merge changes the first dict, and shares with the others what it takes from them', () => {
  const into = dict();
  const other = from('{"a":{"b":1}}');
  assert.equal(dicts.merge(into, other), into);
  assert.equal(into.entries.get('a'), other.entries.get('a'));
});

test('what mergo refuses is no text without must, and what it panics with ends both', () => {
  const withVersion = () => dict([['a', semver('1.2.3')]]);
  assert.equal(dicts.merge(withVersion(), from('{"a":{}}')), '');
  assert.throws(() => dicts.mustMerge(withVersion(), from('{"a":{}}')), says('src and dst must be of same type'));
  const withStrings = dict([['a', new GoMap('map[string]string', [['x', '']])]]);
  assert.throws(
    () => dicts.merge(withStrings, from('{"a":{"x":"y"}}')),
    says('reflect.Value.SetMapIndex: value of type interface {} is not assignable to type string'),
  );
});

test('a deep copy shares nothing, and keeps types and nil lists', () => {
  const of = dict([
    ['a', dict([['b', list([list(null)])]])],
    ['c', new GoMap('map[string]string', [['d', 'e']])],
  ]);
  const copy = dicts.deepCopy(of);
  assert.deepEqual(copy, of);
  assert.ok(copy instanceof GoMap);
  assert.notEqual(copy.entries.get('a'), of.entries.get('a'));
  assert.throws(() => dicts.deepCopy(null), says('reflect: call of reflect.Value.Type on zero Value'));
});

test('depth costs no stack, and a dict within itself ends with the budget', () => {
  const deep = (): GoMap => from(`${'{"a":'.repeat(9_999)}1${'}'.repeat(9_999)}`);
  assert.equal(encodeJson(dicts.deepCopy(dicts.merge(deep(), deep())), 'plain').length, 6 * 9_999 + 1);

  const endless = (): GoMap => {
    const of = dict();
    return dicts.set(of, 'a', of);
  };
  const few = dictsWith(1_000);
  assert.throws(() => few.deepCopy(endless()), LimitExceeded);
  assert.throws(() => few.merge(endless(), endless()), LimitExceeded);
});

test('a dict that holds a dict twice is copied twice, which takes steps', () => {
  let of: GoValue = dict();
  for (let i = 0; i < 40; i += 1)
    of = dict([
      ['a', of],
      ['b', of],
    ]);
  assert.throws(() => dictsWith(10_000).deepCopy(of), LimitExceeded);
});

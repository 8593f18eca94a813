import assert from 'node:assert/strict';
import test from 'node:test';
import { functions } from '../../../../agent/template/gotemplate/functions/logic.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { semver } from '../../../../agent/template/gotemplate/semver/semver-value.ts';
import { dict, GoInt, GoList, type GoValue, int, int64, list } from '../../../../agent/template/gotemplate/value.ts';

let steps = 0;
const world = {
  now: () => 0,
  randomBytes: (count: number) => new Uint8Array(count),
  room: () => {},
  spend: (more: number) => {
    steps += more;
    if (steps > 1e6) throw new LimitExceeded('too many steps');
  },
};
const logic = functions(world);

test('zero of any type is empty, an object is not', () => {
  for (const value of [null, '', false, 0, -0, int(0), new GoInt('time.Duration', 0n), list([]), list(null), dict()]) {
    assert.equal(logic.empty(value), true);
  }
  for (const value of [' ', true, Number.NaN, int(-1), list([null]), semver('0.0.0')]) assert.equal(logic.empty(value), false);
});

test('a default without a value is the default', () => {
  assert.equal(logic.default('d'), 'd');
  assert.equal(logic.default('d', 0), 'd');
  assert.equal(logic.default('d', 'v'), 'v');
  assert.equal(logic.coalesce('', 0, 'x', 'y'), 'x');
  assert.equal(logic.coalesce(), null);
  assert.equal(logic.all(), true);
  assert.equal(logic.any(), false);
});

test('a failure on purpose may quote a secret', () => {
  assert.throws(
    () => logic.fail('no'),
    (error) => error instanceof GoError && error.message === 'no' && !error.isFixed,
  );
});

test('values are deeply equal only with the same types', () => {
  assert.equal(logic.deepEqual(int(1), int64(1n)), false);
  assert.equal(logic.deepEqual(list([int(1)]), list([1])), false);
  assert.equal(logic.deepEqual(new GoList('[]string', ['a']), list(['a'])), false);
  assert.equal(logic.deepEqual(list(null), list([])), false);
  assert.equal(logic.deepEqual(dict([['a', null]]), dict([['b', null]])), false);
  assert.equal(logic.deepEqual(dict([['a', list([1])]]), dict([['a', list([1])]])), true);
  assert.equal(logic.deepEqual(null, null), true);
  assert.equal(logic.deepEqual(null, false), false);
});

test('NaN is not equal to itself, but the same list is', () => {
  const values = list([Number.NaN]);
  assert.equal(logic.deepEqual(Number.NaN, Number.NaN), false);
  assert.equal(logic.deepEqual(values, values), true);
  assert.equal(logic.deepEqual(values, list([Number.NaN])), false);
});

test('pointers are deeply equal when they point to equal things', () => {
  assert.equal(logic.deepEqual(semver('1.2.3'), semver('1.2.3')), true);
  assert.equal(logic.deepEqual(semver('v1.2.3'), semver('1.2.3')), false);
});

test('deep equality bears maps that hold themselves, deep lists, and lists that hold one many times', () => {
  const holdsItself = () => {
    const map = dict();
    map.entries.set('self', map);
    return map;
  };
  assert.equal(logic.deepEqual(holdsItself(), holdsItself()), true);
  const nested = (wrap: (value: GoValue) => GoValue, depth: number): GoValue => {
    let value: GoValue = int(1);
    for (let level = 0; level < depth; level += 1) value = wrap(value);
    return value;
  };
  const deep = () => nested((value) => list([value]), 100_000);
  assert.equal(logic.deepEqual(deep(), deep()), true);
  const wide = () => nested((value) => list([value, value]), 100);
  assert.equal(logic.deepEqual(wide(), wide()), true);
});

test('reflection names types as Go does', () => {
  assert.equal(logic.typeOf(null), '<nil>');
  assert.equal(logic.kindOf(null), 'invalid');
  assert.equal(logic.kindOf(new GoInt('time.Month', 1n)), 'int');
  assert.equal(logic.typeIs('semver.Version', semver('1.0.0')), false);
  assert.equal(logic.typeIsLike('semver.Version', semver('1.0.0')), true);
  assert.equal(logic.kindIs('ptr', semver('1.0.0')), true);
});

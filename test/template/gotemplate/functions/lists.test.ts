import assert from 'node:assert/strict';
import test from 'node:test';
import { functions as dictFunctions } from '../../../../agent/template/gotemplate/functions/dicts.ts';
import { functions as jsonFunctions } from '../../../../agent/template/gotemplate/functions/json.ts';
import { functions } from '../../../../agent/template/gotemplate/functions/lists.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { dict, GoList, type GoValue, int, int64, list } from '../../../../agent/template/gotemplate/value.ts';

const world = { now: () => 0, randomBytes: (count: number) => new Uint8Array(count), room: () => {}, spend: () => {} };
const lists = functions(world);

function says(message: string): (error: unknown) => boolean {
  return (error) => error instanceof GoError && error.message === message;
}

function items(value: GoValue): readonly GoValue[] {
  assert.ok(value instanceof GoList);
  return value.items;
}

test('a list of any type is taken, and what comes out holds any type', () => {
  const words = new GoList('[]string', ['a', 'b']);
  assert.deepEqual(lists.append(words, int(1)), ['a', 'b', int(1)]);
  assert.deepEqual(lists.prepend(words, null), [null, 'a', 'b']);
  assert.deepEqual(lists.reverse(words), ['b', 'a']);
  assert.deepEqual(lists.slice(words, int(1)), new GoList('[]string', ['b']));
});

test('of an empty list the first and the last are nil, and the rest is a nil list', () => {
  assert.equal(lists.first(list([])), null);
  assert.equal(lists.last(list(null)), null);
  assert.equal(lists.rest(list([])), null);
  assert.equal(lists.initial(list([])), null);
  assert.deepEqual(lists.rest(list(['a'])), []);
  assert.deepEqual(lists.concat(list([]), list(null)), list(null));
});

test('what is no list is named by its kind, and nil ends in the panic of Go', () => {
  assert.throws(() => lists.append('x', 1), says('Cannot push on type string'));
  assert.throws(() => lists.concat(list([]), dict()), says('Cannot concat type map as list'));
  assert.throws(() => lists.slice(int64(1n)), says('list should be type of slice or array but int64'));
  assert.throws(() => lists.uniq(null), says('runtime error: invalid memory address or nil pointer dereference'));
  assert.equal(lists.has('x', null), false);
});

test('elements are the same only when their types are', () => {
  assert.deepEqual(lists.uniq(list([int(1), int64(1n), 1, int(1)])), [int(1), int64(1n), 1]);
  assert.deepEqual(lists.without(list([dict([['a', 'b']]), 'c']), dict([['a', 'b']])), ['c']);
  assert.equal(lists.has(Number.NaN, list([Number.NaN])), false);
});

test('chunks of a size below one end as the division of Go does', () => {
  const one = list(['a']);
  assert.deepEqual(lists.chunk(2n, list(['a', 'b', 'c'])), [list(['a', 'b']), list(['c'])]);
  assert.deepEqual(lists.chunk(2n, list([])), []);
  assert.deepEqual(lists.chunk(-2n, one), [one]);
  assert.deepEqual(lists.chunk(-5n, list(['a', 'b'])), []);
  for (const each of [one, list([]), list(['a', 'b'])]) {
    assert.throws(() => lists.chunk(0n, each), says('runtime error: makeslice: len out of range'));
  }
});

test('a slice may end behind its list, as far as the memory of Go goes', () => {
  const two = lists.slice(list([int(1), int(2), int(3), int(4), int(5)]), int(1), int(3));
  assert.deepEqual(items(lists.slice(two, int(0), int(4))), [int(2), int(3), int(4), int(5)]);
  assert.throws(() => lists.slice(two, int(0), int(5)), says('reflect.Value.Slice: slice index out of bounds'));

  const four = list(lists.append(list(['a', 'b', 'c']), 'd'));
  assert.deepEqual(items(lists.slice(four, int(3), int(6))), ['d', null, null]);
  assert.throws(() => lists.slice(four, int(0), int(7)), says('reflect.Value.Slice: slice index out of bounds'));

  const read = jsonFunctions(world).fromJson(`[${Array(33).fill('1').join(',')}]`);
  assert.equal(items(lists.slice(read, int(0), int(71))).length, 71);
  const copied = dictFunctions(world).deepCopy(read);
  assert.throws(() => lists.slice(copied, int(0), int(72)), GoError);
});

test('copying a list again and again takes steps', () => {
  let left = 1_000;
  const { append } = functions({
    ...world,
    spend: (steps) => {
      left -= steps;
      if (left < 0) throw new LimitExceeded('too many steps');
    },
  });
  assert.throws(() => {
    for (let all: readonly GoValue[] = []; ; ) all = append(list(all), 'x') ?? [];
  }, LimitExceeded);
});

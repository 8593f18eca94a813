import assert from 'node:assert/strict';
import test from 'node:test';
import { isTimestamp, resolvePlain } from '../../agent/core/yaml-plain.ts';

const resolved = (...texts: readonly string[]) => texts.map(resolvePlain);

test('words count in lower case, capitalised and in upper case, in no other mixture', () => {
  assert.deepEqual(resolved('y', 'Yes', 'ON', 'true', 'yES'), [true, true, true, true, 'yES']);
  assert.deepEqual(resolved('', '~', 'NULL', 'nULL'), [null, null, null, 'nULL']);
  assert.deepEqual(resolved('-.inf', '.Inf', '.iNf'), [Number.NEGATIVE_INFINITY, Number.POSITIVE_INFINITY, '.iNf']);
});

test('integers have the prefixes of Go, and `_` anywhere but at the beginning', () => {
  assert.deepEqual(resolved('010', '0o10', '0x1F', '0b11', '0b-11', '-0x10'), [8n, 8n, 31n, 3n, -3n, -16n]);
  assert.deepEqual(resolved('1__0', '_1', '0x_f', '+1_'), [10n, '_1', 15n, 1n]);
});

test('an integer that needs more than 64 bits is a float, but with a prefix it is text', () => {
  assert.deepEqual(resolved('18446744073709551615', '18446744073709551616'), [2n ** 64n - 1n, 2 ** 64]);
  assert.deepEqual(resolved('-9223372036854775808', '-9223372036854775809'), [-(2n ** 63n), -(2 ** 63)]);
  assert.deepEqual(resolved('0x10000000000000000', '02000000000000000000000'), ['0x10000000000000000', 2e21]);
});

test('floats are decimal, and text when they are too large', () => {
  assert.deepEqual(resolved('1.', '.5', '1e3', '-1.5E-1', '08', '1e400'), [1, 0.5, 1000, -0.15, 8, '1e400']);
  assert.deepEqual(resolved('.1_0', '._1', '.1_', '1_.5'), [0.1, '._1', '.1_', 1.5]);
});

test('times of day and dates stay text', () => {
  assert.deepEqual(resolved('12:30', '2020-01-01'), ['12:30', '2020-01-01']);
});

test('a timestamp is a day that exists, with or without a time', () => {
  const are = ['2020-1-1', '2020-02-29', '2020-01-01T1:2:3Z', '2020-01-01t01:02:03.5+24:00', '2020-01-01  1:2:3,25'];
  const arent = ['2021-02-29', '2020-13-01', '20-01-01', '2020-01-01T24:00:00Z', '2020-01-01T1:2:3', '2020-01-01 1:2:3Z'];
  assert.deepEqual(are.filter(isTimestamp), are);
  assert.deepEqual(arent.filter(isTimestamp), []);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { functions } from '../../../../agent/template/gotemplate/functions/numbers.ts';
import { LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { dict, GoInt, int } from '../../../../agent/template/gotemplate/value.ts';

let steps = 0;
const world = {
  now: () => 0,
  randomBytes: (count: number) => new Uint8Array(count),
  room: (size: number) => {
    if (size > 1e6) throw new LimitExceeded('too large');
  },
  spend: (more: number) => {
    steps += more;
    if (steps > 1e6) throw new LimitExceeded('too many steps');
  },
};
const numbers = functions(world);
const largest = 2n ** 63n - 1n;

test('a text that is no number is 0, and one that is too large too, but for atoi', () => {
  for (const text of ['', ' 1', '1 ', '1e3', '9223372036854775808', '08', '1__0', '_1', '0x', '1_0.5', '１']) {
    assert.equal(numbers.int64(text), 0n, text);
  }
  assert.equal(numbers.int64('-9223372036854775808'), -largest - 1n);
  assert.equal(numbers.atoi('99999999999999999999'), largest);
  assert.equal(numbers.atoi('-99999999999999999999'), -largest - 1n);
  assert.equal(numbers.atoi('0x1'), 0n);
});

test('integers of texts have the prefixes and points of Go', () => {
  const texts = {
    '0x1f': 31n,
    '-0B11': -3n,
    '0o17': 15n,
    '010': 8n,
    '1_000': 1000n,
    '0_7': 7n,
    '3.9': 3n,
    '-.5': 0n,
    '.': 0n,
    '010.7': 8n,
  };
  for (const [text, value] of Object.entries(texts)) assert.equal(numbers.int64(text), value, text);
});

test('floats of texts are those of ParseFloat', () => {
  const texts = {
    '1_0.5': 10.5,
    '0x1p-2': 0.25,
    '0x_1.8P1': 3,
    '0x1': 0,
    '1e400': 0,
    '-Inf': -Infinity,
    infinity: Infinity,
    '1_': 0,
    '.e1': 0,
  };
  for (const [text, value] of Object.entries(texts)) assert.equal(numbers.float64(text), value, text);
  assert.ok(Number.isNaN(numbers.float64('nan')));
  assert.equal(numbers.float64('+nan'), 0);
});

test('hexadecimal floats are rounded once, also below the smallest normal number', () => {
  assert.equal(numbers.float64('0x1p-1075'), 0);
  assert.equal(numbers.float64(`0x1.${'0'.repeat(100)}1p-1075`), Number.MIN_VALUE);
  assert.equal(numbers.float64('0x1.fffffffffffff7p1023'), Number.MAX_VALUE);
  assert.equal(numbers.float64('0x1.fffffffffffff8p1023'), 0);
});

test('a float reads back from its own text', () => {
  fc.assert(fc.property(fc.double({ noNaN: true }), (value) => numbers.float64(String(value)) === value));
});

test('what has no number is 0, and a float out of range the smallest integer', () => {
  assert.equal(numbers.int64(dict()), 0n);
  assert.equal(numbers.int64(null), 0n);
  assert.equal(numbers.int64(true), 1n);
  assert.equal(numbers.int64(-1.9), -1n);
  assert.equal(numbers.int64(new GoInt('uint64', 2n ** 64n - 1n)), -1n);
  for (const value of [1e300, -1e300, Number.NaN, Infinity]) assert.equal(numbers.int64(value), -largest - 1n);
});

test('integers wrap around', () => {
  const end = int(largest);
  assert.equal(numbers.add(end, int(1)), -largest - 1n);
  assert.equal(numbers.add1(end), -largest - 1n);
  assert.equal(numbers.sub(int(-2), end), largest);
  assert.equal(numbers.mul(end, int(2), int(-1)), 2n);
  assert.equal(numbers.div(int(-largest - 1n), int(-1)), -largest - 1n);
  assert.equal(numbers.mod(int(-7), int(3)), -1n);
  assert.throws(() => numbers.mod(int(1), ''), { message: 'runtime error: integer divide by zero' });
});

test('decimal arithmetic has no binary rounding', () => {
  assert.equal(numbers.addf(0.1, 0.2), 0.3);
  assert.equal(numbers.divf(int(2), int(3)), 0.6666666666666667);
  assert.equal(numbers.divf(-1e-16, 2), -1e-16); // Half of the last place goes away from zero.
  assert.equal(numbers.mulf(1e300, 1e300, 1e-300), 1e300);
  assert.throws(() => numbers.divf(1, 0), { message: 'decimal division by 0' });
  assert.throws(() => numbers.addf(-Infinity), { message: 'Cannot create a Decimal from -Inf' });
});

test('an infinity wins over NaN', () => {
  assert.equal(numbers.maxf(Number.NaN, Infinity), Infinity);
  assert.equal(numbers.minf(-Infinity, Number.NaN), -Infinity);
  assert.ok(Number.isNaN(numbers.maxf(Number.NaN, -Infinity)));
});

test('rounding takes the powers of ten as Go computes them', () => {
  assert.equal(numbers.round(123.5555, 3n), 123.556);
  assert.equal(numbers.round(-2.5, 0n), -3);
  assert.equal(numbers.round(1.2, 0n, 0.2), 1); // 1.2 has a fraction a little below 0.2.
  assert.equal(numbers.round(1, 22n), 1);
  assert.ok(Number.isNaN(numbers.round(1, 400n)));
  assert.ok(Number.isNaN(numbers.round(0, -largest)));
});

test('a range that is too long, or never ends, is refused', () => {
  steps = 0;
  assert.throws(() => numbers.until(largest), LimitExceeded);
  assert.throws(() => numbers.seq(1n, largest - 1n), LimitExceeded);
  assert.throws(() => numbers.untilStep(0n, largest, 2n ** 62n), LimitExceeded);
});

test('ranges end before their stop, sequences with it', () => {
  steps = 0;
  assert.deepEqual(numbers.until(-2n), [0n, -1n]);
  assert.deepEqual(numbers.untilStep(0n, 3n, 2n), [0n, 2n]);
  assert.deepEqual(numbers.untilStep(0n, 3n, -1n), []);
  assert.equal(numbers.seq(0n, 2n, 5n), '0 2 4');
  assert.equal(numbers.seq(0n), '1 0');
  assert.equal(numbers.seq(5n, 1n, 0n), '');
  assert.equal(numbers.seq(1n, largest), ''); // What comes after the last wraps around.
});

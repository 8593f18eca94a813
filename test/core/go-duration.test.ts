import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatGoDuration, parseGoDuration } from '../../agent/core/go-duration.ts';

const wrong = (text: string): string | undefined => {
  const parsed = parseGoDuration(text);
  return 'wrong' in parsed ? parsed.wrong : undefined;
};

test('units add up, in any order, with fractions cut to nanoseconds', () => {
  assert.deepEqual(parseGoDuration('1h30m'), { ns: 5_400_000_000_000n });
  assert.deepEqual(parseGoDuration('-1.5h'), { ns: -5_400_000_000_000n });
  assert.deepEqual(parseGoDuration('1s1h.5ms'), { ns: 3_601_000_500_000n });
  assert.deepEqual(parseGoDuration('0.0000000019s'), { ns: 1n });
});

test('the range is that of 64 bits, and what is beyond is invalid', () => {
  assert.deepEqual(parseGoDuration('-9223372036854775808ns'), { ns: -(2n ** 63n) });
  assert.equal(wrong('9223372036854775808ns'), 'time: invalid duration "9223372036854775808ns"');
  assert.equal(wrong('99999999999999999999'), 'time: invalid duration "99999999999999999999"');
});

test('errors have the words of Go', () => {
  assert.equal(wrong('1d'), 'time: unknown unit "d" in duration "1d"');
  assert.equal(wrong('1.5'), 'time: missing unit in duration "1.5"');
  assert.equal(wrong('1\u00e9"'), 'time: unknown unit "\\xc3\\xa9\\"" in duration "1\\xc3\\xa9\\""');
  assert.equal(wrong('+'), 'time: invalid duration "+"');
});

test('a duration that is printed and read again is the same', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }), (ns) => {
      assert.deepEqual(parseGoDuration(formatGoDuration(ns)), { ns });
    }),
  );
});

test('no text makes it throw or hang', () => {
  fc.assert(fc.property(fc.string(), (text) => void parseGoDuration(text)));
  fc.assert(fc.property(fc.stringMatching(/^[-+.0-9hmsunµ]{0,60}$/), (text) => void parseGoDuration(text)));
});

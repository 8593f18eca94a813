import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { formatFloat } from '../../../../agent/template/gotemplate/printing/float.ts';

test('without a precision every layout reads back as the same number', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      for (const verb of ['e', 'f', 'g', 'E', 'G'] as const) {
        assert.ok(Object.is(Number(formatFloat(value, verb, 'shortest')), value));
      }
    }),
  );
});

test('rounds half to even, on the binary value', () => {
  assert.equal(formatFloat(2.5, 'f', 0), '2');
  assert.equal(formatFloat(3.5, 'f', 0), '4');
  assert.equal(formatFloat(0.5, 'f', 0), '0');
  assert.equal(formatFloat(1.005, 'f', 2), '1.00');
  assert.equal(formatFloat(0.125, 'e', 1), '1.2e-01');
  assert.equal(formatFloat(9.5, 'g', 1), '1e+01');
  assert.equal(formatFloat(1.03125, 'x', 1), '0x1.0p+00');
});

test('gives as many digits as asked for, all of them true', () => {
  assert.equal(formatFloat(0.1, 'f', 60), '0.100000000000000005551115123125782702118158340454101562500000');
  assert.equal(formatFloat(1e23, 'f', 0), '99999999999999991611392');
  assert.equal(formatFloat(5e-324, 'e', 5), '4.94066e-324');
});

test('g takes an exponent from a million on', () => {
  assert.deepEqual(
    [999999, 1e6, 0.0001, 0.00001].map((value) => formatFloat(value, 'g', 'shortest')),
    ['999999', '1e+06', '0.0001', '1e-05'],
  );
});

test('shows the bits', () => {
  assert.equal(formatFloat(-1.5, 'b', 'shortest'), '-6755399441055744p-52');
  assert.equal(formatFloat(1.5, 'X', 'shortest'), '0X1.8P+00');
  assert.equal(formatFloat(5e-324, 'x', 'shortest'), '0x1p-1074');
  assert.equal(formatFloat(-0, 'x', 2), '-0x0.00p+00');
});

test('names what is no number', () => {
  assert.deepEqual(
    [Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY].map((value) => formatFloat(value, 'f', 2)),
    ['NaN', '+Inf', '-Inf'],
  );
});

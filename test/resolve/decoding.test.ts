import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { DecodingStrategy } from '../../agent/core/spec.ts';
import { decoded } from '../../agent/resolve/decoding.ts';

const decode = (text: string, strategy: DecodingStrategy) => Buffer.from(decoded(Buffer.from(text), strategy)).toString('latin1');
const refused = (text: string, strategy: DecodingStrategy) => assert.throws(() => decode(text, strategy), { name: 'Failure' });

test('Base64 wants its padding, and overlooks line breaks anywhere', () => {
  assert.equal(decode('aGVs\r\nbG8=\n', 'Base64'), 'hello');
  assert.equal(decode('YQ=\n=', 'Base64'), 'a');
  for (const text of ['aGVsbG8', 'aGVs bG8=', 'a', '====', 'YQ==YQ==', 'YQ=', '_-8=']) refused(text, 'Base64');
});

test('bits that are left over are overlooked', () => {
  assert.equal(decode('YR==', 'Base64'), 'a');
});

test('Base64URL has its own alphabet and wants its padding, too', () => {
  assert.equal(decode('_-8=', 'Base64URL'), '\xff\xef');
  for (const text of ['/+8=', '_-8']) refused(text, 'Base64URL');
});

test('Auto decodes what can be decoded, words among it, and leaves the rest alone', () => {
  assert.equal(decode('_-8=', 'Auto'), '\xff\xef');
  assert.equal(decode('hello', 'Auto'), 'hello');
  assert.equal(decode('pass word', 'Auto'), 'pass word');
  assert.equal(decode('password', 'Auto'), Buffer.from('password', 'base64').toString('latin1'));
});

test('a refusal does not show the value', () => {
  assert.throws(
    () => decode('hunter2!', 'Base64'),
    (error: Error) => !error.message.includes('hunter2'),
  );
});

test('whatever bytes were encoded come back', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const same = (encoding: 'base64' | 'base64url', strategy: DecodingStrategy): void => {
        const text = Buffer.from(bytes).toString(encoding);
        const padded = text.padEnd(Math.ceil(text.length / 4) * 4, '=');
        assert.deepEqual(new Uint8Array(decoded(Buffer.from(padded), strategy)), bytes);
      };
      same('base64', 'Base64');
      same('base64url', 'Base64URL');
      same('base64', 'Auto');
    }),
  );
});

test('no bytes make it throw anything but a refusal, and None and Auto never refuse', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      assert.equal(decoded(bytes, 'None'), bytes);
      decoded(bytes, 'Auto');
      try {
        decoded(bytes, 'Base64');
      } catch (error) {
        assert.ok(error instanceof Error && error.name === 'Failure');
      }
    }),
  );
});

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { randomStream } from '../../../agent/template/gotemplate/random-stream.ts';

test('a seed gives the same bytes for ever', () => {
  const bytes = randomStream(Buffer.from('seed'))(24);
  assert.equal(Buffer.from(bytes).toString('hex'), '70eac9db0dd2b8df7a6fc0a844b52c0cba4d28dda0bb71dd');
});

test('the bytes do not depend on how they are cut into calls', () => {
  fc.assert(
    fc.property(fc.uint8Array(), fc.array(fc.nat(100)), (seed, counts) => {
      const [whole, inParts] = [randomStream(seed), randomStream(seed)];
      const total = counts.reduce((sum, count) => sum + count, 0);
      assert.deepEqual(Buffer.concat(counts.map(inParts)), Buffer.from(whole(total)));
    }),
  );
});

test('another seed gives other bytes', () => {
  assert.notDeepEqual(randomStream(Buffer.from('a'))(16), randomStream(Buffer.from('b'))(16));
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type HintLimit, hinted, served } from '../../agent/core/hint-limit.ts';

/** When it is looked for hints at these times (s), if no look finds anything new. */
function looksFor(hints: readonly number[]): readonly number[] {
  let limit: HintLimit | undefined;
  return hints.flatMap((at) => {
    const next = hinted(limit, at * 1_000);
    limit = next.limit;
    return next.lookAt === undefined ? [] : [next.lookAt / 1_000];
  });
}

describe('hints', () => {
  it('are looked at at once, and a hundred within a second are one', () => {
    assert.deepEqual(looksFor(Array.from({ length: 100 }, (_, index) => 10 + index / 100)), [10]);
  });

  it('that go on are looked at after 5 s, 10 s, 20 s, 40 s, and then once a minute', () => {
    const eachHalfSecond = Array.from({ length: 600 }, (_, index) => index / 2);
    assert.deepEqual(looksFor(eachHalfSecond), [0, 5, 15, 35, 75, 135, 195, 255, 315]);
  });

  it('that come too early are kept until they may be looked at', () => {
    assert.deepEqual(looksFor([0, 2]), [0, 5]);
  });

  it('after two quiet minutes begin anew', () => {
    assert.deepEqual(looksFor([0, 2, 200, 202]), [0, 5, 200, 205]);
  });

  it('after something new was found begin with 5 s again, but not at once', () => {
    const limit = served({ lookedAt: 100_000, waitMs: 60_000 }, 100_020);
    assert.equal(hinted(limit, 100_500).lookAt, undefined);
    assert.equal(hinted(limit, 102_000).lookAt, 105_000);
  });

  it('however they come, are never looked at more than once in 5 s', () => {
    fc.assert(
      fc.property(fc.array(fc.double({ min: 0, max: 90, noNaN: true }), { maxLength: 60 }), (gaps) => {
        let now = 0;
        const looks = looksFor(gaps.map((gap) => (now += gap)));
        for (const [index, look] of looks.entries())
          assert.ok(index === 0 || look - (looks[index - 1] ?? 0) >= 4.999, looks.join());
      }),
    );
  });
});

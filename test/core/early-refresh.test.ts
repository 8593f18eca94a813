import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { expectedLookAt } from '../../agent/core/early-refresh.ts';

const [second, minute, hour, day] = [1_000, 60_000, 3_600_000, 86_400_000];

/** All looks from `from` on, as if each refresh worked at once, up to `until`. */
function looks(lookAfter: (refreshedAt: number) => number, from: number, until: number): readonly number[] {
  const at: number[] = [];
  for (let now = lookAfter(from); now < until; now = lookAfter(now)) at.push(now);
  return at;
}

describe('a rotation that is announced', () => {
  const rotatesAt = 10 * day;
  const lookAfter = (refreshedAt: number): number => expectedLookAt({ rotatesAt }, refreshedAt, 0);

  it('is looked for each 30 s from a minute before to ten minutes after its time', () => {
    const all = looks(lookAfter, 0, 20 * day);
    assert.deepEqual([all[0], all.at(-1)], [rotatesAt - minute, rotatesAt + 10 * minute]);
    assert.equal(all.length, 23);
  });

  it('is looked for by each pod at its own instant', () => {
    const first = [0, 0.5, 0.9].map((fraction) => expectedLookAt({ rotatesAt }, 0, fraction) - rotatesAt);
    assert.deepEqual(first, [-60 * second, -45 * second, -33 * second]);
  });

  it('that is long over, because it fails, is not looked for any more', () => {
    assert.equal(lookAfter(rotatesAt + hour), Number.POSITIVE_INFINITY);
  });
});

describe('a certificate that ends', () => {
  const life = { notBefore: 0, notAfter: 100 * day };
  const lookAfter = (refreshedAt: number): number => expectedLookAt({ certificates: [life] }, refreshedAt, 0);

  it('is left alone until its last tenth, then looked for more and more often, and after its end at a slow pace', () => {
    assert.equal(lookAfter(day), 90 * day);
    assert.equal(lookAfter(90 * day), 91 * day);
    assert.equal(lookAfter(100 * day - hour), 100 * day - hour + 6 * minute);
    assert.equal(lookAfter(100 * day - second), 100 * day - second + minute);
    assert.equal(lookAfter(101 * day), 101 * day + 5 * minute);
  });

  it('is looked for at most a hundred times before it ends, unless its last hour is all there is', () => {
    assert.ok(looks(lookAfter, 0, life.notAfter).length < 100);
  });

  it('counts when it is the first of several to be looked for', () => {
    const other = { notBefore: 0, notAfter: 10 * day };
    assert.equal(expectedLookAt({ certificates: [life, other] }, 0, 0), 9 * day);
  });
});

describe('whatever is expected', () => {
  it('a look is later than the refresh before it, by half a minute at least once the time has come', () => {
    const times = fc.integer({ min: 0, max: 1000 * day });
    const fractions = fc.double({ min: 0, max: 0.999, noNaN: true });
    fc.assert(
      fc.property(times, times, times, times, fractions, (rotatesAt, notBefore, lifeMs, refreshedAt, fraction) => {
        const certificates = [{ notBefore, notAfter: notBefore + lifeMs }];
        const first = expectedLookAt({ rotatesAt, certificates }, refreshedAt, fraction);
        assert.ok(first > refreshedAt);
        const second = expectedLookAt({ rotatesAt, certificates }, first, fraction);
        assert.ok(second > first);
      }),
    );
  });

  it('nothing expected is never looked for', () => {
    assert.equal(expectedLookAt({}, 0, 0.5), Number.POSITIVE_INFINITY);
  });
});

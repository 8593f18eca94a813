import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { AgentError } from '../../agent/core/agent-error.ts';
import { isStoreWide, nextRefreshAt, podFraction, retryDelayMs } from '../../agent/core/schedule.ts';
import type { ExternalSecret } from '../../agent/core/spec.ts';

const hourMs = 3_600_000;

function secretWith(part: Partial<ExternalSecret>): ExternalSecret {
  return {
    ...{
      name: 'db',
      labels: {},
      annotations: {},
      refreshPolicy: 'Periodic',
      refreshIntervalMs: hourMs,
      refreshInterval: '1h0m0s',
    },
    ...{
      target: { name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false },
      data: [],
      dataFrom: [],
      digest: '',
    },
    ...part,
  };
}

describe('retries', () => {
  it('stay between a second and five minutes, whatever happened', () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), fc.double({ min: 0, max: 0.999, noNaN: true }), (failures, random) => {
        const delay = retryDelayMs(failures, new AgentError('STORE_UNAVAILABLE', 'x'), random);
        assert.ok(delay >= 1_000 && delay <= 300_000, String(delay));
      }),
    );
  });

  it('never come before the time that the server asked for', () => {
    const asked = new AgentError('STORE_THROTTLED', 'x', { retryAfterMs: 400_000 });
    assert.equal(retryDelayMs(1, asked, 0), 400_000);
    assert.ok(retryDelayMs(1, asked, 0.9) > 400_000);
  });

  it('are rare for what waiting can not mend', () => {
    assert.equal(retryDelayMs(1, new AgentError('REQUEST_INVALID', 'x'), 0), 150_000);
  });

  it('are shared when the store failed, and a secret of its own when only it failed', () => {
    assert.ok(isStoreWide(new AgentError('STORE_THROTTLED', 'x')) && isStoreWide(new AgentError('IDENTITY_REFUSED', 'x')));
    assert.ok(!isStoreWide(new AgentError('ACCESS_DENIED', 'x')) && !isStoreWide(new AgentError('RESOLVE_FAILED', 'x')));
  });
});

describe('the clock of an external secret', () => {
  it('is due an interval after it was refreshed, the first time earlier by the share of the pod', () => {
    const secret = secretWith({});
    assert.equal(nextRefreshAt(secret, { refreshedAt: 0, successes: 2 }, 0.4), hourMs);
    assert.equal(nextRefreshAt(secret, { refreshedAt: 0, successes: 1 }, 0), hourMs / 2);
    assert.equal(nextRefreshAt(secret, { refreshedAt: 0, successes: 1 }, 0.5), hourMs * 0.75);
  });

  it('stops after the first success when nothing but a change may refresh it', () => {
    for (const part of [
      { refreshIntervalMs: 0 },
      { refreshIntervalMs: -5 },
      { refreshPolicy: 'CreatedOnce' },
      { refreshPolicy: 'OnChange' },
    ] as const) {
      assert.equal(nextRefreshAt(secretWith(part), { refreshedAt: 0, successes: 1 }, 0.5), undefined);
    }
  });

  it('is due earlier for what is expected, but not for what nothing but a change may refresh, nor outside a sync window', () => {
    const expected = { rotatesAt: 40 * 60_000 };
    const history = { refreshedAt: 0, successes: 2 };
    assert.equal(nextRefreshAt(secretWith({}), history, 0, expected), 39 * 60_000);
    assert.equal(nextRefreshAt(secretWith({ refreshIntervalMs: 1_000 }), history, 0, expected), 1_000);
    assert.equal(nextRefreshAt(secretWith({ refreshPolicy: 'OnChange' }), history, 0, expected), undefined);
    assert.equal(nextRefreshAt(secretWith({ refreshIntervalMs: 0 }), history, 0, expected), undefined);
    const syncWindows = { kind: 'allow', windows: [{ schedule: '0 22 * * *', durationMs: hourMs }] } as const;
    assert.equal(nextRefreshAt(secretWith({ syncWindows }), history, 0, expected), 22 * hourMs);
  });

  it('waits for the next sync window', () => {
    const syncWindows = { kind: 'allow', windows: [{ schedule: '0 22 * * *', durationMs: 2 * hourMs }] } as const;
    const refreshedAt = Date.parse('2026-01-01T10:00:00Z');
    assert.equal(
      nextRefreshAt(secretWith({ syncWindows }), { refreshedAt, successes: 2 }, 0),
      Date.parse('2026-01-01T22:00:00Z'),
    );
  });

  it('spreads pods evenly and always gives one pod the same share', () => {
    const shares = Array.from({ length: 1000 }, (_, pod) => podFraction(`uid-${pod}`));
    assert.equal(podFraction('uid-7'), shares[7]);
    const firstHalf = shares.filter((share) => share < 0.5).length;
    assert.ok(firstHalf > 400 && firstHalf < 600, String(firstHalf));
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AgentError, type ErrorCode } from '../../agent/core/agent-error.ts';
import { initVerdict, type Progress } from '../../agent/core/patience.ts';

const deadline = 300_000;

function stuck(code: ErrorCode, since: number): Progress {
  return { delivery: 'web', isSettled: false, obstacles: [{ error: new AgentError(code, 'x'), since }] };
}

describe('the patience of init', () => {
  it('is over when every delivery is settled', () => {
    assert.deepEqual(initVerdict([{ delivery: 'web', isSettled: true, obstacles: [] }], 0, deadline), {
      kind: 'over',
      undone: [],
    });
  });

  it('waits while nothing is known to be wrong', () => {
    assert.deepEqual(initVerdict([{ delivery: 'web', isSettled: false, obstacles: [] }], 0, deadline), { kind: 'wait' });
  });

  it('believes a refusal after 30 seconds, since permissions take seconds to spread', () => {
    for (const code of ['ACCESS_DENIED', 'SECRET_MISSING', 'IDENTITY_REFUSED'] as const) {
      assert.equal(initVerdict([stuck(code, 1000)], 30_999, deadline).kind, 'wait');
      assert.equal(initVerdict([stuck(code, 1000)], 31_000, deadline).kind, 'over');
    }
  });

  it('waits for a store that is down until the time is over', () => {
    assert.equal(initVerdict([stuck('STORE_UNAVAILABLE', 0)], deadline - 1, deadline).kind, 'wait');
    assert.equal(initVerdict([stuck('STORE_UNAVAILABLE', 0)], deadline, deadline).kind, 'over');
  });

  it('gives up at once what waiting can not mend', () => {
    assert.equal(initVerdict([stuck('VOLUME_NOT_MEMORY', 0)], 0, deadline).kind, 'over');
  });

  it('waits for a delivery that may still come even when another is hopeless', () => {
    assert.equal(initVerdict([stuck('FILE_REFUSED', 0), stuck('STORE_UNAVAILABLE', 0)], 1, deadline).kind, 'wait');
  });
});

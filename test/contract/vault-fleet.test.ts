import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { type FleetStory, fleetOutcome } from './vault-fleet.ts';

/**
 * How many logins a second may come at most when a server returns. Pauses are of any length up to a ceiling that doubles with each failure, to
 * 60 s, and at least 1 s: an agent that has been failing for s seconds tries in the next one with a chance of about 1 / (s ln 2), or 1. The
 * agents began to fail over `spread` seconds, so the mean over them is (1 + ln spread / ln 2) / spread. Six standard deviations come on top.
 */
function mostLogins(agents: number, spread: number): number {
  const expected = agents * Math.min(1, (1 + Math.log2(spread)) / spread);
  return Math.ceil(expected + 6 * Math.sqrt(expected) + 6);
}

const thousand = { agents: 1_000, startedOver: 0, tokenTtl: 3_600, downFor: 300, seed: 1 };

describe('a fleet whose server was down for five minutes', { timeout: 300_000 }, () => {
  it('logs in once each where the tokens are gone, spread over minutes', async () => {
    const outcome = await fleetOutcome({ ...thousand, downFrom: 120, tokens: 'lost', until: 760 });
    assert.equal(outcome.loginsAfter, 1_000);
    assert.ok(outcome.peakLogins <= mostLogins(1_000, 300), JSON.stringify(outcome)); // Failing for all of it, from one instant on.
    assert.ok(outcome.halfBackAfter < 150 && outcome.allBackAfter <= 305, JSON.stringify(outcome));
  });

  it('logs in nowhere where the tokens live on', async () => {
    const outcome = await fleetOutcome({ ...thousand, agents: 200, downFrom: 120, tokens: 'kept', until: 740 });
    assert.equal(outcome.loginsAfter, 0);
    assert.ok(outcome.peakRequests <= mostLogins(200, 60), JSON.stringify(outcome));
  });

  it('never logs in faster than the jitter allows, whatever the tokens, the outage and the starts are', async () => {
    const stories = fc.record({
      ...{ agents: fc.constantFrom(40, 120), startedOver: fc.integer({ min: 0, max: 90 }), seed: fc.nat() },
      ...{ tokenTtl: fc.constantFrom(120, 300, 600, 900, 3_600), tokens: fc.constantFrom('kept' as const, 'lost' as const) },
      ...{ downFrom: fc.integer({ min: 0, max: 400 }), downFor: fc.integer({ min: 60, max: 400 }) },
    });
    const holds = async (story: Omit<FleetStory, 'until'>) => {
      const { agents, startedOver, tokenTtl, downFrom, downFor } = story;
      const outcome = await fleetOutcome({ ...story, until: downFrom + downFor + 320 });
      // A token runs out within a tenth of its life, at most a minute, of when it was to.
      const spread = Math.max(startedOver, Math.min(60, tokenTtl / 10));
      assert.ok(outcome.peakLogins <= mostLogins(agents, spread), JSON.stringify(outcome));
      // One for each, and what the usual life of short tokens asks for meanwhile.
      assert.ok(outcome.loginsAfter <= agents * 1.1, JSON.stringify(outcome));
    };
    await fc.assert(fc.asyncProperty(stories, holds), { numRuns: 8 });
  });
});

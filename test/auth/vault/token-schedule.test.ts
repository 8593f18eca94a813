import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { loginPauseMs, nextStep, renewalPauseMs, usableUntil } from '../../../agent/auth/vault/token-schedule.ts';

const lives = fc.record({
  sentAtMs: fc.nat(1e9),
  grantedMs: fc.integer({ min: 1, max: 2 ** 31 }).map((seconds) => seconds * 1_000),
  fullMs: fc.integer({ min: 1, max: 2 ** 31 }).map((seconds) => seconds * 1_000),
  isRenewable: fc.boolean(),
  isOurs: fc.boolean(),
});
const chance = fc.double({ min: 0, max: 0.999, noNaN: true });

test('no step comes sooner than a second, nor later than 80 % of a life that has room for it', () => {
  fc.assert(
    fc.property(lives, chance, (life, random) => {
      const step = nextStep(life, random);
      assert.ok(step.kind !== 'rest');
      const afterMs = step.atMs - life.sentAtMs;
      assert.ok(afterMs >= 1_000);
      if (life.grantedMs >= 20_000) assert.ok(afterMs >= 0.5 * life.grantedMs && afterMs <= 0.8 * life.grantedMs);
      if (life.grantedMs >= 20_000) assert.ok(step.atMs < usableUntil(life));
    }),
  );
});

test('renewals are tried in a bounded number of times, never without a pause, and not after 90 % of the life', () => {
  fc.assert(
    fc.property(lives, chance, (life, random) => {
      let nowMs = life.sentAtMs + 0.6 * life.grantedMs;
      for (let failures = 1; ; failures += 1) {
        const pauseMs = renewalPauseMs(life, failures, random, nowMs);
        if (pauseMs === undefined) break;
        assert.ok(pauseMs >= 50 && pauseMs <= 60_050);
        nowMs += pauseMs;
        assert.ok(nowMs < life.sentAtMs + 0.9 * life.grantedMs);
        if (failures > 200) break;
      }
    }),
  );
});

test('logins that fail are spread over up to a minute; refused ones wait for at least half of it in the end', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 1_000 }), chance, (failures, random) => {
      const [down, refused] = [loginPauseMs('down', failures, random), loginPauseMs('refused', failures, random)];
      assert.ok(down >= 50 && down <= 60_050);
      assert.ok(refused >= 500 && refused <= 60_000);
      if (failures > 6) assert.ok(refused >= 30_000);
    }),
  );
});

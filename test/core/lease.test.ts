import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  isAlive,
  type LeaseEffect,
  type LeaseEvent,
  type LeaseState,
  nextTickAt,
  noLease,
  step,
} from '../../agent/core/lease.ts';
import { type Credential, endOf } from '../../agent/core/lease-times.ts';

/** A lease as an engine gives it: whole seconds, and no longer than its max TTL in all. */
interface Role {
  readonly ttlMs: number;
  readonly maxMs: number;
  readonly isRenewable: boolean;
}

interface Happening {
  readonly role: Role;
  /** Milliseconds that the app's delivery takes; Infinity: it never takes the new credential. */
  readonly deliveryMs: readonly number[];
  /** Which renewals fail, and how. */
  readonly renewals: readonly ('ok' | 'later' | 'final' | 'dead')[];
  /** How often something else refreshes. */
  readonly refreshMs: number;
  readonly chance: readonly number[];
}

interface ServerLease {
  readonly id: string;
  readonly issuedMs: number;
  endsMs: number;
}

/** A server, a delivery and the state machine, on one clock. */
function simulate({ role, deliveryMs, renewals, refreshMs, chance }: Happening, forMs: number) {
  const leases = new Map<string, ServerLease>();
  const [issues, renewalsSent, problems]: [number[], number[], string[]] = [[], [], []];
  let [nowMs, most, refreshes, letGone] = [0, 0, 0, 0];
  let state: LeaseState = noLease;
  let files: string | undefined;
  const due: { readonly atMs: number; readonly work: () => void }[] = [];
  const random = (): number => chance[(issues.length + renewalsSent.length) % chance.length] ?? 0.5;
  const later = (ms: number, work: () => void): void => {
    if (Number.isFinite(ms)) due.push({ atMs: nowMs + ms, work });
  };
  const live = (): readonly ServerLease[] => [...leases.values()].filter(({ endsMs }) => endsMs > nowMs);

  function dispatch(event: LeaseEvent): void {
    const next = step(state, event);
    state = next.state;
    for (const effect of next.effects) carryOut(effect);
    most = Math.max(most, live().length);
  }

  function carryOut(effect: LeaseEffect): void {
    if (effect.kind === 'refresh') refresh();
    if (effect.kind === 'letGo') {
      letGone += 1;
      leases.delete(effect.credential.id);
    }
    if (effect.kind === 'issue') {
      const credential = issue();
      dispatch({ kind: 'issued', credential, atMs: nowMs });
    }
    if (effect.kind === 'renew') renew(effect.credential);
  }

  function issue(): Credential {
    const id = `c${issues.length}`;
    issues.push(nowMs);
    leases.set(id, { id, issuedMs: nowMs, endsMs: nowMs + role.ttlMs });
    return {
      ...{ id, kind: 'lease', isRenewable: role.isRenewable, issuedAtMs: nowMs, sentAtMs: nowMs, grantedMs: role.ttlMs },
      ...{ fullMs: role.ttlMs, parentEndsAtMs: Number.POSITIVE_INFINITY, spread: random(), renewal: 'idle' },
      ...{ failures: 0, retryAtMs: 0 },
    };
  }

  function renew(credential: Credential): void {
    const { id } = credential;
    const spread = random();
    const lease = leases.get(id);
    const how = renewals[renewalsSent.length % Math.max(1, renewals.length)] ?? 'ok';
    renewalsSent.push(nowMs);
    if (nowMs >= endOf(credential)) problems.push(`renewed past its end at ${nowMs}`);
    dispatch(answerTo(lease, how, { id, spread }));
  }

  function answerTo(
    lease: ServerLease | undefined,
    how: Happening['renewals'][number],
    { id, spread }: { readonly id: string; readonly spread: number },
  ): LeaseEvent {
    const failed = { kind: 'renewFailed', id, atMs: nowMs, spread } as const;
    if (!lease || lease.endsMs <= nowMs || how === 'dead') {
      leases.delete(id);
      return { ...failed, outcome: 'dead' };
    }
    if (how !== 'ok') return { ...failed, outcome: how };
    const grantedMs = Math.trunc(Math.min(role.ttlMs, lease.issuedMs + role.maxMs - nowMs) / 1_000) * 1_000;
    if (grantedMs <= 0) return { ...failed, outcome: 'final' };
    lease.endsMs = nowMs + grantedMs;
    return { kind: 'renewed', id, sentAtMs: nowMs, grantedMs, isRenewable: true, spread };
  }

  /** What the refresher does: asks, publishes at once, and hears of the app some time after. */
  function refresh(): void {
    dispatch({ kind: 'wanted', atMs: nowMs });
    const id = state.current?.id;
    if (id === undefined) return;
    files = id;
    const takesMs = deliveryMs[refreshes % deliveryMs.length] ?? 0;
    refreshes += 1;
    later(takesMs, () => {
      if (files === id) dispatch({ kind: 'settled', ids: new Set([id]), atMs: nowMs });
    });
  }

  refresh();
  let steps = 0;
  const every = (): void => {
    refresh();
    later(refreshMs, every);
  };
  later(refreshMs, every);
  while (nowMs < forMs && steps < 20_000) {
    steps += 1;
    const ends = [...leases.values()].map(({ endsMs }) => endsMs).filter((endsMs) => endsMs > nowMs);
    const nextMs = Math.min(nextTickAt(state), ...due.map(({ atMs }) => atMs), ...ends, forMs);
    nowMs = Math.max(nowMs + 1, Math.ceil(nextMs));
    for (const each of due.filter(({ atMs }) => atMs <= nowMs)) {
      due.splice(due.indexOf(each), 1);
      each.work();
    }
    dispatch({ kind: 'tick', atMs: nowMs });
    if (!live().some(({ id }) => id === files)) problems.push(`the files show nothing that lives at ${nowMs}`);
  }
  return { problems, most, issues, renewals: renewalsSent, letGone, steps, live: live().length };
}

const seconds = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max }).map((each) => each * 1_000);

const role: fc.Arbitrary<Role> = fc
  .record({ ttlMs: seconds(4, 3_600), times: fc.integer({ min: 1, max: 8 }), isRenewable: fc.boolean() })
  .map(({ ttlMs, times, isRenewable }) => ({ ttlMs, maxMs: ttlMs * times, isRenewable }));

const chance = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { minLength: 1, maxLength: 7 });

function calm(given: Partial<Happening> & { readonly role: Role }): Happening {
  return { deliveryMs: [100], renewals: [], refreshMs: 3_600_000, chance: [0.5], ...given };
}

describe('the leases of one use of a generator', () => {
  it('are never more than two, show no gap, and are not renewed past their end, however slowly deliveries are acknowledged', () => {
    const happening: fc.Arbitrary<Happening> = fc.record({
      role,
      deliveryMs: fc.array(fc.oneof(fc.integer({ min: 0, max: 200_000 }), fc.constant(Number.POSITIVE_INFINITY)), {
        minLength: 1,
        maxLength: 5,
      }),
      renewals: fc.array(fc.constantFrom('ok', 'ok', 'later', 'final'), { maxLength: 8 }),
      refreshMs: fc.integer({ min: 500, max: 4_000_000 }),
      chance,
    });
    fc.assert(
      fc.property(happening, (each) => {
        const { problems, most } = simulate(each, each.role.ttlMs * 10);
        assert.deepEqual({ problems: problems.slice(0, 3), most: Math.max(2, most) }, { problems: [], most: 2 });
      }),
      { numRuns: 200 },
    );
  });

  it('that are good are used again: refreshes cost nothing', () => {
    const { issues, renewals } = simulate(
      calm({ role: { ttlMs: 3_600_000, maxMs: 86_400_000, isRenewable: true }, refreshMs: 60_000 }),
      14_400_000,
    );
    assert.equal(issues.length, 1);
    assert.ok(renewals.length >= 5 && renewals.length <= 7, `${renewals.length} renewals in 4 hours`);
  });

  it('are renewed at 60 to 75 % of what was granted', () => {
    fc.assert(
      fc.property(chance, (spread) => {
        const { renewals } = simulate(calm({ role: { ttlMs: 100_000, maxMs: 1e9, isRenewable: true }, chance: spread }), 80_000);
        assert.equal(renewals.length, 1);
        assert.ok((renewals[0] ?? 0) >= 60_000 && (renewals[0] ?? 0) <= 75_001);
      }),
    );
  });

  it('at their max TTL are replaced half way through what a renewal still gave, and the old one is let go', () => {
    const { issues, letGone, problems } = simulate(
      calm({ role: { ttlMs: 100_000, maxMs: 110_000, isRenewable: true } }),
      100_000,
    );
    assert.deepEqual([issues.length, letGone, problems], [2, 1, []]);
    assert.ok((issues[1] ?? 0) > 67_500 && (issues[1] ?? 0) < 95_000, `replaced at ${issues[1]}`);
  });

  it('that were seen to end at their max TTL are replaced without a renewal that brings nothing', () => {
    const { issues, renewals, most } = simulate(calm({ role: { ttlMs: 4_000, maxMs: 4_000, isRenewable: true } }), 400_000);
    assert.ok(issues.length > 100, `${issues.length} credentials`);
    assert.equal(most, 2);
    assert.ok(renewals.length <= 2, `${renewals.length} renewals`);
  });

  it('that can not be renewed are replaced in time', () => {
    const { issues } = simulate(calm({ role: { ttlMs: 100_000, maxMs: 100_000, isRenewable: false } }), 90_000);
    assert.equal(issues.length, 2);
    assert.ok((issues[1] ?? 0) >= 62_000 && (issues[1] ?? 0) <= 72_001, `replaced at ${issues[1]}`);
  });

  it('that the server does not know any more are replaced at once', () => {
    const { issues } = simulate(
      calm({ role: { ttlMs: 100_000, maxMs: 1e9, isRenewable: true }, renewals: ['dead', 'ok'] }),
      80_000,
    );
    assert.equal(issues.length, 2);
    assert.ok((issues[1] ?? 0) <= 75_100);
  });

  it('of a token that will end are replaced half way to its end; those of a dead one at once', () => {
    const credential: Credential = {
      ...{ id: 'a', kind: 'lease', isRenewable: true, issuedAtMs: 0, sentAtMs: 0, grantedMs: 100_000, fullMs: 100_000 },
      ...{ parentEndsAtMs: Number.POSITIVE_INFINITY, spread: 0.5, renewal: 'idle', failures: 0, retryAtMs: 0 },
    };
    const state: LeaseState = { ...noLease, current: credential };
    const told = (endsAtMs: number, goes = false): LeaseState =>
      step(state, { kind: 'parent', id: 'a', endsAtMs, goes, atMs: 10_000 }).state;
    assert.equal(nextTickAt(told(30_000)), 20_000);
    assert.equal(nextTickAt(told(0)), 0);
    assert.equal(nextTickAt(told(90_000, true)), 10_000);
    assert.equal(isAlive(told(0).current ?? credential, 10_000), false);
  });

  it('are let go a moment after the acknowledgement of the next one, and not by one of what was delivered before', () => {
    const at = (id: string): Credential => ({
      ...{ id, kind: 'lease', isRenewable: true, issuedAtMs: 0, sentAtMs: 0, grantedMs: 100_000, fullMs: 100_000 },
      ...{ parentEndsAtMs: Number.POSITIVE_INFINITY, spread: 0.5, renewal: 'idle', failures: 0, retryAtMs: 0 },
    });
    const settle = (state: LeaseState, id: string, atMs: number): LeaseState =>
      step(state, { kind: 'settled', ids: new Set([id]), atMs }).state;
    const state: LeaseState = { ...noLease, current: at('new'), outgoing: [at('old')] };
    const ofOld = settle(state, 'old', 1_000);
    assert.deepEqual(step(ofOld, { kind: 'tick', atMs: 10_000 }).effects, []);
    const ofNew = settle(settle(ofOld, 'new', 2_000), 'new', 4_000);
    assert.equal(nextTickAt(ofNew), 7_000);
    assert.deepEqual(step(ofNew, { kind: 'tick', atMs: 6_999 }).effects, []);
    const freed = step(ofNew, { kind: 'tick', atMs: 7_000 }).effects;
    assert.deepEqual(
      freed.map((effect) => [effect.kind, 'credential' in effect && effect.credential.id]),
      [['letGo', 'old']],
    );
    // It was rolled back before the moment was over.
    assert.deepEqual(step(settle(ofNew, 'old', 5_000), { kind: 'tick', atMs: 7_000 }).effects, []);
  });
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { newDelivery, step } from '../../agent/core/delivery.ts';
import type { DeliveryEffect, DeliveryEvent, DeliveryRules, DeliveryState } from '../../agent/core/delivery-state.ts';

const plain: DeliveryRules = {
  ...{ quietMs: 0, maxMs: 0, staggerMs: 0, reloads: true, verifies: false, onVerifyFailure: 'rollback', firstReload: false },
};

function play(
  rules: DeliveryRules,
  ...events: readonly DeliveryEvent[]
): { state: DeliveryState; effects: readonly DeliveryEffect[] } {
  let state = newDelivery;
  let effects: readonly DeliveryEffect[] = [];
  for (const event of events) ({ state, effects } = step(state, event, rules));
  return { state, effects };
}

describe('a delivery', () => {
  it('publishes the first change as generation 1 and tells nobody: the app starts after it', () => {
    assert.deepEqual(play(plain, { kind: 'changed', at: 5 }).effects, [{ kind: 'publish', generation: 1 }]);
    const first = play(plain, { kind: 'changed', at: 5 }, { kind: 'published', generation: 1 });
    assert.deepEqual(first.effects, [{ kind: 'acknowledge', generation: 1 }]);
    assert.equal(first.state.phase, 'acknowledged');
  });

  it('reloads the first generation too, when asked to', () => {
    const rules = { ...plain, firstReload: true };
    assert.deepEqual(play(rules, { kind: 'changed', at: 5 }, { kind: 'published', generation: 1 }).effects, [
      { kind: 'reload', generation: 1 },
    ]);
  });

  it('reloads every later generation once, and acknowledges it then', () => {
    const second = [
      { kind: 'adopted', generation: 1, acknowledged: 1 },
      { kind: 'changed', at: 9 },
      { kind: 'published', generation: 2 },
    ] as const;
    assert.deepEqual(play(plain, ...second).effects, [{ kind: 'reload', generation: 2 }]);
    assert.deepEqual(play(plain, ...second, { kind: 'reloaded' }).effects, [{ kind: 'acknowledge', generation: 2 }]);
  });

  it('makes up for the reload that a killed predecessor owes', () => {
    assert.deepEqual(play(plain, { kind: 'adopted', generation: 7, acknowledged: 6 }).effects, [
      { kind: 'reload', generation: 7 },
    ]);
    assert.deepEqual(play(plain, { kind: 'adopted', generation: 7, acknowledged: 7 }).effects, []);
  });

  it('waits until changes have been quiet, but not longer than its maximum', () => {
    const rules = { ...plain, quietMs: 1000, maxMs: 2500 };
    const settling = [
      { kind: 'changed', at: 0 + 1 },
      { kind: 'changed', at: 901 },
    ] as const;
    assert.deepEqual(play(rules, ...settling).effects, [{ kind: 'wakeAt', at: 1901 }]);
    assert.deepEqual(play(rules, ...settling, { kind: 'wake', at: 1001 }).effects, [{ kind: 'wakeAt', at: 1901 }]);
    assert.deepEqual(play(rules, ...settling, { kind: 'wake', at: 1901 }).effects, [{ kind: 'publish', generation: 1 }]);
    assert.deepEqual(play(rules, ...settling, { kind: 'changed', at: 1801 }).effects, [{ kind: 'wakeAt', at: 2501 }]);
  });

  it('keeps one slot for what changes while it is busy, and settles it as any other change', () => {
    const rules = { ...plain, quietMs: 1000, maxMs: 9000 };
    const busy = play(
      rules,
      { kind: 'adopted', generation: 3, acknowledged: 2 },
      { kind: 'changed', at: 100 },
      { kind: 'changed', at: 700 },
      { kind: 'reloaded' },
    );
    assert.deepEqual(busy.effects, [
      { kind: 'acknowledge', generation: 3 },
      { kind: 'wakeAt', at: 1700 },
    ]);
  });

  it('publishes nothing when a change is taken back while it settles', () => {
    const rules = { ...plain, quietMs: 1000, maxMs: 9000 };
    const back = play(
      rules,
      { kind: 'adopted', generation: 3, acknowledged: 3 },
      { kind: 'changed', at: 100 },
      { kind: 'unchanged' },
    );
    assert.deepEqual(back.effects, []);
    assert.equal(back.state.phase, 'acknowledged');
    assert.deepEqual(step(back.state, { kind: 'wake', at: 5000 }, rules).effects, []);
  });

  it('tries a failed reload again until a newer generation replaces it', () => {
    const failed = [{ kind: 'adopted', generation: 3, acknowledged: 2 }, { kind: 'reloadFailed' }] as const;
    assert.deepEqual(play(plain, ...failed).effects, [{ kind: 'retry', failures: 1 }]);
    assert.deepEqual(play(plain, ...failed, { kind: 'wake', at: 1 }).effects, [{ kind: 'reload', generation: 3 }]);
    assert.deepEqual(play(plain, ...failed, { kind: 'changed', at: 1 }).effects, [{ kind: 'publish', generation: 4 }]);
  });

  it('tries to publish again after a failure, under the same number', () => {
    const failed = [{ kind: 'changed', at: 1 }, { kind: 'publishFailed' }] as const;
    assert.deepEqual(play(plain, ...failed).effects, [{ kind: 'retry', failures: 1 }]);
    assert.deepEqual(play(plain, ...failed, { kind: 'wake', at: 1 }).effects, [{ kind: 'publish', generation: 1 }]);
  });

  it('never runs two effects at once, never counts back, and comes to rest published and acknowledged', () => {
    const stimulus = fc.array(fc.constantFrom('changed', 'unchanged', 'wake', 'ok', 'fail'), { maxLength: 60 });
    fc.assert(
      fc.property(stimulus, fc.nat(2), fc.boolean(), fc.boolean(), (stimuli, quiet, reloads, firstReload) => {
        const world = new World({ ...plain, quietMs: quiet * 500, maxMs: 2000, reloads, firstReload });
        for (const each of stimuli) world.poke(each);
        world.settle();
        assert.equal(world.state.acknowledged, world.state.published);
        assert.equal(world.visible, world.newest);
      }),
      { numRuns: 2000 },
    );
  });
});

/** Carries effects out as the deliverer does, and checks what must always hold. */
class World {
  state = newDelivery;
  newest = 0;
  visible = 0;
  private now = 1;
  private running: 'publish' | 'reload' | undefined;
  private writing = 0;
  private readonly rules: DeliveryRules;

  constructor(rules: DeliveryRules) {
    this.rules = rules;
  }

  poke(stimulus: string): void {
    this.now += 300;
    if (stimulus === 'changed') {
      this.newest += 1;
      this.dispatch({ kind: 'changed', at: this.now });
    } else if (stimulus === 'unchanged' && this.newest === (this.running === 'publish' ? this.writing : this.visible))
      this.dispatch({ kind: 'unchanged' });
    else if (stimulus === 'wake') this.dispatch({ kind: 'wake', at: this.now });
    else if (this.running) this.finish(stimulus === 'ok');
  }

  settle(): void {
    for (let i = 0; i < 20; i += 1) {
      if (this.running) this.finish(true);
      this.now += 5000;
      this.dispatch({ kind: 'wake', at: this.now });
    }
  }

  private finish(ok: boolean): void {
    const was = this.running;
    this.running = undefined;
    if (was === 'publish' && ok) {
      this.visible = this.writing;
      this.dispatch({ kind: 'published', generation: this.state.published + 1 });
    } else if (was === 'publish') this.dispatch({ kind: 'publishFailed' });
    else this.dispatch({ kind: ok ? 'reloaded' : 'reloadFailed' });
  }

  private dispatch(event: DeliveryEvent): void {
    const { published, acknowledged } = this.state;
    const next = step(this.state, event, this.rules);
    this.state = next.state;
    assert.ok(this.state.published >= published && this.state.acknowledged >= acknowledged, 'numbers only grow');
    assert.ok(this.state.acknowledged <= this.state.published, 'only what is published is acknowledged');
    for (const effect of next.effects) {
      if (effect.kind !== 'publish' && effect.kind !== 'reload') continue;
      assert.equal(this.running, undefined, 'one effect at a time');
      this.running = effect.kind;
      if (effect.kind === 'publish') this.writing = this.newest;
    }
  }
}

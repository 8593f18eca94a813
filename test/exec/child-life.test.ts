import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import {
  type ChildEffect,
  type ChildEvent,
  type ChildRules,
  type ChildState,
  noChild,
  step,
} from '../../agent/exec/child-life.ts';

const restart: ChildRules = { onChange: 'restart', graceMs: 10_000 };
const crash = { kind: 'code', code: 1 } as const;
const killed = { kind: 'signal', signal: 'SIGTERM' } as const;

/** Feeds events one after the other; the state after them, and the effects of the last one. */
function after(
  events: readonly ChildEvent[],
  rules = restart,
): { readonly state: ChildState; readonly effects: readonly ChildEffect[] } {
  let result: ReturnType<typeof after> = { state: noChild, effects: [] };
  for (const event of events) result = step(result.state, event, rules);
  return result;
}

const ready: ChildEvent = { kind: 'ready', at: 0 };
const term: ChildEvent = { kind: 'signalled', signal: 'SIGTERM', to: 'us' };
const interrupt: ChildEvent = { kind: 'signalled', signal: 'SIGINT', to: 'us' };

/** A program that ran for an hour and was restarted for another environment at `at`. */
function restartedAt(at: number): readonly ChildEvent[] {
  return [ready, { kind: 'changed', at }, { kind: 'exited', at, ending: killed }, { kind: 'cleared', at }];
}

test('a program that ends by itself ends all, as it ended', () => {
  for (const ending of [{ kind: 'code', code: 0 }, crash, killed] as const)
    assert.deepEqual(after([ready, { kind: 'exited', at: 5, ending }]).effects, [{ kind: 'finish', ending }]);
});

test('another environment stops the program by SIGTERM, and kills it when its grace is over', () => {
  const changed = after([ready, { kind: 'changed', at: 100 }]);
  assert.deepEqual(changed.effects, [
    { kind: 'signal', signal: 'SIGTERM' },
    { kind: 'wakeAt', at: 10_100 },
  ]);
  assert.deepEqual(step(changed.state, { kind: 'wake', at: 10_099 }, restart).effects, [{ kind: 'wakeAt', at: 10_100 }]);
  assert.deepEqual(step(changed.state, { kind: 'wake', at: 10_100 }, restart).effects, [{ kind: 'kill' }]);
});

test('the next one is started only when nobody of the one before is left', () => {
  const exited = after([ready, { kind: 'changed', at: 100 }, { kind: 'exited', at: 200, ending: killed }]);
  assert.deepEqual(exited.effects, [{ kind: 'clear', until: 10_100 }]);
  assert.deepEqual(step(exited.state, { kind: 'cleared', at: 250 }, restart).effects, [{ kind: 'start' }]);
});

test('a change while the program is being stopped stops nothing twice', () => {
  assert.deepEqual(after([ready, { kind: 'changed', at: 100 }, { kind: 'changed', at: 150 }]).effects, []);
});

test('a program that fails after a restart of ours is tried again: after 1 s, 2 s, 4 s, at most 5 min', () => {
  const pauses: number[] = [];
  let { state } = after(restartedAt(3_600_000));
  for (let [round, at] = [0, 3_600_000]; round < 12; round += 1) {
    state = step(state, { kind: 'exited', at: at + 500, ending: crash }, restart).state;
    const cleared = step(state, { kind: 'cleared', at: at + 600 }, restart);
    const [effect] = cleared.effects;
    assert.ok(effect?.kind === 'wakeAt');
    pauses.push((effect.at - at - 600) / 1_000);
    ({ at } = effect);
    const woken = step(cleared.state, { kind: 'wake', at }, restart);
    assert.deepEqual(woken.effects, [{ kind: 'start' }]);
    ({ state } = woken);
  }
  assert.deepEqual(pauses, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
});

test('other values start a program that failed at once', () => {
  const paused = [...restartedAt(1e6), { kind: 'exited', at: 1e6 + 1, ending: crash }, { kind: 'cleared', at: 1e6 + 2 }] as const;
  assert.equal(after(paused).state.phase, 'pausing');
  assert.deepEqual(after([...paused, { kind: 'changed', at: 1e6 + 3 }]).effects, [{ kind: 'start' }]);
  const clearing = [
    ...restartedAt(1e6),
    { kind: 'exited', at: 1e6 + 1, ending: crash },
    { kind: 'changed', at: 1e6 + 2 },
  ] as const;
  assert.deepEqual(after([...clearing, { kind: 'cleared', at: 1e6 + 3 }]).effects, [{ kind: 'start' }]);
});

test('what lived for 10 s after a restart took its values: its end is its own', () => {
  assert.equal(after([...restartedAt(1e6), { kind: 'exited', at: 1e6 + 9_999, ending: crash }]).state.phase, 'clearing');
  assert.deepEqual(after([...restartedAt(1e6), { kind: 'exited', at: 1e6 + 10_000, ending: crash }]).effects, [
    { kind: 'finish', ending: crash },
  ]);
});

test('a program that ends well, or is told to end, soon after a restart is not started again', () => {
  const well = { kind: 'code', code: 0 } as const;
  assert.equal(after([...restartedAt(1e6), { kind: 'exited', at: 1e6 + 1, ending: well }]).state.phase, 'ended');
  for (const event of [term, interrupt])
    assert.equal(after([...restartedAt(1e6), event, { kind: 'exited', at: 1e6 + 1, ending: killed }]).state.phase, 'ended');
});

test('SIGTERM in the middle of a restart is passed on, and nothing is started any more', () => {
  const stopping = [ready, { kind: 'changed', at: 100 }] as const;
  const told = after([...stopping, term]);
  assert.deepEqual(told.effects, [{ kind: 'signal', signal: 'SIGTERM' }]);
  const rest = [
    { kind: 'exited', at: 200, ending: killed },
    { kind: 'cleared', at: 210 },
  ] as const;
  assert.deepEqual(after([...stopping, term, ...rest]).effects, [{ kind: 'finish', ending: killed }]);
  assert.deepEqual(after([...stopping, rest[0], term, rest[1]]).effects, [{ kind: 'finish', ending: killed }]);
});

test('after SIGTERM a change restarts nothing', () => {
  assert.deepEqual(after([ready, term, { kind: 'changed', at: 100 }]).effects, []);
});

test('SIGTERM while a failed program waits for its next try ends all', () => {
  const paused = [...restartedAt(1e6), { kind: 'exited', at: 1e6 + 1, ending: crash }, { kind: 'cleared', at: 1e6 + 2 }] as const;
  assert.deepEqual(after([...paused, term]).effects, [{ kind: 'finish', ending: killed }]);
  assert.deepEqual(after([...paused, { kind: 'signalled', signal: 'SIGUSR1', to: 'us' }]).effects, []);
});

test('what a terminal sent to the program as well is not sent twice', () => {
  assert.deepEqual(after([ready, { ...interrupt, to: 'group' }]).effects, []);
  assert.deepEqual(after([ready, interrupt]).effects, [{ kind: 'signal', signal: 'SIGINT' }]);
});

test('a change may be a signal, or nothing', () => {
  const signal: ChildRules = { onChange: { signal: 'SIGHUP' }, graceMs: 1 };
  assert.deepEqual(after([ready, { kind: 'changed', at: 1 }], signal).effects, [{ kind: 'signal', signal: 'SIGHUP' }]);
  assert.deepEqual(after([ready, { kind: 'changed', at: 1 }], { onChange: 'none', graceMs: 1 }).effects, []);
});

const endings = fc.constantFrom(crash, killed, { kind: 'code', code: 0 } as const);
const signals = fc.constantFrom<NodeJS.Signals>('SIGTERM', 'SIGINT', 'SIGQUIT', 'SIGHUP', 'SIGUSR1');

test('whatever happens: never two at once, nothing after the end, and SIGTERM always leads to the end', () => {
  const moves = fc.array(
    fc.record({
      ms: fc.integer({ min: 0, max: 20_000 }),
      move: fc.constantFrom('changed', 'exits', 'clears', 'wake', 'signal'),
      ending: endings,
      signal: signals,
    }),
    { maxLength: 60 },
  );
  fc.assert(
    fc.property(moves, (list) => {
      let [state, at, isRunning, isClearing, isOver] = [noChild, 0, false, false, false];
      const take = (event: ChildEvent): void => {
        const next = step(state, event, restart);
        ({ state } = next);
        for (const effect of next.effects) {
          assert.ok(!isOver, 'nothing after the end');
          if (effect.kind === 'start') assert.ok(!isRunning && !isClearing);
          if (effect.kind === 'signal' || effect.kind === 'kill') assert.ok(isRunning);
          if (effect.kind === 'start') isRunning = true;
          if (effect.kind === 'clear') isClearing = true;
          if (effect.kind === 'finish') isOver = true;
        }
      };
      const exits = (ending: typeof crash | typeof killed | { readonly kind: 'code'; readonly code: 0 }): void => {
        if (!isRunning) return;
        isRunning = false;
        take({ kind: 'exited', at, ending });
      };
      const clears = (): void => {
        if (!isClearing) return;
        isClearing = false;
        take({ kind: 'cleared', at });
      };
      take({ kind: 'ready', at });
      for (const { ms, move, ending, signal } of list) {
        at += ms;
        if (move === 'exits') exits(ending);
        else if (move === 'clears') clears();
        else if (move === 'signal') take({ kind: 'signalled', signal, to: 'us' });
        else take({ kind: move, at });
      }
      take(term);
      exits(killed);
      clears();
      assert.ok(isOver && !isRunning);
    }),
    { numRuns: 2_000 },
  );
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { staggerMsOf } from '../../agent/commands/hooks.ts';
import type { Pod } from '../../agent/commands/pod.ts';
import type { Stagger } from '../../agent/core/hooks.ts';
import { deliveryOf } from '../template/rendering.ts';

const warnings: string[] = [];
const nothing = (): void => {};
const log = { debug: nothing, info: nothing, error: nothing, warn: (_: object, message: string) => void warnings.push(message) };

function staggerMs(stagger: Stagger, pod: Partial<Pod> = {}): number {
  return staggerMsOf(deliveryOf({ stagger }), { namespace: 'shop', sessionName: 'shop.db-0', seed: 'uid', ...pod }, log);
}

test('a pod waits for a part of the window that follows from its UID', () => {
  const window = { kind: 'window', ms: 60_000 } as const;
  const waits = Array.from({ length: 200 }, (_, index) => staggerMs(window, { seed: `uid ${index}` }));
  assert.equal(staggerMs(window), staggerMs(window));
  assert.ok(waits.every((ms) => ms >= 0 && ms < 60_000));
  assert.ok(new Set(waits.map((ms) => Math.floor(ms / 10_000))).size === 6, 'all of the window is used');
  assert.equal(staggerMs({ kind: 'none' }), 0);
});

test('pods of a StatefulSet wait for those before them; others do not wait, and are told', () => {
  const ordinal = { kind: 'ordinal', msEach: 30_000 } as const;
  assert.deepEqual(
    ['db-0', 'db-1', 'my-db-12'].map((name) => staggerMs(ordinal, { name })),
    [0, 30_000, 360_000],
  );
  assert.deepEqual(warnings, []);
  assert.deepEqual([staggerMs(ordinal, { name: 'web-7d9f8c-x2x4q' }), staggerMs(ordinal)], [0, 0]);
  assert.equal(warnings.length, 2);
  assert.match(warnings[0] ?? '', /perOrdinal has no effect/);
});

import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type DeliveryDirectory, deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import { file, generations, numbers, testVolume, workDirectory } from './workshop.ts';

/** A delivery whose clock the test moves. */
async function delivery(root: string, more: { keepAtMost?: number } = {}) {
  const clock = { now: 1_000_000 };
  const volume = await testVolume(root, { now: () => clock.now });
  return { clock, place: deliveryDirectory(volume, 'web', { keepPreviousMs: 60_000, ...more }), web: join(root, 'web') };
}

async function publish(place: DeliveryDirectory, ...generations: number[]): Promise<void> {
  for (const generation of generations) await place.publish([file('a', `${generation}`)], generation);
}

test('the generation before stays readable for keepPrevious after the swap', async (t) => {
  const { clock, place, web } = await delivery(workDirectory(t));
  await publish(place, 1);
  clock.now += 500_000;
  await publish(place, 2);
  clock.now += 59_000;
  await place.sweep(new Set([2]));
  assert.deepEqual(numbers(web), [1, 2]);
  clock.now += 1_000;
  await place.sweep(new Set([2]));
  assert.deepEqual(numbers(web), [2]);
});

test('a directory handle that was opened before the swap reads the old files meanwhile', async (t) => {
  const { place, web } = await delivery(workDirectory(t));
  await publish(place, 1);
  const handle = fs.openSync(join(web, '..data'), fs.constants.O_RDONLY | fs.constants.O_DIRECTORY);
  t.after(() => fs.closeSync(handle));
  await publish(place, 2);
  await place.sweep(new Set([2]));
  assert.equal(fs.readFileSync(`/proc/self/fd/${handle}/a`, 'utf8'), '1');
});

test('the last acknowledged generation stays until its successor is acknowledged, and keepPrevious beyond', async (t) => {
  const { clock, place, web } = await delivery(workDirectory(t));
  await publish(place, 1);
  await place.sweep(new Set([1]));
  await publish(place, 2, 3); // 2 and 3 are published, the app has 1.
  clock.now += 600_000;
  await place.sweep(new Set([1, 3]));
  assert.deepEqual(numbers(web), [1, 3]);
  clock.now += 600_000;
  await place.sweep(new Set([3])); // 3 is acknowledged now.
  assert.deepEqual(numbers(web), [1, 3]);
  clock.now += 60_000;
  await place.sweep(new Set([3]));
  assert.deepEqual(numbers(web), [3]);
});

test('a count caps older generations, the oldest go first and what is wanted stays', async (t) => {
  const { place, web } = await delivery(workDirectory(t), { keepAtMost: 3 });
  await publish(place, 1, 2, 3, 4, 5, 6);
  await place.sweep(new Set([1, 6]));
  assert.deepEqual(numbers(web), [1, 4, 5, 6]);
});

test('what readers see is never swept, wanted or not', async (t) => {
  const { clock, place, web } = await delivery(workDirectory(t), { keepAtMost: 0 });
  await publish(place, 1, 2);
  clock.now += 600_000;
  await place.sweep(new Set());
  assert.deepEqual(numbers(web), [2]);
});

test('two generations of one moment and number have different names', async (t) => {
  const { place, web } = await delivery(workDirectory(t));
  await publish(place, 1);
  const [first] = generations(web);
  await place.remove();
  await publish(place, 1);
  assert.notEqual(generations(web)[0], first);
});

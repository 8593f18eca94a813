import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import { fileTree } from '../../agent/publish/file-tree.ts';
import { file, testVolume, visible, workDirectory } from './workshop.ts';

const many = (count: number) => Array.from({ length: count }, (_, i) => file(`f${i}`, ''));
const refusedFor = (words: RegExp) => (error: unknown) =>
  error instanceof AgentError &&
  error.code === 'FILE_REFUSED' &&
  words.test(error.message) &&
  !error.hint.includes('stays below');

test('a thousand files are published, one more is refused with both numbers', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', { keepPreviousMs: 0 });
  await place.publish(many(1_000), 1);
  await assert.rejects(place.publish(many(1_001), 2), refusedFor(/^delivery web has 1001 files; 1000 are the limit of one$/));
  assert.equal(Object.keys(visible(join(root, 'web'))).length, 1_000);
});

test('64 MiB are taken, a byte more is refused, and the largest file is named', () => {
  const half = new SecretValue(new Uint8Array(32 * 1024 * 1024));
  const whole = [file('a', '', { value: half }), file('b', '', { value: half })];
  fileTree(whole, 'web');
  assert.throws(
    () => fileTree([...whole, file('c', 'x')], 'web'),
    refusedFor(/^delivery web has 67108865 bytes; 67108864 are the limit of one, and "a" alone has 33554432$/),
  );
});

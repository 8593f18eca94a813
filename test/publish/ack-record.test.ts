import assert from 'node:assert/strict';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { progressOf, readAcknowledged, writeAcknowledged } from '../../agent/publish/ack-record.ts';
import { modeOf, workDirectory } from './workshop.ts';

const record = new Map([
  ['web', { published: 3, acknowledged: 2 }],
  ['__proto__', { published: 1, acknowledged: 1 }],
]);

test('what was noted is read again, and only we can read it', async (t) => {
  const directory = workDirectory(t);
  await writeAcknowledged(directory, new Map([['old', { published: 1, acknowledged: 1 }]]));
  await writeAcknowledged(directory, record);
  assert.deepEqual([...(await readAcknowledged(directory))], [...record]);
  assert.deepEqual(fs.readdirSync(directory), ['acknowledged.json']);
  assert.equal(modeOf(join(directory, 'acknowledged.json')), '600');
});

test('a record that is absent or damaged counts as empty', async (t) => {
  const directory = workDirectory(t);
  assert.equal((await readAcknowledged(directory)).size, 0);
  for (const text of ['', '{', 'null', '[]', '3', '{"web":1}', '{"web":{"published":"1","acknowledged":1}}']) {
    fs.writeFileSync(join(directory, 'acknowledged.json'), text);
    assert.equal((await readAcknowledged(directory)).size, 0, text);
  }
});

test('a record that can not be written fails by name and leaves no draft', async (t) => {
  const directory = workDirectory(t);
  fs.mkdirSync(join(directory, 'acknowledged.json'));
  await assert.rejects(writeAcknowledged(directory, record), {
    code: 'VOLUME_UNUSABLE',
    message: /cannot write .*\/acknowledged\.json/,
  });
  assert.deepEqual(fs.readdirSync(directory), ['acknowledged.json']);
});

test('acknowledged is what the app has of this very volume', () => {
  assert.equal(progressOf(record, 'web', 3).acknowledged, 2);
  assert.equal(progressOf(record, 'web', 4).acknowledged, 2, 'killed between the swap and the note');
  assert.equal(progressOf(record, 'web', 1).acknowledged, 0, 'the volume is a new one');
  assert.equal(progressOf(record, 'other', 1).acknowledged, 0);
});

test('what is held is remembered with its versions; a record of an agent that noted none has none', async (t) => {
  const directory = workDirectory(t);
  const held = { generation: 2, restoredAs: 3, mark: 'm', reason: 'r', since: 5, versions: { db: { key: 'v-2' } } };
  await writeAcknowledged(directory, new Map([['web', { published: 3, acknowledged: 3, held }]]));
  assert.deepEqual((await readAcknowledged(directory)).get('web')?.held, held);
  const older = JSON.stringify({ web: { published: 3, acknowledged: 3, held: { ...held, versions: undefined } } });
  fs.writeFileSync(join(directory, 'acknowledged.json'), older);
  assert.deepEqual((await readAcknowledged(directory)).get('web')?.held, { ...held, versions: {} });
});

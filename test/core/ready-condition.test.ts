import assert from 'node:assert/strict';
import test from 'node:test';
import { readyReason } from '../../agent/core/ready-condition.ts';

test('entries are synced, unless they should merge into a target that nobody made', () => {
  const entries = { kind: 'entries' } as const;
  assert.equal(readyReason({ creationPolicy: 'Owner' }, entries, false), 'SecretSynced');
  assert.equal(readyReason({ creationPolicy: 'Merge' }, entries, true), 'SecretSynced');
  assert.equal(readyReason({ creationPolicy: 'Merge' }, entries, false), 'SecretMissing');
  assert.equal(readyReason({ creationPolicy: 'CreateOrMerge' }, entries, false), 'SecretSynced');
});

test('nothing left is what deletionPolicy made of it', () => {
  assert.equal(readyReason({ creationPolicy: 'Owner' }, { kind: 'empty', outcome: 'SecretDeleted' }, true), 'SecretDeleted');
  assert.equal(readyReason({ creationPolicy: 'Merge' }, { kind: 'empty', outcome: 'SecretSynced' }, false), 'SecretSynced');
});

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { forceSyncOf } from '../../agent/core/force-sync.ts';

describe('force-sync annotations', () => {
  it('are found in every spelling that people use', () => {
    const all = ['force-sync="1"', 'force-sync-2="x"', 'external-secrets.io/force-sync="7"'];
    for (const line of all) assert.equal(forceSyncOf(`a="b"\n${line}\nc="d"`), line);
  });

  it('do not change when other annotations do, or their order', () => {
    assert.equal(
      forceSyncOf('a="1"\nforce-sync="5"\nx/force-sync="6"'),
      forceSyncOf('x/force-sync="6"\nforce-sync="5"\na="2"\nb="3"'),
    );
  });

  it('are not found in values or in other names', () => {
    assert.equal(forceSyncOf('note="force-sync=1"\nenforce-synced="1"\nforce-sync/other="1"'), '');
  });
});

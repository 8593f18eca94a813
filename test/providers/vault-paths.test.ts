import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import { dataPath, metadataPath, openBaoPaths, sentPath, vaultPaths } from '../../agent/providers/vault/paths.ts';

const v2 = { mount: 'secret', version: 'v2' } as const;
const unmounted = { mount: undefined, version: 'v2' } as const;

describe('a key of a Vault store (beside the vectors)', () => {
  it('may repeat the mount, and data/ behind it', () => {
    for (const key of ['app', 'secret/app', 'secret/data/app']) assert.equal(dataPath(v2, key), 'secret/data/app');
    assert.equal(dataPath(v2, 'secret/data/data/app'), 'secret/data/data/app');
    assert.equal(dataPath({ mount: 'a/b', version: 'v2' }, 'a/b/data/app'), 'a/b/data/app');
  });

  it('begins with the mount where the store names none', () => {
    assert.equal(dataPath(unmounted, 'secret/app/db'), 'secret/data/app/db');
    assert.equal(dataPath(unmounted, 'secret/data/app'), 'secret/data/app');
    assert.equal(dataPath(unmounted, 'team/secret/data/app'), 'team/secret/data/app');
    assert.equal(dataPath({ mount: undefined, version: 'v1' }, 'kv/app'), 'kv/app');
  });

  it('has its metadata beside it, and a repeated mount stays', () => {
    assert.equal(metadataPath(v2, 'secret/app'), 'secret/metadata/secret/app');
    assert.throws(() => metadataPath({ mount: undefined, version: 'v1' }, 'app'), isInvalid);
    assert.throws(() => metadataPath(unmounted, ''), isInvalid);
  });

  it('that a search listed is where it was listed, even in a folder called like the mount', () => {
    assert.equal(vaultPaths(v2).listed('secret/app'), 'secret/data/secret/app');
    assert.equal(vaultPaths(unmounted).listed('secret/data/app'), 'secret/data/app');
    assert.equal(vaultPaths({ mount: 'kv', version: 'v1' }).listed('kv/app'), 'kv/kv/app');
  });

  it('of an openBao store is below the mount as it stands', () => {
    assert.equal(openBaoPaths('kv', 'v2').data('kv/app'), 'kv/data/kv/app');
    assert.equal(openBaoPaths('kv', 'v1').data('app'), 'kv/app');
    assert.equal(openBaoPaths('kv', 'v2').listing('app/'), 'kv/metadata/app/');
  });

  it('is sent without empty segments, and never with . or ..', () => {
    assert.equal(sentPath('secret/data//app/'), 'secret/data/app');
    for (const path of ['', '//', 'secret/data/../../sys/mounts', 'secret/data/./app'])
      assert.throws(() => sentPath(path), isInvalid, path);
  });
});

function isInvalid(error: unknown): boolean {
  return error instanceof AgentError && error.code === 'REQUEST_INVALID';
}

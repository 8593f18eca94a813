import assert from 'node:assert/strict';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Job } from './processes/job.ts';
import { runPublisher } from './processes/run-publisher.ts';
import { hasMemory, visible, workDirectory } from './workshop.ts';

test("publishing works under Node's permission model, and needs no process to be started", (t) => {
  const root = workDirectory(t);
  const files = (text: string) => [
    { path: 'a', text },
    { path: 'b/c', text, mode: 0o400 },
  ];
  const job: Job = {
    ...{ root, directory: 'web', allowDisk: !hasMemory, keepPreviousMs: 0 },
    steps: [
      { kind: 'publish', generation: 1, files: files('1') },
      { kind: 'publish', generation: 2, files: files('2') },
      { kind: 'sweep', wanted: [2] },
      { kind: 'adopt' },
      { kind: 'spawn' },
    ],
  };
  const results = runPublisher(job, { nodeOptions: ['--permission', '--allow-fs-read=*', '--allow-fs-write=*'] });
  assert.deepEqual(results.slice(0, 4), [{ ok: true }, { ok: true }, { ok: true }, { ok: { number: 2, paths: ['a', 'b/c'] } }]);
  assert.deepEqual(results[4] && 'code' in results[4] && results[4].code, 'ERR_ACCESS_DENIED');
  assert.deepEqual(visible(join(root, 'web')), { a: '2', 'b/c': '2' });
});

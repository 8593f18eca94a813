import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';
import { test } from 'node:test';
import type { Job, JobFile, JobResult, JobStep } from './processes/job.ts';
import { publisherCommand } from './processes/run-publisher.ts';
import { workDirectory } from './workshop.ts';

/** A tmpfs of our own needs no root where users may have namespaces. */
const namespace = ['unshare', '--user', '--map-root-user', '--mount'];
const canMount = spawnSync('unshare', [...namespace.slice(1), 'mount', '-t', 'tmpfs', 'x', '/tmp']).status === 0;
const needsMount = { skip: !canMount && 'needs unshare, mount and user namespaces' };

/** Does the steps on a tmpfs with these mount options; returns their results and what is on it afterwards, links left out. */
function onSmallVolume(work: string, options: string, job: Pick<Job, 'steps' | 'space'>) {
  const root = join(work, 'root');
  const whole: Job = { root, directory: 'web', allowDisk: false, ...job };
  const script = `mkdir "$1" && mount -t tmpfs -o "$2" tmpfs "$1" && cd "$1" || exit 9
    shift 2; "$@" || exit 8; find . -type f -o -type d -name '..*' | sort`;
  const { stdout, stderr, status } = spawnSync(
    namespace[0] ?? '',
    [...namespace.slice(1), 'sh', '-c', script, 'sh', root, options, ...publisherCommand(whole)],
    { encoding: 'utf8' },
  );
  assert.equal(status, 0, stderr);
  const [first = '', ...paths] = stdout.trimEnd().split('\n');
  const results = JSON.parse(first) as readonly JobResult[]; // As publisher.ts prints them.
  return { results, files: paths.map((path) => path.replace(/\.\.g(\d+)_[^/]*/, 'g$1')).filter((path) => path !== '.') };
}

function publish(generation: number, ...files: JobFile[]): JobStep {
  return { kind: 'publish', generation, files };
}

const kilobytes = (path: string, size: number): JobFile => ({ path, text: 'x', times: size * 1024 });

test('what does not fit is refused before anything is written, with bytes needed and free', needsMount, (t) => {
  const steps = [publish(1, kilobytes('a', 4)), publish(2, kilobytes('a', 4), kilobytes('b', 60))];
  const { results, files } = onSmallVolume(workDirectory(t), 'size=64k', { steps });
  assert.deepEqual(results[0], { ok: true });
  assert.ok(results[1] && 'code' in results[1]);
  assert.equal(results[1].code, 'VOLUME_FULL');
  assert.match(
    results[1].message,
    /cannot publish generation 2 of .*\/web: it needs 65536 bytes and 6 inodes, and .*\/root has 61440 bytes and \d+ inodes free/,
  );
  assert.deepEqual(files, ['./web/g1', './web/g1/a']);
});

test('a volume that turns out to be full half-way leaves no litter and the old generation whole', needsMount, (t) => {
  const steps = [publish(1, kilobytes('a', 4)), publish(2, kilobytes('a', 4), kilobytes('n/b', 30), kilobytes('c', 40))];
  const { results, files } = onSmallVolume(workDirectory(t), 'size=64k', { steps, space: 'unknown' });
  assert.ok(results[1] && 'code' in results[1]);
  assert.equal(results[1].code, 'VOLUME_FULL');
  assert.deepEqual(files, ['./web/g1', './web/g1/a']);
});

test('too few inodes are refused before, or cleaned up after', needsMount, (t) => {
  const many = Array.from({ length: 20 }, (_, i) => ({ path: `f${i}`, text: '' }));
  for (const space of ['known', 'unknown'] as const) {
    const { results, files } = onSmallVolume(workDirectory(t), 'size=1m,nr_inodes=16', {
      steps: [publish(1, { path: 'a', text: '' }), publish(2, ...many)],
      space,
    });
    assert.ok(results[1] && 'code' in results[1], space);
    assert.equal(results[1].code, 'VOLUME_FULL');
    assert.deepEqual(files, ['./web/g1', './web/g1/a']);
  }
});

for (const space of ['known', 'unknown'] as const) {
  test(`older generations go, the oldest first, when space lacks and free space is ${space}`, needsMount, (t) => {
    const steps = [1, 2, 3].map((generation) => publish(generation, kilobytes('a', 20)));
    const [half, most] = [publish(4, kilobytes('a', 24)), publish(5, kilobytes('a', 44))];
    const { results, files } = onSmallVolume(workDirectory(t), 'size=64k', { steps: [...steps, half, most], space });
    assert.deepEqual(results.slice(0, 4), [{ ok: true }, { ok: true }, { ok: true }, { ok: true }]);
    assert.ok(results[4] && 'code' in results[4], 'the one that readers see is never given up');
    assert.equal(results[4].code, 'VOLUME_FULL');
    assert.deepEqual(files, ['./web/g4', './web/g4/a']);
  });
}

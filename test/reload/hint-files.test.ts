import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { systemClock } from '../../agent/core/clock.ts';
import { watchHintFiles } from '../../agent/reload/hint-files.ts';
import { until } from '../e2e/keytide-process.ts';

function scratch(t: TestContext): string {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-hints-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  return dir;
}

/** The hints that were taken so far. */
function watched(
  t: TestContext,
  directory: string,
  since: number,
  deliveries: readonly string[] = ['web', 'db'],
): readonly string[] {
  const stop = new AbortController();
  const hints: string[] = [];
  const onHint = (delivery: string): void => void hints.push(delivery);
  const ended = watchHintFiles({
    directory,
    deliveries: () => deliveries,
    onHint,
    since,
    clock: systemClock,
    signal: stop.signal,
  });
  t.after(async () => {
    stop.abort();
    await ended;
  });
  return hints;
}

test('what was touched since the agent began is a hint although nobody watched yet; what is older is none', async (t) => {
  const directory = scratch(t);
  for (const name of ['web.hint', 'db.hint']) writeFileSync(join(directory, name), '');
  const all = watched(t, directory, 0);
  await until('both are taken', () => all.length === 2);
  const none = watched(t, directory, Date.now() + 60_000);
  const later = watched(t, directory, Date.now() + 60_000);
  await until('a touch is taken by both', () => {
    writeFileSync(join(directory, 'web.hint'), '');
    return none.includes('web') && later.includes('web');
  });
  assert.ok(![...none, ...later].includes('db'));
});

test('a directory that is replaced is watched on', async (t) => {
  const directory = join(scratch(t), 'feedback');
  mkdirSync(directory);
  const hints = watched(t, directory, 0);
  await until('the first touch is taken', () => {
    writeFileSync(join(directory, 'web.hint'), '');
    return hints.includes('web');
  });
  renameSync(directory, `${directory}.old`);
  mkdirSync(directory);
  await until('a touch in the new one is taken', () => {
    writeFileSync(join(directory, 'db.hint'), '');
    return hints.includes('db');
  });
});

test('links, directories and names of nothing are passed over', async (t) => {
  const directory = scratch(t);
  writeFileSync(join(directory, 'elsewhere'), '');
  symlinkSync(join(directory, 'elsewhere'), join(directory, 'web.hint'));
  mkdirSync(join(directory, 'tls.hint'));
  writeFileSync(join(directory, 'other.hint'), '');
  const hints = watched(t, directory, 0, ['web', 'tls', 'db']);
  await until('the only plain one is taken', () => {
    writeFileSync(join(directory, 'db.hint'), '');
    return hints.includes('db');
  });
  assert.deepEqual([...new Set(hints)], ['db']);
});

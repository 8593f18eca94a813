import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import { deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import { file, testVolume, workDirectory } from './workshop.ts';

interface ReaderResult {
  readonly reads: number;
  readonly torn: number;
  readonly missing: number;
  /** How many different ones were seen. */
  readonly generations: number;
}

/** 200,000 pairs in all. */
const readers = [
  { how: '..data', reads: 100_000 },
  { how: 'pair', reads: 60_000 },
  { how: 'one file', reads: 40_000 },
];

test('no reader in another process ever sees a torn or a missing file while generations are swapped without pause', async (t) => {
  const root = workDirectory(t);
  // However fast we swap here: nothing goes before its time.
  const place = deliveryDirectory(await testVolume(root), 'web', { keepPreviousMs: 2_000, keepAtMost: 1_000_000 });
  let generation = 0;
  const swap = async (): Promise<void> => {
    generation += 1;
    const files = ['user', 'password'].flatMap((name) =>
      [`${name}`, `pair/${name}`].map((path) => file(path, `${name}-${generation}`)),
    );
    await place.publish([...files, file('both', `${generation}\n${generation}`)], generation);
  };
  await swap();
  let running = readers.length;
  const results = readers.map(({ how, reads }) =>
    read(join(root, 'web'), how, reads).finally(() => {
      running -= 1;
    }),
  );
  while (running > 0) {
    await swap();
    if (generation % 50 === 0) await place.sweep(new Set());
    await setImmediate();
  }
  for (const [i, { reads, torn, missing, generations }] of (await Promise.all(results)).entries()) {
    assert.deepEqual({ reads, torn, missing }, { reads: readers[i]?.reads, torn: 0, missing: 0 });
    assert.ok(generations > 20, `the reader saw ${generations} generations`);
  }
  t.diagnostic(`${generation} generations`);
});

async function read(directory: string, how: string, reads: number): Promise<ReaderResult> {
  const script = join(import.meta.dirname, 'processes', 'reader.ts');
  const child = spawn(process.execPath, [script, directory, how, `${reads}`], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
  return JSON.parse(output) as ReaderResult; // As reader.ts prints it.
}

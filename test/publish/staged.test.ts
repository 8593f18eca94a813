import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { type TestContext, test } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import { type DeliveryDirectory, deliveryDirectory } from '../../agent/publish/delivery-directory.ts';
import type { Job } from './processes/job.ts';
import { publisherCommand } from './processes/run-publisher.ts';
import { file, generations, hasMemory, modeOf, numbers, recordingLog, testVolume, visible, workDirectory } from './workshop.ts';

const keep = { keepPreviousMs: 60_000 };

async function delivery(t: TestContext): Promise<{ place: DeliveryDirectory; web: string; root: string }> {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.publish([file('a', 'old'), file('gone', 'old')], 1);
  return { place, web: join(root, 'web'), root };
}

/** Everything in a directory but `..g2`, so that a change shows. */
function besides(web: string): string {
  const names = fs.readdirSync(web).filter((name) => !name.startsWith('..g2'));
  return JSON.stringify(names.sort().map((name) => [name, fs.lstatSync(join(web, name), { bigint: true }).ctimeNs.toString()]));
}

const refusal = new AgentError('CHECK_FAILED', 'the configuration is broken');

test('a check sees the whole generation with its final modes, where no link leads', async (t) => {
  const { place, web } = await delivery(t);
  const before = besides(web);
  let seen: unknown;
  const next = [file('a', 'new'), file('added', 'new', { mode: 0o400 }), file('conf/b', 'new')];
  await place.publish(next, 2, async (directory) => {
    assert.equal(besides(web), before);
    seen = {
      at: dirname(directory),
      files: visible(directory),
      modes: ['.', 'a', 'added', 'conf', 'conf/b'].map((name) => modeOf(join(directory, name))),
      readers: visible(web),
      links: fs.readdirSync(web).filter((name) => !name.startsWith('..g')),
    };
  });
  assert.deepEqual(seen, {
    at: web,
    files: { a: 'new', added: 'new', 'conf/b': 'new' },
    modes: ['550', '440', '400', '550', '440'],
    readers: { a: 'old', gone: 'old' },
    links: ['..data', 'a', 'gone'],
  });
  assert.deepEqual(visible(web), { a: 'new', added: 'new', 'conf/b': 'new' });
  assert.deepEqual(numbers(web), [1, 2]);
});

test('the directory that was checked is the one that readers get', async (t) => {
  const { place, web } = await delivery(t);
  let checked = '';
  await place.publish([file('a', 'new')], 2, async (directory) => {
    checked = directory;
  });
  assert.equal(fs.realpathSync(join(web, '..data')), checked);
});

test('when the check throws, its error comes out, the staged directory is gone and nothing else has changed', async (t) => {
  const { place, web } = await delivery(t);
  const before = besides(web);
  await assert.rejects(
    place.publish([file('a', 'new'), file('added', 'new')], 2, async () => Promise.reject(refusal)),
    (error) => error === refusal,
  );
  assert.deepEqual(numbers(web), [1]);
  const names = (text: string): unknown => JSON.parse(text).map(([name]: string[]) => name);
  assert.deepEqual(names(besides(web)), names(before));
  assert.deepEqual(visible(web), { a: 'old', gone: 'old' });
  await place.publish([file('a', 'new')], 2);
  assert.deepEqual(visible(web), { a: 'new' });
});

test('a first generation that its check refuses leaves an empty directory', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await assert.rejects(
    place.publish([file('a', 'new')], 1, async () => Promise.reject(refusal)),
    refusal,
  );
  assert.deepEqual(fs.readdirSync(join(root, 'web')), []);
});

test('sweeping, and what other deliveries do, leaves a generation alone while it is checked', async (t) => {
  const { place, web, root } = await delivery(t);
  await place.publish([file('a', 'newer')], 2);
  const other = deliveryDirectory(await testVolume(root), 'other', keep);
  await place.publish([file('a', 'newest')], 3, async (directory) => {
    await place.sweep(new Set([2]));
    await other.publish([file('a', 'theirs')], 1);
    await other.adopt();
    await other.remove();
    assert.deepEqual(visible(directory), { a: 'newest' });
    assert.equal(await place.readOlder(3), undefined, 'what is not published is no way back');
  });
  assert.deepEqual(visible(web), { a: 'newest' });
});

const meddlers: readonly { readonly deed: string; readonly does: (directory: string) => void }[] = [
  {
    deed: 'changed',
    does: (directory) => {
      fs.chmodSync(directory, 0o750);
      fs.writeFileSync(join(directory, 'a.pyc'), 'compiled');
      fs.chmodSync(directory, 0o550);
    },
  },
  {
    deed: 'changed',
    does: (directory) => {
      fs.chmodSync(join(directory, 'conf', 'b'), 0o640);
      fs.writeFileSync(join(directory, 'conf', 'b'), 'NEW');
      fs.chmodSync(join(directory, 'conf', 'b'), 0o440);
    },
  },
  { deed: 'removed', does: (directory) => fs.renameSync(directory, `${dirname(directory)}/elsewhere`) },
];

for (const [index, { deed, does }] of meddlers.entries()) {
  test(`what was ${deed} while it was checked is not published (${index})`, async (t) => {
    const { place, web } = await delivery(t);
    await assert.rejects(
      place.publish([file('a', 'new'), file('conf/b', 'new')], 2, async (directory) => does(directory)),
      (error) => error instanceof AgentError && error.code === 'CHECK_FAILED' && error.message.includes(`was ${deed} while`),
    );
    assert.deepEqual(fs.readFileSync(join(web, 'a'), 'utf8'), 'old');
    assert.deepEqual(numbers(web), [1]);
  });
}

test('another publisher that comes in between wins, and is named', async (t) => {
  const { place, web, root } = await delivery(t);
  const other = deliveryDirectory(await testVolume(root), 'web', keep);
  await assert.rejects(
    place.publish([file('a', 'new')], 2, async () => other.publish([file('a', 'theirs')], 7)),
    (error) =>
      error instanceof AgentError && error.code === 'VOLUME_UNUSABLE' && /something else was published/.test(error.message),
  );
  assert.deepEqual(visible(web), { a: 'theirs' });
});

test('an agent that is killed with SIGKILL in the middle of a check leaves what the next one removes', async (t) => {
  const { web, root } = await delivery(t);
  const files = [{ path: 'a', text: 'new' }];
  const steps: Job['steps'] = [{ kind: 'adopt' }, { kind: 'publish', generation: 2, files, check: 'hangs' }];
  const [command = '', ...args] = publisherCommand({ root, directory: 'web', allowDisk: !hasMemory, steps });
  const publisher = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  t.after(() => publisher.kill('SIGKILL'));
  const [staged] = await once(createInterface(publisher.stdout), 'line');
  publisher.kill('SIGKILL');
  await once(publisher, 'exit');
  assert.deepEqual(visible(String(staged)), { a: 'new' });
  assert.deepEqual(numbers(web), [1, 2]);

  const { log, lines } = recordingLog();
  const next = deliveryDirectory(await testVolume(root, { log }), 'web', keep);
  assert.equal((await next.adopt())?.number, 1);
  assert.deepEqual(numbers(web), [1]);
  assert.deepEqual(visible(web), { a: 'old', gone: 'old' });
  assert.deepEqual(
    lines.map(({ message }) => message),
    ['put in order what a predecessor left'],
  );
});

test('the files of an older generation come back with their paths, bytes and modes', async (t) => {
  const root = workDirectory(t);
  const place = deliveryDirectory(await testVolume(root), 'web', keep);
  await place.publish([file('a', 'one'), file('conf/deep/b', 'two', { mode: 0o400 }), file('empty', '')], 1);
  await place.publish([file('a', 'new')], 2);
  const older = await place.readOlder(1);
  const told = older?.map(({ path, value, mode }) => [path, Buffer.from(value.reveal()).toString(), mode.toString(8)]);
  assert.deepEqual(told?.sort(), [
    ['a', 'one', '440'],
    ['conf/deep/b', 'two', '400'],
    ['empty', '', '440'],
  ]);
  await place.publish(older ?? [], 3);
  assert.deepEqual(visible(join(root, 'web')), { a: 'one', 'conf/deep/b': 'two', empty: '' });
  assert.equal(modeOf(join(root, 'web/..data/conf/deep/b')), '400');
});

test('there is no way back to a generation that is gone, that readers see, or that is not whole for us', async (t) => {
  const { place, web, root } = await delivery(t);
  assert.equal(await place.readOlder(1), undefined, 'it is what readers see');
  await place.publish([file('a', 'new')], 2);
  assert.equal(await place.readOlder(7), undefined, 'it never was');
  const [first = ''] = generations(web);
  fs.chmodSync(join(web, first), 0o750);
  fs.unlinkSync(join(web, first, 'gone'));
  fs.symlinkSync('/etc/hostname', join(web, first, 'gone'));
  fs.chmodSync(join(web, first), 0o550);
  assert.equal(await place.readOlder(1), undefined, 'one of its files is not to be read');
  fs.chmodSync(join(web, first), 0o750);
  assert.equal(await place.readOlder(1), undefined, 'it is being removed');
  fs.chmodSync(join(web, first), 0o550);
  await place.sweep(new Set([1, 2]));
  await deliveryDirectory(await testVolume(root), 'web', { keepPreviousMs: 0 }).sweep(new Set([2]));
  assert.equal(await place.readOlder(1), undefined, 'it was swept');
});

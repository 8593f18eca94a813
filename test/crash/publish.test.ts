import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import * as fs from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { workDirectory } from '../publish/workshop.ts';
import { assertHeals, jobFor, prepare } from './heals.ts';
import { type Scenario, scenarios } from './scenarios.ts';

const dyingPublisher = join(import.meta.dirname, 'processes', 'dying-publisher.ts');
const atOnce = 4;
let kills = 0;

for (const scenario of scenarios) {
  test(`killed at any call of the file system while ${scenario.name}: old or new, and the restart heals`, async (t) => {
    const work = workDirectory(t);
    const env = await warmStart(work);
    let isThrough = false;
    let next = 1;
    const killOneByOne = async (): Promise<void> => {
      while (!isThrough) {
        const call = next;
        next += 1;
        const root = await preparedRoot(work, scenario, `${call}`);
        const args = [dyingPublisher, JSON.stringify(jobFor(root, scenario.steps)), `${call}`];
        const [code, signal] = await once(spawn(process.execPath, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }), 'exit');
        if (signal === 'SIGKILL') kills += 1;
        else isThrough = true;
        assert.equal(code ?? 0, 0);
        await assertHeals(root, scenario, `killed before call ${call}`);
      }
    };
    await Promise.all(Array.from({ length: atOnce }, killOneByOne));
    t.diagnostic(`${next - 1} processes`);
  });
}

test('that were at least 300 kills', () => {
  assert.ok(kills >= 300, `${kills}`);
});

async function preparedRoot(work: string, scenario: Scenario, name: string): Promise<string> {
  const root = join(work, name);
  fs.mkdirSync(root);
  await prepare(root, scenario);
  return root;
}

/** An environment in which Node doesn't compile our sources anew for each of the hundreds of processes. */
async function warmStart(work: string): Promise<NodeJS.ProcessEnv> {
  const env = { NODE_COMPILE_CACHE: join(work, 'compiled'), PATH: process.env['PATH'] };
  const root = join(work, 'warm');
  fs.mkdirSync(root);
  const [code] = await once(
    spawn(process.execPath, [dyingPublisher, JSON.stringify(jobFor(root, [])), 'Infinity'], { env }),
    'exit',
  );
  assert.equal(code, 0);
  return env;
}

/** The calls that change something, in all their spellings; `?` passes over names that this machine's kernel doesn't have. */
const changes =
  `?mkdir mkdirat ?rename ?renameat renameat2 ?symlink symlinkat ?unlink unlinkat ?rmdir ?chmod fchmodat ?chown fchownat
  pwrite64`.split(/\s+/);

const hasStrace = spawnSync('strace', ['-e', `trace=${changes.join(',')}`, '-o', '/dev/null', 'true']).status === 0;

for (const scenario of scenarios) {
  test(`killed by the kernel at any system call that changes something while ${scenario.name}: old or new, and the restart heals`, {
    skip: !hasStrace && 'needs strace',
  }, async (t) => {
    const work = workDirectory(t);
    const env = await warmStart(work);
    let kills = 0;
    for (const change of changes) {
      for (let isThrough = false, call = 1; !isThrough; call += 1) {
        const root = await preparedRoot(work, scenario, `${change}-${call}`);
        const tracing = ['-qq', '-o', '/dev/null', '-e', `trace=${change}`, '-e', `inject=${change}:signal=KILL:when=${call}`];
        const publisher = [process.execPath, dyingPublisher, JSON.stringify(jobFor(root, scenario.steps)), 'Infinity'];
        const { signal, status } = spawnSync('strace', [...tracing, ...publisher], {
          env,
          stdio: ['ignore', 'ignore', 'inherit'],
        });
        isThrough = signal !== 'SIGKILL';
        assert.equal(status ?? 0, 0);
        if (!isThrough) kills += 1;
        await assertHeals(root, scenario, `killed at ${change} number ${call}`);
      }
    }
    assert.ok(kills > 0);
    t.diagnostic(`${kills} kills`);
  });
}

import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { ProcessAliveStep, ProcessSelector } from '../../agent/core/hooks.ts';
import { processAlive, processesNow } from '../../agent/reload/process-alive.ts';
import { hookScene, never, until } from './hook-scene.ts';
import { named, type Program, Scene, uniqueName } from './programs.ts';

const scene = new Scene();
/** Stands for the agent: what a test starts isn't its child. */
const agent = await scene.start('sh', ['-c', 'echo ready; read x']);
after(() => scene.end());

const soon = { timeout: 60_000 };

function step(name: string, changes: Partial<ProcessAliveStep> = {}): ProcessAliveStep & { readonly process: ProcessSelector } {
  return { kind: 'processAlive', forMs: 300, expect: 'same', ...changes, process: named(name) };
}

async function end(program: Program): Promise<void> {
  program.child.kill('SIGKILL');
  await until(() => !program.isAlive());
}

/** Who runs now. */
async function now(name: string, world: Parameters<typeof processesNow>[1]) {
  const found = await processesNow(named(name), world);
  assert.ok(!('reason' in found));
  return found;
}

test('a process that lives on holds, and one that ended fails for good', soon, async (t) => {
  const { world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('alive');
  const app = await scene.node(name, '');
  const before = await now(name, world);
  assert.equal(await processAlive(step(name), before, world, never), undefined);
  await end(app);
  const failure = await processAlive(step(name), before, world, never);
  assert.match(failure?.reason ?? '', new RegExp(`^process ${app.pid} .* ended$`));
  assert.equal(failure?.isFinal, true);
});

test('a process that ends while it is watched fails', soon, async (t) => {
  const { world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('dies');
  const app = await scene.node(name, '');
  const before = await now(name, world);
  const watching = processAlive(step(name, { forMs: 600_000 }), before, world, never);
  app.child.kill('SIGKILL');
  assert.match((await watching)?.reason ?? '', / ended$/);
});

test('when nobody ran before, whoever is there now counts', soon, async (t) => {
  const { world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('first');
  const failure = await processAlive(step(name), [], world, never);
  assert.match(failure?.reason ?? '', /^no process named .* runs/);
  assert.equal(failure?.isFinal, undefined);
  await scene.node(name, '');
  assert.equal(await processAlive(step(name), [], world, never), undefined);
});

test('a restart is another process that stays', soon, async (t) => {
  const { world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('again');
  const app = await scene.node(name, '');
  const before = await now(name, world);
  const restarted = step(name, { expect: 'restarted' });
  const still = await processAlive(restarted, before, world, never);
  assert.match(still?.reason ?? '', new RegExp(`process ${app.pid} .* still runs: it was not restarted`));
  await end(app);
  assert.match((await processAlive(restarted, before, world, never))?.reason ?? '', /^no process named/);
  const next = await scene.node(name, '');
  assert.equal(await processAlive(restarted, before, world, never), undefined);
  const watching = processAlive(step(name, { expect: 'restarted', forMs: 600_000 }), before, world, never);
  next.child.kill('SIGKILL');
  assert.match((await watching)?.reason ?? '', / ended$|^no process named/);
});

test('an agent that sees nobody else says what the pod lacks', soon, async (t) => {
  const { world } = hookScene(t, { selfPid: 1 }); // All that a test can see is below it.
  const failure = await processAlive(step('no-such-app'), [], world, never);
  assert.match(failure?.reason ?? '', /sees only its own processes/);
  assert.match(failure?.hint ?? '', /shareProcessNamespace/);
});

test('an abort ends the watch', soon, async (t) => {
  const { world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('stop');
  await scene.node(name, '');
  const stop = new AbortController();
  const watching = processAlive(step(name, { forMs: 600_000 }), [], world, stop.signal);
  stop.abort();
  assert.ok(await watching);
});

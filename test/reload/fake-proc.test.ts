import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { open, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { test } from 'node:test';
import { type FakeProcess, fakeProc, statText, statusText } from './fake-proc.ts';
import { attempt, hup, named, sendAndWatch } from './programs.ts';
import { refusal } from './refusal.ts';

const sigHup = 1;
const pause: FakeProcess = { pid: 1, comm: 'pause', args: ['/pause'] };
const agent: FakeProcess = { pid: 20, comm: 'MainThread', args: ['node', '/keytide/keytide.cjs', 'run'] };
const app: FakeProcess = { pid: 30, comm: 'web', caught: [sigHup] };

/** Runs one attempt on these processes; kills are only counted. */
async function tryOn(
  processes: readonly FakeProcess[],
  step = hup(named('web')),
): Promise<{ kills: readonly string[]; result: unknown }> {
  const procRoot = await fakeProc(processes);
  const kills: string[] = [];
  const { world } = attempt(agent.pid, {
    procRoot,
    waitMs: 0,
    watchMs: 0,
    kill: (pid, signal) => kills.push(`${pid} ${signal}`),
  });
  try {
    const result = await sendAndWatch(step, world).catch((error: unknown) => error);
    return { kills, result };
  } finally {
    await rm(procRoot, { recursive: true });
  }
}

test('a PID that another process has by the time of sending is never signalled', async () => {
  const procRoot = await fakeProc([pause, agent, app]);
  const fifo = join(procRoot, String(agent.pid), 'status'); // Read after the app was found, before anything is sent.
  await rm(fifo);
  assert.equal(spawnSync('mkfifo', [fifo]).status, 0);
  const kills: string[] = [];
  const { world } = attempt(agent.pid, { procRoot, waitMs: 0, kill: (pid, signal) => kills.push(`${pid} ${signal}`) });
  const sending = sendAndWatch(hup(named('web')), world).catch((error: unknown) => error);
  const writer = await open(fifo, 'w'); // Opens when the reader is there.
  await writeFile(join(procRoot, String(app.pid), 'stat'), statText({ ...app, startTicks: 5000 }));
  await writer.writeFile(statusText(agent));
  await writer.close();
  refusal(/ended before it could be sent/)(await sending);
  assert.deepEqual(kills, []);
  await rm(procRoot, { recursive: true });
});

test('a process that has become another program by the time of sending is not signalled', async () => {
  const procRoot = await fakeProc([pause, agent, app]);
  const maps = join(procRoot, String(app.pid), 'maps'); // Read last of all when looking for the runtime.
  assert.equal(spawnSync('mkfifo', [maps]).status, 0);
  await writeFile(join(procRoot, String(app.pid), 'web'), '#!/bin/sh');
  assert.equal(spawnSync('ln', ['-s', 'web', join(procRoot, String(app.pid), 'exe')]).status, 0);
  const kills: string[] = [];
  const { world } = attempt(agent.pid, { procRoot, waitMs: 0, kill: (pid, signal) => kills.push(`${pid} ${signal}`) });
  const sending = sendAndWatch(hup(named('web')), world).catch((error: unknown) => error);
  const writer = await open(maps, 'w');
  await writeFile(join(procRoot, String(app.pid), 'status'), statusText({ ...app, caught: [] }));
  await writer.close();
  refusal(/ended before it could be sent/)(await sending);
  assert.deepEqual(kills, []);
  await rm(procRoot, { recursive: true });
});

test('without a shared PID namespace the message says so', async () => {
  const { result } = await tryOn([
    { ...agent, pid: 1 },
    { ...agent, parent: 1 },
  ]);
  refusal(/sees only its own processes/, /shareProcessNamespace: true/)(result);
});

test('with a shared PID namespace and no such process it does not', async () => {
  const { result } = await tryOn([pause, agent, { pid: 40, comm: 'db' }]);
  refusal(/no process named web runs$/)(result);
});

test('the pause container, kernel threads and zombies are passed over', async () => {
  const cases: readonly FakeProcess[] = [
    { pid: 1, comm: 'pause', args: ['web'], caught: [sigHup] },
    { pid: 2, comm: 'web', args: [], isKernelThread: true, caught: [sigHup] },
    { pid: 3, comm: 'web', state: 'Z', caught: [sigHup] },
  ];
  for (const each of cases) {
    const { kills, result } = await tryOn([agent, each]);
    refusal(/no process named web/)(result);
    assert.deepEqual(kills, []);
  }
});

test('a process whose executable may not be read is trusted by its signal mask, and the result says so', async () => {
  const { kills, result } = await tryOn([pause, agent, app]);
  assert.deepEqual(kills, ['30 SIGHUP']);
  assert.deepEqual(result, { pids: [30], waitedMs: (result as { waitedMs: number }).waitedMs, trustedByMaskAlone: [30] });
});

test('a Java program is known by its name when its executable may not be read', async () => {
  const { kills, result } = await tryOn([pause, agent, { ...app, comm: 'java', args: ['java', '-jar', '/app/web'] }]);
  refusal(/Java programs catch every signal/)(result);
  assert.deepEqual(kills, []);
});

test('a long name is found although the kernel cuts it', async () => {
  const long = { ...app, comm: 'config-reloader', args: ['config-reloader-sidecar: main'] };
  const { kills } = await tryOn([pause, agent, long], hup(named('config-reloader-sidecar')));
  assert.deepEqual(kills, ['30 SIGHUP']);
});

test('a descendant is left out even when what is between does not match', async () => {
  const shell = { pid: 31, parent: 30, comm: 'sh' };
  const worker = { ...app, pid: 32, parent: 31 };
  const { kills } = await tryOn([pause, agent, app, shell, worker]);
  assert.deepEqual(kills, ['30 SIGHUP']);
});

test('a loop of parents, as a changing table may show, ends', async () => {
  const { kills } = await tryOn([agent, { ...app, parent: 31 }, { pid: 31, parent: 30, comm: 'x' }]);
  assert.deepEqual(kills, ['30 SIGHUP']);
});

/**
 * `keytide exec` as process 1 of a PID namespace of its own, as in a container. Needs `unshare` of util-linux, and root or user namespaces.
 */
import assert from 'node:assert/strict';
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, type TestContext, test } from 'node:test';
import { type ExecApp, execApp } from './exec-app.ts';
import { type Place, place, until, writeAtomically } from './keytide-process.ts';
import { documents, externalSecret, fakeData, fakeStore } from './manifests.ts';
import { foundInMemory, processesOfNamespace } from './process-memory.ts';

let here: Place;
let app: ExecApp;
let unshare: ChildProcess | undefined;

beforeEach(async () => {
  here = await place();
  app = execApp(here.dir);
  here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { PASSWORD: 'password' })));
  rotate('canary-first');
});

afterEach(() => {
  unshare?.kill('SIGKILL'); // With --kill-child all of the namespace.
  unshare = undefined;
  here.remove();
});

function rotate(password: string): void {
  writeAtomically(join(here.dir, 'data.json'), fakeData({ password }));
}

const asRoot = ['--pid', '--fork', '--kill-child', '--mount-proc'];
const namespaces = [asRoot, ['--user', '--map-root-user', ...asRoot]].find(
  (flags) => spawnSync('unshare', [...flags, 'true']).status === 0,
);

interface Process1 {
  readonly ended: Promise<number | string>;
  readonly stderr: () => string;
  /** Sends to process 1 of the namespace, as a container runtime does. */
  readonly send: (signal: NodeJS.Signals) => void;
}

/** Undefined, and skipped, where nobody may make namespaces. */
function exec(
  t: TestContext,
  flags: readonly string[],
  command: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Process1 | undefined {
  if (!namespaces) {
    t.skip('needs root or user namespaces');
    return undefined;
  }
  const entry = process.env['KEYTIDE_BUNDLE'] ?? join(import.meta.dirname, '../../agent/main.ts');
  const words = [process.execPath, entry, 'exec', ...here.flags, ...flags, '--', ...command];
  const child = spawn('unshare', [...namespaces, ...words], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  unshare = child;
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<number | string>((resolve) => child.on('exit', (code, signal) => resolve(code ?? signal ?? 'lost')));
  return { ended, stderr: () => stderr, send: (signal) => process.kill(insideOf(child), signal) };
}

/** The PID that process 1 of the namespace has outside. */
function insideOf({ pid }: ChildProcess): number {
  return Number(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ')[0]);
}

async function started(...given: Parameters<typeof exec>): Promise<Process1 | undefined> {
  const running = exec(...given);
  if (running) await until(`the app runs: ${running.stderr()}`, () => app.starts().length === 1);
  return running;
}

test('as process 1 it reaps what its program leaves behind', async (t) => {
  const list = join(here.dir, 'processes');
  // Ten orphans that end; then all processes that there are, with their state, until there is no zombie any more.
  const script = `for i in 1 2 3 4 5 6 7 8 9 10; do (sleep 0.1 &); done
sleep 0.5
for i in $(seq 100); do cat /proc/[0-9]*/stat 2>/dev/null | grep ') Z ' > "$1" || break; sleep 0.1; done
exit 3`;
  const running = exec(t, [], ['sh', '-c', script, 'sh', list]);
  if (!running) return;
  assert.equal(await running.ended, 3, running.stderr());
  assert.equal(readFileSync(list, 'utf8'), '');
});

test('as process 1 it ends with the exit code of its program, or with 128 and the number of its signal', async (t) => {
  for (const [script, code] of [
    ['exit 0', 0],
    ['exit 7', 7],
    ['kill -TERM $$', 143],
    ['kill -KILL $$', 137],
  ] as const) {
    const running = exec(t, [], ['sh', '-c', script]);
    if (!running) return;
    assert.equal(await running.ended, code, running.stderr());
  }
});

test('as process 1 it passes signals on, once each', async (t) => {
  const running = await started(t, [], app.command);
  if (!running) return;
  const signals = ['SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT', 'SIGQUIT'] as const;
  for (const signal of signals) {
    running.send(signal);
    await until(`${signal} came`, () => app.signals().includes(signal));
  }
  running.send('SIGTERM');
  assert.equal(await running.ended, 0);
  assert.deepEqual(app.signals(), [...signals, 'SIGTERM']);
});

test('as process 1 it restarts its program on new values', async (t) => {
  const running = await started(t, ['--env-from', 'db'], app.command);
  if (!running) return;
  rotate('canary-second');
  await until('the app was started again', () => app.starts().length === 2);
  assert.deepEqual(
    app.starts().map(({ environment }) => environment['PASSWORD']),
    ['canary-first', 'canary-second'],
  );
  running.send('SIGTERM');
  assert.equal(await running.ended, 0);
});

test('as process 1 it hands the environment on as it was, with names that shells drop', async (t) => {
  const told = join(here.dir, 'environment');
  const program = join(here.dir, 'tell.cjs');
  writeFileSync(program, `require('node:fs').writeFileSync(${JSON.stringify(told)}, JSON.stringify(process.env))`);
  const running = exec(t, ['--env', 'SECRET=db/PASSWORD'], [process.execPath, program], { 'app.name': 'x', 'A-B': 'y' });
  if (!running) return;
  assert.equal(await running.ended, 0, running.stderr());
  const environment: Readonly<Record<string, string>> = JSON.parse(readFileSync(told, 'utf8'));
  assert.deepEqual(Object.keys(environment).sort(), ['A-B', 'PATH', 'SECRET', 'app.name']);
});

test('as process 1 it ends at SIGTERM while it still waits for its store', async (t) => {
  here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { PASSWORD: 'nowhere' })));
  const running = exec(t, [], app.command);
  if (!running) return;
  await until('it has tried', () => running.stderr().includes('SECRET_MISSING'));
  running.send('SIGTERM');
  assert.equal(await running.ended, 143);
});

/** Neither what the program was given nor what it was not: the second only its files have. */
test('after --once no process has a secret in its memory but the program what it was given', async (t) => {
  const secrets = [externalSecret('db', { PASSWORD: 'password' }), externalSecret('other', { token: 'token' })];
  here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), ...secrets));
  const [given, untold] = ['canary-GIVEN-7f21', 'canary-UNTOLD-93ab'];
  writeAtomically(join(here.dir, 'data.json'), fakeData({ password: given, token: untold }));
  const agent = exec(t, [], app.command);
  if (!agent) return;
  await until(`the app runs: ${agent.stderr()}`, () => app.starts().length === 1);
  const namespace = (): readonly number[] => processesOfNamespace(insideOf(unshare ?? assert.fail('it runs')));
  const found = (): readonly string[] => namespace().flatMap((pid) => [...foundInMemory(pid, [given, untold])]);
  try {
    assert.ok(found().includes(untold), 'the agent itself has it: the scan sees what is there');
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'EACCES')
      return t.skip('needs the right to read the memory of others');
    throw error;
  }
  unshare?.kill('SIGKILL');
  await agent.ended;

  const once = exec(t, ['--once', '--env-from', 'db'], app.command);
  await until(`the app runs: ${once?.stderr()}`, () => app.starts().length === 2);
  assert.equal(here.read('other/token'), untold);
  assert.equal(namespace().length, 1, 'only the program is left');
  assert.ok(!found().includes(untold));
});

test('--once as process 1 leaves that place to the program', async (t) => {
  const told = join(here.dir, 'told');
  const script = 'readlink /proc/1/exe > "$1"; ls -d /proc/[0-9]* | wc -l >> "$1"; echo $$ "$PASSWORD" >> "$1"; exit 4';
  const running = exec(t, ['--once', '--env-from', 'db'], ['sh', '-c', script, 'sh', told]);
  if (!running) return;
  assert.equal(await running.ended, 4, running.stderr());
  const [executable = '', , last] = readFileSync(told, 'utf8').split('\n');
  assert.doesNotMatch(executable, /node/);
  assert.equal(last, '1 canary-first');
});

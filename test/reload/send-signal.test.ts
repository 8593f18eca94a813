import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { afterEach, beforeEach, test } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import { attempt, commandMatches, handlesHup, hup, named, type Program, Scene, sendAndWatch, uniqueName } from './programs.ts';
import { refusal } from './refusal.ts';

let scene: Scene;
/** Plays the agent: the programs are children of the test, so they must not be the agent's. */
let agent: Program;

beforeEach(async () => {
  scene = new Scene();
  agent = await scene.node(uniqueName('agent'), '');
});

afterEach(async () => scene.end());

test('a Node app with a handler, named by its script, gets the signal exactly once', async () => {
  const name = uniqueName('app');
  const app = await scene.node(name, handlesHup);
  const { world, kills } = attempt(agent.pid);
  const sent = await sendAndWatch(hup(named(name)), world);
  await app.says('took');
  assert.deepEqual(sent.pids, [app.pid]);
  assert.deepEqual(app.lines, ['took']);
  assert.deepEqual(kills, [`${app.pid} SIGHUP`]);
  assert.equal(sent.trustedByMaskAlone, undefined);
});

test('a process without a handler is never signalled', async () => {
  const name = uniqueName('deaf');
  const app = await scene.node(name, '');
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(named(name)), world), refusal(/no handler for SIGHUP/, /Handle SIGHUP/));
  assert.deepEqual(kills, []);
  assert.ok(app.isAlive());
});

test('handled: true does not make up for a missing handler', async () => {
  const name = uniqueName('deaf');
  const app = await scene.node(name, '');
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(named(name), { handled: true }), world), refusal(/no handler for SIGHUP/));
  assert.deepEqual(kills, []);
  assert.ok(app.isAlive());
});

test('a program that ignores the signal, as under nohup, is not signalled', async () => {
  const path = await scene.file('ignore.sh', "trap '' HUP\necho ready\nread x\n");
  await scene.start('sh', [path]);
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(commandMatches(path)), world), refusal(/it ignores SIGHUP/, /nohup/));
  assert.deepEqual(kills, []);
});

test('a handler that comes late is waited for', async () => {
  const name = uniqueName('late');
  const app = await scene.node(name, `process.stdin.once('data', () => { ${handlesHup} });`);
  const { world } = attempt(agent.pid, { waitMs: 20_000, onWait: () => app.child.stdin?.write('now\n') });
  await sendAndWatch(hup(named(name)), world);
  await app.says('took');
  assert.deepEqual(app.lines, ['took']);
});

test('an app that starts late is waited for', async () => {
  const name = uniqueName('later');
  const started: Promise<Program>[] = [];
  const { world } = attempt(agent.pid, { waitMs: 20_000, onWait: () => started.push(scene.node(name, handlesHup)) });
  await sendAndWatch(hup(named(name)), world);
  const app = await started[0];
  await app?.says('took');
  assert.deepEqual(app?.lines, ['took']);
});

test('when nobody has that name the message says so', async () => {
  await scene.node(uniqueName('other'), ''); // So that the agent sees more than itself, also alone in a PID namespace.
  const { world } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(named('no-such-app')), world), refusal(/no process named no-such-app runs$/));
});

test('two unrelated matches are an error that names both, and neither is signalled', async () => {
  const name = uniqueName('twin');
  const [a, b] = [await scene.node(name, handlesHup), await scene.node(name, handlesHup)];
  const { world, kills } = attempt(agent.pid);
  const both = new RegExp(`several unrelated processes.*process (${a.pid}|${b.pid}) .*process (${a.pid}|${b.pid}) `);
  await assert.rejects(sendAndWatch(hup(named(name)), world), refusal(both, /all: true/));
  assert.deepEqual(kills, []);
});

test('all: true signals each of several matches once', async () => {
  const name = uniqueName('twin');
  const [a, b] = [await scene.node(name, handlesHup), await scene.node(name, handlesHup)];
  const { world } = attempt(agent.pid);
  const { pids } = await sendAndWatch(hup(named(name), { all: true }), world);
  await Promise.all([a.says('took'), b.says('took')]);
  assert.deepEqual([...pids].sort(), [a.pid, b.pid].sort());
});

test('all: true signals nobody while one of them has no handler', async () => {
  const name = uniqueName('twin');
  await scene.node(name, `if (process.argv[2] !== 'deaf') ${handlesHup}`);
  await scene.node(name, `if (process.argv[2] !== 'deaf') ${handlesHup}`, ['deaf']);
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(named(name), { all: true }), world), refusal(/no handler/));
  assert.deepEqual(kills, []);
});

test('of a master and its workers only the master is signalled', async () => {
  const name = uniqueName('master');
  const code = `
    import { fork } from 'node:child_process';
    const role = process.argv[2] ?? 'master';
    process.on('SIGHUP', () => console.log(role));
    if (role === 'master') {
      const workers = [fork(process.argv[1], ['worker']), fork(process.argv[1], ['worker'])];
      process.on('SIGHUP', () => workers.forEach((worker) => worker.kill()));
      await Promise.all(workers.map((worker) => new Promise((resolve) => worker.once('message', resolve))));
    } else {
      setInterval(() => {}, 1e6);
      process.send('here');
      await new Promise(() => {}); // Only the master says that it is ready.
    }`;
  const master = await scene.node(name, code);
  const { world, kills } = attempt(agent.pid);
  await sendAndWatch(hup(named(name)), world);
  await master.says('master');
  assert.deepEqual(kills, [`${master.pid} SIGHUP`]);
  assert.ok(!master.lines.includes('worker'));
});

test('a shell that only wraps the app is passed over when the command line matches both', async () => {
  const path = await scene.file(uniqueName('wrapped'), `${handlesHup}\nsetInterval(() => {}, 1e6);\nconsole.log('ready');\n`);
  const shell = await scene.start('sh', ['-c', `"${process.execPath}" "${path}" & echo $!; wait`]);
  const { world } = attempt(agent.pid);
  const { pids } = await sendAndWatch(hup(commandMatches(path)), world);
  await shell.says('took');
  assert.equal(pids.length, 1);
  assert.notEqual(pids[0], shell.pid);
});

test('what the agent itself started is never signalled', async () => {
  const name = uniqueName('hook');
  await scene.node(name, handlesHup);
  const { world, kills } = attempt(process.pid);
  await assert.rejects(sendAndWatch(hup(named(name)), world), refusal(/no process named/));
  assert.deepEqual(kills, []);
});

test('a program whose name has spaces and parentheses is found', async () => {
  const comm = `(x) S 1 ${Math.random().toString(36).slice(2, 6)}`;
  const code = `import { writeFileSync } from 'node:fs'; writeFileSync('/proc/self/comm', ${JSON.stringify(comm)});`;
  const app = await scene.node(uniqueName('odd'), `${code}\n${handlesHup}`);
  const { world } = attempt(agent.pid);
  const { pids } = await sendAndWatch(hup(named(comm)), world);
  assert.deepEqual(pids, [app.pid]);
});

test('a death after the signal is reported as ours', async () => {
  const name = uniqueName('mortal');
  const app = await scene.node(name, "process.on('SIGHUP', () => process.exit(1));");
  const { world } = attempt(agent.pid, { watchMs: 20_000 });
  const message = new RegExp(`process ${app.pid} .*ended after SIGHUP`);
  await assert.rejects(sendAndWatch(hup(named(name)), world), refusal(message));
});

test('a program that ends by SIGTERM did what it was told', async () => {
  const name = uniqueName('restart');
  const app = await scene.node(name, "process.on('SIGTERM', () => process.exit(0));");
  const { world } = attempt(agent.pid);
  const { pids } = await sendAndWatch(hup(named(name), { signal: 'SIGTERM' }), world);
  assert.deepEqual(pids, [app.pid]);
});

test('SIGUSR1 to Node would open its debugger, and is sent only when the step vouches for a handler', async () => {
  const name = uniqueName('usr1');
  const app = await scene.node(name, "process.on('SIGUSR1', () => console.log('took'));");
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(named(name), { signal: 'SIGUSR1' }), world), refusal(/debugger/, /handled: true/));
  assert.deepEqual(kills, []);
  await sendAndWatch(hup(named(name), { signal: 'SIGUSR1', handled: true }), world);
  await app.says('took');
});

test('arguments of other programs stay out of messages', async () => {
  const name = uniqueName('quiet');
  await scene.node(name, '', ['--password=hunter2-canary']);
  const { world } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(named(name)), world), (error: unknown) => {
    assert.ok(error instanceof AgentError);
    assert.match(error.message, new RegExp(name.replaceAll('.', '\\.')));
    assert.doesNotMatch(error.message + error.hint, /hunter2/);
    return true;
  });
});

test('an abort ends the wait', async () => {
  const stop = new AbortController();
  const { world } = attempt(agent.pid, { waitMs: 600_000, signal: stop.signal, onWait: () => stop.abort() });
  await assert.rejects(sendAndWatch(hup(named('no-such-app')), world), refusal(/no process named/));
});

test('a program that blocks the signal is signalled only when the step vouches for it', async (t) => {
  if (spawnSync('python3', ['--version']).error) return t.skip('needs python3');
  const code = `import signal, time
signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGHUP])
print('ready', flush=True)
while signal.SIGHUP not in signal.sigpending():
    time.sleep(0.01)
print('took', flush=True)
time.sleep(1000)
`;
  const path = await scene.file(uniqueName('blocks'), code);
  const app = await scene.start('python3', [path]);
  const { world, kills } = attempt(agent.pid);
  await assert.rejects(sendAndWatch(hup(commandMatches(path)), world), refusal(/it blocks SIGHUP/, /signalfd/));
  assert.deepEqual(kills, []);
  await sendAndWatch(hup(commandMatches(path), { handled: true }), world);
  await app.says('took');
});

test('another UID gets a message with both and the mend', { skip: process.getuid?.() !== 0 && 'needs root' }, async () => {
  const path = await scene.file('other.sh', "trap 'echo took' HUP\necho ready\nread x\n");
  const app = await scene.start('sh', [path], { uid: 64001 }).catch(() => undefined);
  const other = await scene.start('sh', ['-c', 'echo ready; read x'], { uid: 64002 });
  assert.ok(app, 'the temporary directory must be readable for others');
  const { world, kills } = attempt(other.pid);
  const message = /runs as UID 64001, the agent as UID 64002/;
  await assert.rejects(sendAndWatch(hup(commandMatches(path)), world), refusal(message, /same runAsUser, or reload by HTTP/));
  assert.deepEqual(kills, []);
});

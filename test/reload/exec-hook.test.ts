import assert from 'node:assert/strict';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import fc from 'fast-check';
import { systemClock } from '../../agent/core/clock.ts';
import type { ExecStep } from '../../agent/core/hooks.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { createMasker } from '../../agent/observe/masker.ts';
import { runProgram } from '../../agent/reload/exec-hook.ts';
import { outputTail } from '../../agent/reload/output-tail.ts';
import { type HookScene, hookScene, isThere, never, until } from './hook-scene.ts';

const soon = { timeout: 60_000 };

function exec(command: readonly string[], timeoutMs = 30_000): ExecStep {
  return { kind: 'exec', command, timeoutMs };
}

function sh(script: string, timeoutMs?: number): ExecStep {
  return exec(['sh', '-c', script], timeoutMs);
}

function run(scene: HookScene, step: ExecStep, signal = never) {
  return runProgram(step, scene.context, scene.world, signal);
}

/** Processes that wrote their PID to a file of the scene are ended with the test. */
function pidIn(t: TestContext, { dir }: HookScene, name: string): () => number {
  const read = (): number => Number(existsSync(join(dir, name)) ? readFileSync(join(dir, name), 'utf8') : 0);
  t.after(() => {
    if (read() > 0 && isThere(read())) process.kill(read(), 'SIGKILL');
  });
  return read;
}

/** A scene in which the time of a step is over as soon as its program has written a file: on a busy machine that takes what it takes. */
function sceneUntil(t: TestContext, name: string, timeoutMs: number): HookScene {
  const scene: HookScene = hookScene(t, {
    clock: {
      ...systemClock,
      sleep: async (ms, signal) =>
        ms === timeoutMs ? until(() => signal.aborted || existsSync(join(scene.dir, name))) : systemClock.sleep(ms, signal),
    },
  });
  return scene;
}

/** Gone, or a zombie that nobody waits for: as PID 1 of a container the one who should is a program like any other. */
function isDead(pid: number): boolean {
  if (!isThere(pid)) return true;
  try {
    return / Z /.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));
  } catch {
    return true;
  }
}

test('a program gets what placeholders stand for, PATH, HOME and what the design says, and nothing else', soon, async (t) => {
  const scene = hookScene(t);
  const { failure, output } = await run(scene, exec(['/usr/bin/env']));
  assert.equal(failure, undefined);
  const names = output.split('\n').map((line) => line.replace(/=.*/, ''));
  assert.deepEqual(names.toSorted(), ['HOME', 'KEYTIDE_DELIVERY', 'KEYTIDE_DIR', 'KEYTIDE_GENERATION', 'PATH']);
  assert.match(output, /^KEYTIDE_DELIVERY=web$/m);
  assert.match(output, /^KEYTIDE_GENERATION=7$/m);
  const { output: echoed } = await run(scene, exec(['echo', '{delivery} {generation} {dir} {feedback} {other} $HOME']));
  assert.equal(echoed, `web 7 ${scene.dir} ${scene.dir} {other} $HOME`);
});

test('a program reads nothing from the agent', soon, async (t) => {
  const { failure, output } = await run(hookScene(t), sh('cat; echo end'));
  assert.deepEqual({ failure, output }, { failure: undefined, output: 'end' });
});

test('a program that fails is told with its exit code and last words', soon, async (t) => {
  const scene = hookScene(t);
  const { failure } = await run(scene, sh('echo fine; echo "line 3: no such key" >&2; echo "test failed" >&2; exit 3'));
  assert.equal(failure?.reason, 'ended with exit code 3: line 3: no such key | test failed');
  assert.equal((await run(scene, sh('echo only this; exit 1'))).failure?.reason, 'ended with exit code 1: only this');
  assert.equal((await run(scene, sh('kill -9 $$'))).failure?.reason, 'was ended by SIGKILL');
});

test('a program that is not there, or is none, is told with what to do', soon, async (t) => {
  const scene = hookScene(t);
  const { failure } = await run(scene, exec(['/no/such/program']));
  assert.equal(failure?.reason, 'could not be started (ENOENT)');
  assert.match(failure?.hint ?? '', /agent's container.*\/no\/such\/program/);
  const file = join(scene.dir, 'text');
  writeFileSync(file, 'x', { mode: 0o644 });
  assert.equal((await run(scene, exec([file]))).failure?.reason, 'could not be started (EACCES)');
});

test('an agent that gave up its right to start programs says so', soon, async (t) => {
  const denied = Object.assign(new Error('no'), { code: 'ERR_ACCESS_DENIED' });
  const scene = hookScene(t, {
    spawn: async () => {
      throw denied;
    },
  });
  const { failure } = await run(scene, exec(['true']));
  assert.match(failure?.reason ?? '', /gave up its right/);
  assert.match(failure?.hint ?? '', /restart the pod/);
});

test('a program that hangs and ignores SIGTERM is killed with all that it started', soon, async (t) => {
  const scene = sceneUntil(t, 'child', 1_000);
  const child = pidIn(t, scene, 'child');
  const script = `trap '' TERM; echo waiting; sh -c 'trap "" TERM; echo $$ > ${scene.dir}/child; while :; do sleep 1; done' & wait`;
  const { failure } = await run(scene, sh(script, 1_000));
  assert.equal(failure?.reason, 'did not end within 1 s and was killed: waiting');
  await until(() => child() > 0 && isDead(child()));
});

test('a program whose time is over may tidy up before it is killed', soon, async (t) => {
  const scene = sceneUntil(t, 'ready', 500);
  const script = `trap 'echo tidied > ${scene.dir}/tidied; exit 1' TERM; echo > ${scene.dir}/ready; while :; do sleep 0.05; done`;
  const { failure } = await run(scene, sh(script, 500));
  assert.match(failure?.reason ?? '', /did not end within 0.5 s/);
  assert.equal(readFileSync(join(scene.dir, 'tidied'), 'utf8'), 'tidied\n');
});

test('a daemon that is left behind and holds the output open is neither waited for nor ended', soon, async (t) => {
  const scene = hookScene(t);
  const daemon = pidIn(t, scene, 'daemon');
  const { failure, output } = await run(scene, sh(`sleep 1000 & echo $! > ${scene.dir}/daemon; echo started`));
  assert.deepEqual({ failure, output }, { failure: undefined, output: 'started' });
  assert.ok(!isDead(daemon()));
});

test('a program that prints a gigabyte is not stopped by it, and its end is kept', soon, async (t) => {
  const { failure, output } = await run(
    hookScene(t),
    sh('head -c 1000000000 /dev/zero | tr "\\0" "x"; echo; echo the end', 60_000),
  );
  assert.equal(failure, undefined);
  assert.ok(output.length < 5_000, String(output.length));
  assert.match(output, /^\.\.\. x+\nthe end$/);
});

test('secrets that a program prints are redacted', soon, async (t) => {
  const masker = createMasker();
  masker.learn([SecretValue.ofText('hunter2-canary')]);
  const scene = hookScene(t, { mask: masker.mask });
  const { failure, output } = await run(scene, sh('echo password hunter2-canary; echo bad hunter2-canary >&2; exit 1'));
  assert.equal(failure?.reason, 'ended with exit code 1: bad ***');
  assert.doesNotMatch(output, /hunter2/);
});

test('no piece of a secret shows, wherever the output is cut', () => {
  const secret = 'abcdefghijklmnopqrstuvwxyz'.repeat(8);
  const masker = createMasker();
  masker.learn([SecretValue.ofText(secret)]);
  const piece = fc.oneof(
    fc.constant(secret),
    fc.nat({ max: 3_000 }).map((length) => '.'.repeat(length)),
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 60 }), fc.integer({ min: 1, max: 70_000 }), (pieces, size) => {
      const bytes = Buffer.from(pieces.join(''));
      const tail = outputTail();
      for (let at = 0; at < bytes.length; at += size) tail.add(bytes.subarray(at, at + size));
      assert.doesNotMatch(tail.text(masker.mask), /[a-z]/);
    }),
    { numRuns: 200 },
  );
});

test('control characters of a program stay out of logs', soon, async (t) => {
  const { output } = await run(hookScene(t), sh("printf '\\033[31mred\\033[0m\\007\\n\\ttab'"));
  assert.equal(output, 'red\n\ttab');
});

test('when the agent stops a program is ended at once', soon, async (t) => {
  const scene = hookScene(t);
  const child = pidIn(t, scene, 'child');
  const stop = new AbortController();
  const running = run(scene, sh(`echo $$ > ${scene.dir}/child; sleep 1000`, 600_000), stop.signal);
  await until(() => child() > 0);
  stop.abort();
  assert.equal((await running).failure?.reason, 'was ended: the agent stops');
  assert.ok(isDead(child()));
});

import assert from 'node:assert/strict';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createServer as createTlsServer } from 'node:tls';
import { AgentError, type ErrorCode } from '../../agent/core/agent-error.ts';
import { systemClock } from '../../agent/core/clock.ts';
import type { ExecStep, HttpStep, Verify } from '../../agent/core/hooks.ts';
import type { Delivery } from '../../agent/core/spec.ts';
import { deliveryHooks } from '../../agent/reload/delivery-hooks.ts';
import type { HookWorld } from '../../agent/reload/hook-world.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { deliveryOf } from '../template/rendering.ts';
import { hookScene, listening, never, until } from './hook-scene.ts';
import { handlesHup, hup, named, Scene, uniqueName } from './programs.ts';

const scene = new Scene();
/** Stands for the agent: what a test starts isn't its child. */
const agent = await scene.start('sh', ['-c', 'echo ready; read x']);
after(() => scene.end());

const soon = { timeout: 60_000 };
/** Longer than any test: what ends before didn't wait for it. */
const longMs = 600_000;

const sh = (script: string, timeoutMs = 30_000): ExecStep => ({ kind: 'exec', command: ['sh', '-c', script], timeoutMs });

function get(port: number, path = '/', changes: Partial<HttpStep> = {}): HttpStep {
  const about = { headers: {}, expectStatus: [200], timeoutMs: 5_000, retries: 0, tls: { skipVerify: false } };
  return { kind: 'http', method: 'GET', url: `http://127.0.0.1:${port}${path}`, ...about, ...changes };
}

function verify(...steps: Verify['steps']): Verify {
  return { timeoutMs: longMs, steps };
}

function hooksOf(changes: Partial<Delivery>, world: HookWorld) {
  return deliveryHooks({ ...deliveryOf(), ...changes, name: 'web' }, world);
}

/** For assert.rejects. */
function failure(code: ErrorCode, message: RegExp, hint = /./): (error: unknown) => true {
  return (error) => {
    assert.ok(error instanceof AgentError, String(error));
    assert.equal(error.code, code);
    assert.match(error.message, message);
    assert.match(error.hint, hint);
    return true;
  };
}

const subject = (directory: string) => ({ generation: 7, directory });

test('reload steps are carried out one after the other, each with a line of the log', soon, async (t) => {
  const { dir, world, lines, events } = hookScene(t);
  const calls: string[] = [];
  const port = await listening(
    t,
    createServer((request, response) => {
      calls.push(`${request.url} ${readFileSync(join(dir, 'steps'), 'utf8').trim()}`);
      response.end();
    }),
  );
  const steps = [
    sh(`echo first >> ${dir}/steps`),
    get(port, '/reload/{generation}'),
    { kind: 'touch', path: '{feedback}/last' },
  ] as const;
  await hooksOf({ reload: steps }, world).reload(subject(dir), never);
  assert.deepEqual(calls, ['/reload/7 first']);
  assert.equal(readFileSync(join(dir, 'last'), 'utf8'), '');
  assert.deepEqual(
    lines.map(({ message, fields: { delivery, generation, step } }) => [message, delivery, generation, step]),
    ['exec', 'http', 'touch'].map((kind) => ['reload step done', 'web', 7, kind]),
  );
  assert.deepEqual(
    events.map(({ deed, step, result }) => [deed, step, result]),
    ['exec', 'http', 'touch'].map((kind) => ['reload', kind, 'ok']),
  );
});

test('a step that fails ends the reload, and is named', soon, async (t) => {
  const { dir, world, events } = hookScene(t);
  const steps = [sh('true'), sh('echo no >&2; exit 2'), { kind: 'touch', path: '{feedback}/last' }] as const;
  await assert.rejects(
    hooksOf({ reload: steps }, world).reload(subject(dir), never),
    failure('RELOAD_FAILED', /^delivery web: reload step 2 \(exec sh\) ended with exit code 2: no$/),
  );
  assert.deepEqual(
    events.map(({ result }) => result),
    ['ok', 'failed'],
  );
  const missing = { kind: 'exec', command: ['/no/such'], timeoutMs: 1 } as const;
  await assert.rejects(
    hooksOf({ reload: [missing] }, world).reload(subject(dir), never),
    failure('RELOAD_FAILED', /ENOENT/, /agent's container/),
  );
});

test('a check sees the staged files, and its refusal says why', soon, async (t) => {
  const { dir, world, lines } = hookScene(t);
  const check = {
    validations: [],
    exec: sh('ls {dir}; echo "$KEYTIDE_DIR"; [ {generation} = 7 ] || { echo not seven; exit 1; }'),
  };
  const hooks = hooksOf({ check }, world);
  await hooks.check({ generation: 7, directory: dir }, [], never);
  assert.deepEqual(lines, [
    { message: 'check passed', fields: { delivery: 'web', generation: 7, step: 'exec', program: 'sh', output: dir } },
  ]);
  await assert.rejects(
    hooks.check({ generation: 8, directory: dir }, [], never),
    failure('CHECK_FAILED', /^delivery web: the check sh ended with exit code 1: .*not seven$/),
  );
});

test('files are validated before the program of a check runs', soon, async (t) => {
  const refused = new AgentError('CHECK_FAILED', 'a is no yaml');
  const { dir, world, events } = hookScene(t, {
    validate: async () => {
      throw refused;
    },
  });
  const check = { validations: [{ kind: 'syntax', file: 'a', syntax: 'yaml' }], exec: sh(`touch ${dir}/ran`) } as const;
  await assert.rejects(hooksOf({ check }, world).check(subject(dir), [], never), refused);
  assert.deepEqual(
    events.map(({ deed, step, result }) => [deed, step, result]),
    [['check', 'validate', 'failed']],
  );
  assert.throws(() => readFileSync(join(dir, 'ran')));
});

test('a reload that ends with 0 and does nothing is found out by the certificate that is served', soon, async (t) => {
  const { dir, world } = hookScene(t);
  const [old, next] = [selfSigned('old'), selfSigned('next')];
  writeFileSync(join(dir, 'tls.crt'), next.cert);
  const server = createTlsServer(old, (socket) => void socket.on('error', () => {})).on('tlsClientError', () => {});
  const port = await listening(t, server);
  const proof = { kind: 'tlsServes', address: `127.0.0.1:${port}`, certificate: 'tls.crt' } as const;
  const blind = hooksOf({ reload: [sh('true')], verify: { timeoutMs: 300, steps: [proof] } }, world);
  await blind.reload(subject(dir), never);
  await assert.rejects(
    blind.verify(subject(dir), [], never),
    failure(
      'VERIFY_FAILED',
      new RegExp(`^delivery web: verify step 1 \\(tlsServes 127.0.0.1:${port}\\) did not hold within 0.3 s: serves CN=`),
    ),
  );
  let calls = 0;
  server.on('connection', () => {
    calls += 1;
    if (calls === 3) server.setSecureContext(next); // Late, but it does.
  });
  const patient = hooksOf({ reload: [sh('true')], verify: verify(proof) }, world);
  await patient.reload(subject(dir), never);
  await patient.verify(subject(dir), [], never);
  assert.ok(calls >= 3);
});

test('what does not hold is tried again until it does, and every step that does not is named', soon, async (t) => {
  const { dir, world, events, lines } = hookScene(t);
  let calls = 0;
  const port = await listening(
    t,
    createServer((_, response) => {
      calls += 1;
      response.writeHead(calls < 4 ? 503 : 200).end();
    }),
  );
  await hooksOf({ verify: verify(get(port), sh('true')) }, world).verify(subject(dir), [], never);
  assert.equal(calls, 4);
  assert.deepEqual(events.map(({ deed, step, result }) => `${deed} ${step} ${result}`).toSorted(), [
    'verify exec ok',
    'verify http ok',
  ]);
  assert.deepEqual(new Set(lines.map(({ message }) => message)), new Set(['verify step holds']));
  const hopeless = { timeoutMs: 200, steps: [{ kind: 'ackFile' }, get(port), sh('echo why; exit 1')] } as const;
  await assert.rejects(
    hooksOf({ verify: hopeless }, world).verify(subject(dir), [], never),
    failure(
      'VERIFY_FAILED',
      /verify step 1 \(ackFile\) did not hold within 0.2 s: .*web.ack is not there; verify step 3 \(exec sh\) .*: ended with exit code 1: why$/,
    ),
  );
});

test('the app may say itself that it has taken a generation', soon, async (t) => {
  const { dir, world } = hookScene(t);
  const proving = hooksOf({ verify: verify({ kind: 'ackFile' }) }, world).verify(subject(dir), [], never);
  writeFileSync(join(dir, 'web.ack'), '6');
  writeFileSync(join(dir, 'web.ack'), '7');
  await proving;
});

test('with a proof nobody waits for the end of the watch after a signal', soon, async (t) => {
  // The watch looks every 100 ms; here that pause never ends by itself.
  const clock = {
    ...systemClock,
    sleep: (ms: number, signal: AbortSignal) => (ms === 100 ? until(() => signal.aborted) : systemClock.sleep(ms, signal)),
  };
  const { dir, world } = hookScene(t, { selfPid: agent.pid, clock });
  const name = uniqueName('proved');
  const app = await scene.node(name, handlesHup);
  const hooks = hooksOf({ reload: [hup(named(name))], verify: verify(sh('true')) }, world);
  await hooks.reload(subject(dir), never);
  await hooks.verify(subject(dir), [], never);
  await app.says('took');
});

test('an app that ends by the signal fails the proof at once, and is named', soon, async (t) => {
  const { dir, world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('mortal');
  const app = await scene.node(name, "process.on('SIGHUP', () => setTimeout(() => process.exit(1), 200));");
  const hooks = hooksOf({ reload: [hup(named(name))], verify: verify(sh('exit 1')) }, world);
  await hooks.reload(subject(dir), never);
  await assert.rejects(
    hooks.verify(subject(dir), [], never),
    failure('VERIFY_FAILED', new RegExp(`^delivery web: process ${app.pid} .* ended after SIGHUP`), /may not handle SIGHUP/),
  );
});

test('an app that is gone when all else holds fails the proof', soon, async (t) => {
  const { dir, world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('gone');
  const app = await scene.node(name, "process.on('SIGHUP', () => setTimeout(() => process.exit(1), 200));");
  const gone = sh(`while kill -0 ${app.pid} 2>/dev/null; do sleep 0.02; done`, longMs);
  const hooks = hooksOf({ reload: [hup(named(name))], verify: verify(gone) }, world);
  await hooks.reload(subject(dir), never);
  await assert.rejects(hooks.verify(subject(dir), [], never), failure('VERIFY_FAILED', / ended after SIGHUP/));
});

test('without a proof an app that ends by the signal fails the reload', soon, async (t) => {
  const { dir, world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('mortal');
  await scene.node(name, "process.on('SIGHUP', () => process.exit(1));");
  const hooks = hooksOf({ reload: [hup(named(name))] }, world);
  await assert.rejects(hooks.reload(subject(dir), never), failure('RELOAD_FAILED', / ended after SIGHUP/));
});

test('who ran before the reload must live on, whatever reloaded it', soon, async (t) => {
  const { dir, world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('before');
  const app = await scene.node(name, '');
  const alive = { kind: 'processAlive', forMs: 100, process: named(name), expect: 'same' } as const;
  const hooks = hooksOf({ reload: [sh('true')], verify: verify(alive) }, world);
  await hooks.reload(subject(dir), never);
  await hooks.verify(subject(dir), [], never);
  const killing = hooksOf({ reload: [sh(`kill -9 ${app.pid}`)], verify: verify(alive) }, world);
  await killing.reload(subject(dir), never);
  const ended = failure('VERIFY_FAILED', new RegExp(`processAlive ${name}\\) did not hold: process ${app.pid} .* ended`));
  await assert.rejects(killing.verify(subject(dir), [], never), ended);
  await scene.node(name, '');
  await killing.verify(subject(dir), [], never); // Looked at again later, whoever the kubelet has started since counts.
});

test('a reload that restarts the app is proved by another process', soon, async (t) => {
  const { dir, world } = hookScene(t, { selfPid: agent.pid });
  const name = uniqueName('restarted');
  const app = await scene.node(name, '');
  const alive = { kind: 'processAlive', forMs: 100, process: named(name), expect: 'restarted' } as const;
  const hooks = hooksOf({ reload: [sh(`kill -9 ${app.pid}`)], verify: verify(alive) }, world);
  await hooks.reload(subject(dir), never);
  const proving = hooks.verify(subject(dir), [], never);
  await scene.node(name, '');
  await proving;
});

test('everything ends when the agent stops', soon, async (t) => {
  const { dir, world, events } = hookScene(t);
  const stop = new AbortController();
  const hooks = hooksOf({ reload: [sh('sleep 1000', longMs)], verify: verify({ kind: 'ackFile' }) }, world);
  const running = Promise.allSettled([hooks.reload(subject(dir), stop.signal), hooks.verify(subject(dir), [], stop.signal)]);
  stop.abort();
  await running;
  assert.deepEqual(events, []);
});

import assert from 'node:assert/strict';
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { type ExecApp, execApp, isAlive } from './exec-app.ts';
import { type KeytideProcess, keytide, type Place, place, until, writeAtomically } from './keytide-process.ts';
import { documents, externalSecret, fakeData, fakeStore } from './manifests.ts';

let here: Place;
let agent: KeytideProcess | undefined;
let app: ExecApp;

beforeEach(async () => {
  here = await place();
  app = execApp(here.dir);
  here.write(
    'spec.yaml',
    documents(
      fakeStore(join(here.dir, 'data.json')),
      externalSecret('db', { USERNAME: 'user', PASSWORD: 'password', 'tls.crt': 'certificate' }),
      externalSecret('other', { token: 'token' }),
    ),
  );
  rotate({});
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  for (const { pid } of app.starts()) killGroup(pid);
  await agent?.ended; // Its streams are the app's, too.
  agent = undefined;
  here.remove();
});

/** With what it started; at a terminal it has no group of its own. */
function killGroup(pid: number): void {
  for (const each of [-pid, pid]) {
    try {
      process.kill(each, 'SIGKILL');
    } catch {
      // Gone.
    }
  }
}

function rotate(values: Readonly<Record<string, string>>): void {
  const all = { user: 'app', password: 'canary-first', certificate: 'canary-certificate', token: 'canary-token', ...values };
  writeAtomically(join(here.dir, 'data.json'), fakeData(all));
}

interface Given {
  readonly env?: Readonly<Record<string, string>>;
  readonly command?: readonly string[];
}

function exec(flags: readonly string[], { env = {}, command = app.command }: Given = {}): KeytideProcess {
  agent = keytide(['exec', ...here.flags, ...flags, '--', ...command], env);
  return agent;
}

/** The agent with its app running: started `count` times so far. */
async function started(flags: readonly string[], given: Given = {}): Promise<KeytideProcess> {
  const running = exec(flags, given);
  await until('the app runs', () => {
    assert.equal(running.child.exitCode, null, running.stderr());
    return app.starts().length === 1;
  });
  return running;
}

function last(): { readonly pid: number; readonly environment: Readonly<Record<string, string>> } {
  return app.starts().at(-1) ?? assert.fail('the app was not started');
}

test('a program gets entries, single values and references, and none of our options', async () => {
  const env = {
    PLAIN: 'stays',
    WHOLE: 'keytide://db/PASSWORD',
    INSIDE: `postgres://$\{keytide://db/USERNAME}:$\{keytide://db/PASSWORD}@db/app`,
    USERNAME: 'replaced',
    KEYTIDE_LOG_LEVEL: 'info',
  };
  const running = await started(['--env-from', 'db', '--env', 'TOKEN=other/token'], { env });
  const { environment } = last();
  assert.deepEqual(
    ['USERNAME', 'PASSWORD', 'TOKEN', 'PLAIN', 'WHOLE', 'INSIDE', 'tls.crt', 'KEYTIDE_LOG_LEVEL'].map(
      (name) => environment[name],
    ),
    ['app', 'canary-first', 'canary-token', 'stays', 'canary-first', 'postgres://app:canary-first@db/app', undefined, undefined],
  );
  const own = readFileSync(`/proc/${running.pid}/environ`, 'utf8') + readFileSync(`/proc/${running.pid}/cmdline`, 'utf8');
  assert.doesNotMatch(own + running.stderr(), /canary/);
  assert.match(running.stderr(), /"passedOver":\["db\/tls.crt"\],"replaced":\["USERNAME"\]/);
});

test('exec ends with the exit code of its program', async () => {
  for (const code of [0, 7, 255]) assert.equal(await exec([], { command: ['sh', '-c', `exit ${code}`] }).ended, code);
});

test('exec ends by the signal that ended its program, but writes no image of its memory', async () => {
  for (const [signal, wanted] of [
    ['TERM', 'SIGTERM'],
    ['KILL', 'SIGKILL'],
    ['USR1', 'SIGUSR1'],
    ['SEGV', 139],
    ['QUIT', 131],
  ] as const)
    assert.equal(await exec([], { command: ['sh', '-c', `ulimit -c 0; kill -${signal} $$`] }).ended, wanted);
});

test('a program that is not there, or is none, is told as a shell tells it', async () => {
  const text = join(here.dir, 'text');
  writeFileSync(text, 'no program');
  for (const flags of [[], ['--once']]) {
    assert.equal(await exec(flags, { command: ['/nowhere/program'] }).ended, 127);
    assert.equal(await exec(flags, { command: [text] }).ended, 126);
  }
});

test('signals go to the program, which decides what becomes of exec', async () => {
  const running = await started([]);
  const signals = ['SIGHUP', 'SIGINT', 'SIGUSR1', 'SIGUSR2', 'SIGWINCH', 'SIGCONT', 'SIGALRM', 'SIGQUIT'] as const;
  for (const signal of signals) {
    running.child.kill(signal);
    await until(`${signal} came`, () => app.signals().includes(signal));
  }
  assert.deepEqual(app.signals(), signals);
  assert.ok(isAlive(last().pid));
  running.child.kill('SIGTERM');
  assert.equal(await running.ended, 0);
  assert.deepEqual(app.signals().at(-1), 'SIGTERM');
});

test('a changed value restarts the program: nobody of the old one is left when the new one starts', async () => {
  const running = await started(['--env-from', 'db'], { env: { HELPER: '1' } });
  const helper = (): number | undefined => app.told().flatMap((each) => ('helper' in each ? [Number(each.helper)] : []))[0];
  await until('the app has a helper', () => helper() !== undefined);
  const [old, oldHelper] = [last().pid, helper() ?? 0];
  rotate({ password: 'canary-second' });
  await until('the app was started again', () => app.starts().length === 2);
  assert.equal(last().environment['PASSWORD'], 'canary-second');
  assert.ok(!isAlive(old) && !isAlive(oldHelper), 'the old ones are gone');
  assert.deepEqual(app.signals(), ['SIGTERM']);
  assert.equal(here.read('db/PASSWORD'), 'canary-second');
  assert.doesNotMatch(running.stderr(), /canary/);
  assert.match(running.stderr(), /"variables":\["PASSWORD"\]/);
});

test('what the environment is not made of only changes its files', async () => {
  await started(['--env', 'PASSWORD=db/PASSWORD']);
  rotate({ token: 'canary-other', user: 'else' });
  await until('the files are new', () => here.read('other/token') === 'canary-other' && here.read('db/USERNAME') === 'else');
  rotate({ token: 'canary-other', user: 'else', password: 'canary-second' });
  await until('the app was started again', () => app.starts().length === 2);
  assert.equal(last().environment['PASSWORD'], 'canary-second');
});

test('a program that does not end at SIGTERM is killed after --grace', async () => {
  await started(['--env-from', 'db', '--grace', '200ms'], { env: { STUBBORN: '1' } });
  const old = last().pid;
  rotate({ password: 'canary-second' });
  await until('the app was started again', () => app.starts().length === 2);
  assert.deepEqual(app.signals(), ['SIGTERM']);
  assert.ok(!isAlive(old));
});

test('--on-change signal tells the program instead of restarting it', async () => {
  await started(['--env-from', 'db', '--on-change', 'signal:SIGUSR1']);
  rotate({ password: 'canary-second' });
  await until('the signal came', () => app.signals().length > 0);
  assert.deepEqual([app.signals(), app.starts().length], [['SIGUSR1'], 1]);
});

test('a program that fails on its new values is tried again, and healed by the next ones', async () => {
  const running = await started(['--env-from', 'db']);
  rotate({ password: 'broken' });
  await until('the app failed twice', () => app.starts().length >= 3);
  assert.match(running.stderr(), /does not live on its new environment/);
  rotate({ password: 'canary-third' });
  await until('the app has the third', () => last().environment['PASSWORD'] === 'canary-third');
  assert.equal(running.child.exitCode, null);
});

test('an environment that can no longer be made leaves the program on the one it has', async () => {
  const running = await started(['--env', 'PASSWORD=db/PASSWORD']);
  here.write('spec.yaml', readFileSync(join(here.specDir, 'spec.yaml'), 'utf8').replaceAll('"PASSWORD"', '"SECRET"'));
  await until('the log says it', () => running.stderr().includes('could not be made; the program goes on'));
  assert.match(running.stderr(), /variable PASSWORD: delivery db has no PASSWORD; it has: SECRET, USERNAME, tls.crt/);
  assert.ok(isAlive(last().pid) && app.starts().length === 1);
});

test('what can not be a variable is an error that names it, before anything is started', async () => {
  rotate({ password: 'canary\0nul' });
  const cases = [
    [['--env-from', 'db'], {}, 5, /variable PASSWORD: db\/PASSWORD holds a NUL/],
    [['--env', 'X=db/nope'], {}, 5, /variable X: delivery db has no nope; it has: PASSWORD, USERNAME, tls.crt/],
    [['--env', 'X=dp/nope'], {}, 2, /delivery dp, which the spec hasn't.*The spec has: db, other; did you mean \\"db\\"/],
    [[], { URL: 'https://keytide://db/x' }, 2, /variable URL has a reference that can't be read/],
    [[], { URL: 'keytide://db/nope' }, 5, /variable URL: delivery db has no nope/],
  ] as const;
  for (const [flags, env, code, words] of cases) {
    for (const once of [[], ['--once']]) {
      const running = exec([...flags, ...once], { env });
      assert.equal(await running.ended, code, running.stderr());
      assert.match(running.stderr(), words);
    }
  }
  assert.equal(app.starts().length, 0);
});

test('until the program runs, exec ends as init does', async () => {
  here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { a: 'nowhere' })));
  const waiting = exec(['--init-timeout', '5m', '--env-from', 'db']);
  await until('it has tried', () => waiting.stderr().includes('SECRET_MISSING'));
  waiting.child.kill('SIGTERM');
  assert.equal(await waiting.ended, 143);
  here.write('spec.yaml', 'kind: Nothing\n');
  assert.equal(await exec(['--env-from', 'db']).ended, 3);
});

test('--once becomes the program: nothing of Node stays, its files are there, and signals act as they always do', async (t) => {
  if (process.platform !== 'linux') return t.skip('Linux only');
  const script = 'echo "$PASSWORD" > "$1/told"; exec sleep 1000';
  const running = exec(['--once', '--env-from', 'db'], { command: ['sh', '-c', script, 'sh', here.dir] });
  const cmdline = (): string => readFileSync(`/proc/${running.pid}/cmdline`, 'utf8');
  await until('it sleeps', () => {
    assert.equal(running.child.exitCode, null, running.stderr());
    return cmdline() === 'sleep\x001000\0';
  });
  assert.notEqual(readlinkSync(`/proc/${running.pid}/exe`), process.execPath);
  assert.equal(readFileSync(join(here.dir, 'told'), 'utf8'), 'canary-first\n');
  assert.doesNotMatch(readFileSync(`/proc/${running.pid}/maps`, 'utf8'), /node/);
  assert.match(readFileSync(`/proc/${running.pid}/status`, 'utf8'), /^SigIgn:\t0+$/m);
  assert.deepEqual(childrenOf(running.pid), []);
  assert.equal(here.read('db/PASSWORD'), 'canary-first');
  running.child.kill('SIGTERM');
  assert.equal(await running.ended, 'SIGTERM');
});

function childrenOf(pid: number): readonly string[] {
  return readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .split(' ')
    .filter((each) => each !== '');
}

test('--once runs a script without #! as a shell does', async () => {
  const script = join(here.dir, 'script');
  writeFileSync(script, 'exit 3\n', { mode: 0o755 });
  assert.equal(await exec(['--once'], { command: [script] }).ended, 3);
});

test('without --root and without /run/keytide the files are in a directory of this run alone', async (t) => {
  if (existsSync('/run/keytide')) return t.skip('there is a /run/keytide');
  const runtime = join(here.dir, 'runtime');
  mkdirSync(runtime);
  agent = keytide(
    ['exec', '--spec', here.specDir, '--allow-disk', '--namespace', 'shop', '--env-from', 'db', '--', ...app.command],
    { XDG_RUNTIME_DIR: runtime },
  );
  await until('the app runs', () => app.starts().length === 1);
  assert.equal(readdirSync(runtime).length, 1);
  agent.child.kill('SIGTERM');
  assert.equal(await agent.ended, 0);
  assert.deepEqual(readdirSync(runtime), []);
});

test('standard input and output are the program’s', async () => {
  const entry = process.env['KEYTIDE_BUNDLE'] ?? join(import.meta.dirname, '../../agent/main.ts');
  const child = spawn(process.execPath, [entry, 'exec', ...here.flags, '--', 'cat'], { stdio: ['pipe', 'pipe', 'ignore'] });
  let output = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    output += text;
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.end('through and through');
  assert.equal(await ended, 0);
  assert.equal(output, 'through and through');
});

test('at a terminal the program has it, and a key that interrupts comes once', async (t) => {
  if (spawnSync('script', ['--version']).status !== 0) return t.skip('needs script of util-linux');
  const entry = process.env['KEYTIDE_BUNDLE'] ?? join(import.meta.dirname, '../../agent/main.ts');
  const words = [process.execPath, entry, 'exec', ...here.flags, '--env-from', 'db', '--', ...app.command];
  const line = words.map((word) => `'${word}'`).join(' ');
  const child = spawn('script', ['--quiet', '--return', '--command', `test -t 0 && exec ${line}`, '/dev/null'], {
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  const ended = new Promise((resolve) => child.on('close', resolve));
  await until('the app runs', () => app.starts().length === 1);
  child.stdin.write('\x03');
  await until('it was interrupted', () => app.signals().length > 0);
  rotate({ password: 'canary-second' });
  await until('it goes on, and is restarted', () => app.starts().length === 2);
  assert.deepEqual(app.signals(), ['SIGINT', 'SIGTERM']);
  process.kill(last().pid, 'SIGTERM');
  assert.equal(await ended, 0);
});

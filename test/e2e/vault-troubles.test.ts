/** What ends other agents, or makes them leave things behind, at a Vault: kills, deleted secrets, a server that isn't up yet, the end of a token, SIGTERM. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { connect, createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../servers/free-port.ts';
import { jwtSigner, signedProjectedToken } from '../servers/projected-token.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import { ask, type KeytideProcess, keytide, type Place, place, until } from './keytide-process.ts';
import { documents } from './manifests.ts';

let here: Place;
let double: VaultDouble;
let running: KeytideProcess[];
let way: Server | undefined;

const signer = jwtSigner();
const forever = Number.POSITIVE_INFINITY;

beforeEach(async () => {
  here = await place();
  double = await startVaultDouble();
  double.kv2('secret', { app: { user: 'user-0', password: 'password-0' }, other: { value: 'value-0' } });
  double.policy('app', { 'secret/data/*': ['read'] });
  setRole({ ttl: 3600 });
  here.writeToken(signedProjectedToken(signer, { namespace: 'shop', serviceAccount: 'app' }));
  running = [];
});

afterEach(async () => {
  for (const each of running) each.child.kill('SIGKILL');
  await Promise.all(running.map((each) => each.ended));
  way?.close();
  way = undefined;
  await double.close();
  here.remove();
});

function setRole(life: { readonly ttl: number; readonly maxTtl?: number }): void {
  const role = { names: ['app'], namespaces: ['shop'], audience: 'vault', policies: ['app'], ...life };
  double.kubernetes('kubernetes', { keys: [signer.publicKey], roles: { app: role } });
}

function store(url = double.url): string {
  return `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec:
  provider:
    vault:
      server: ${url}
      path: secret
      auth: { kubernetes: { role: app, serviceAccountRef: { name: app, audiences: [vault] } } }
`;
}

function extract(name: string): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: ${name} }
spec:
  refreshInterval: 1s
  secretStoreRef: { name: store }
  dataFrom: [{ extract: { key: ${name} } }]
`;
}

function keepingPrevious(name: string, time: string): string {
  return `apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: ${name} }
spec: { externalSecrets: [${name}], keepPrevious: ${time} }
`;
}

function start(): KeytideProcess {
  const process = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`]);
  running.push(process);
  return process;
}

async function startAndDeliver(): Promise<KeytideProcess> {
  const process = start();
  await until('it has delivered and is ready', () => answers(process, '/ready'));
  return process;
}

async function answers({ child, stderr }: KeytideProcess, path: string): Promise<boolean> {
  assert.equal(child.exitCode, null, stderr());
  return (await ask(here.url(path))).status === 200;
}

async function end(process: KeytideProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string> {
  process.child.kill(signal);
  await until('it has ended', () => process.child.exitCode !== null || process.child.signalCode !== null);
  return process.ended;
}

async function status(
  name: string,
): Promise<{ readonly ready: boolean; readonly error?: { readonly code: string } } | undefined> {
  const { externalSecrets = [] } = JSON.parse((await ask(here.url('/status'))).body || '{}');
  return externalSecrets.find((each: { name: string }) => each.name === name);
}

/** Undefined as long as there is none. */
function shown(path: string): string | undefined {
  return unlessGone(() => here.read(path), undefined);
}

describe('keytide run that is killed while it publishes versions of Vault secrets without end', { timeout: 240_000 }, () => {
  let version: number;

  beforeEach(() => {
    version = 0;
    here.write('spec.yaml', documents(store(), extract('app'), keepingPrevious('app', '2s')));
  });

  /** What belongs together changes together. */
  function rotate(): void {
    version += 1;
    double.put('secret', 'app', { user: `user-${version}`, password: `password-${version}` });
  }

  it('never shows readers a mix of versions, and leaves neither older secrets nor drafts behind when it runs again', async () => {
    await end(await startAndDeliver(), 'SIGKILL');
    let isOver = false;
    const reading = readPairs(join(here.root, 'app'), () => isOver);
    for (let round = 0; round < 12; round += 1) {
      const agent = start();
      if (round % 3 === 0) await rotating(agent, 100 + Math.random() * 900);
      else {
        await until('it is ready', () => answers(agent, '/ready'));
        await rotating(agent, Math.random() * 600, 'SIGUSR2');
      }
      await end(agent, 'SIGKILL');
    }
    isOver = true;
    const { torn, missing, generations } = await reading;
    assert.deepEqual({ torn, missing }, { torn: 0, missing: 0 });
    assert.ok(generations > 5, `readers saw ${generations} versions`);

    const last = start();
    await until('the last version is there', () => shown('app/user') === `user-${version}`);
    await until('what is older is gone', () => leftovers().length === 0).catch(() => assert.deepEqual(leftovers(), []));
    assert.equal(shown('app/password'), `password-${version}`);
    assert.equal(await end(last, 'SIGTERM'), 0, last.stderr());
    assert.deepEqual(leftovers(), []);
    assert.deepEqual(double.liveTokens(), []);
  });

  /** New versions for so long, each of which it is told to fetch at once. */
  async function rotating({ child }: KeytideProcess, ms: number, tell?: 'SIGUSR2'): Promise<void> {
    for (const endAt = Date.now() + ms; Date.now() < endAt; await pause(Math.min(100, Math.max(1, endAt - Date.now())))) {
      rotate();
      if (tell) child.kill(tell);
    }
  }

  /** Files that hold a version other than the last, and those that nothing should know any more. */
  function leftovers(): readonly string[] {
    const files = [here.root, join(here.dir, 'private')].flatMap((root) => filesBelow(root));
    const held = files.filter((path) => {
      const versions = textOf(path).matchAll(/(?:user|password)-(\d+)/g);
      return [...versions].some(([, of]) => of !== `${version}`);
    });
    const drafts = files.filter((path) => /\.(new|tmp|draft|link)$|\.json\.[\w-]+$/.test(path));
    const names = readdirSync(join(here.root, 'app')).filter((name) => !/^(\.\.data|\.\.g[^/]+|user|password)$/.test(name));
    const generations = readdirSync(join(here.root, 'app')).filter((name) => name.startsWith('..g'));
    return [...held, ...drafts, ...names, ...generations.slice(1)];
  }
});

/** Real files only: what links show is among them. What goes while it is looked at is gone. */
function filesBelow(directory: string): readonly string[] {
  return unlessGone(() => readdirSync(directory, { withFileTypes: true }), []).flatMap((entry) => {
    const path = join(directory, entry.name);
    if (entry.isDirectory()) return filesBelow(path);
    return entry.isFile() ? [path] : [];
  });
}

function textOf(path: string): string {
  return unlessGone(() => readFileSync(path, 'latin1'), '');
}

function unlessGone<T>(look: () => T, gone: T): T {
  try {
    return look();
  } catch (error) {
    if (Object(error)['code'] === 'ENOENT') return gone;
    throw error;
  }
}

interface Pairs {
  readonly torn: number;
  readonly missing: number;
  readonly generations: number;
}

/** Readers in processes of their own, one after the other, each of which opens `..data` and reads both files through it, thousands of times. */
async function readPairs(directory: string, isOver: () => boolean): Promise<Pairs> {
  const script = join(import.meta.dirname, '../publish/processes/reader.ts');
  let all: Pairs = { torn: 0, missing: 0, generations: 0 };
  while (!isOver()) {
    const child = spawn(process.execPath, [script, directory, '..data', '5000'], { stdio: ['ignore', 'pipe', 'inherit'] });
    const [output] = await Promise.all([text(child.stdout), once(child, 'exit')]);
    const { torn, missing, generations }: Pairs = JSON.parse(output);
    all = { torn: all.torn + torn, missing: all.missing + missing, generations: all.generations + generations };
  }
  return all;
}

describe('keytide run when a secret of Vault is deleted', { timeout: 120_000 }, () => {
  it('goes on with the files it has and with the other secrets, and takes the secret when it is written again', async () => {
    here.write('spec.yaml', documents(store(), extract('app'), extract('other')));
    const agent = await startAndDeliver();
    double.versions('secret').deleteVersion('app');
    await until('it is noticed', async () => (await status('app'))?.error?.code === 'SECRET_MISSING');
    double.put('secret', 'other', { value: 'value-1' });
    await until('the other secret is refreshed', () => shown('other/value') === 'value-1');
    assert.equal(shown('app/user'), 'user-0');
    double.put('secret', 'app', { user: 'user-1', password: 'password-1' });
    await until('it is taken again', () => shown('app/user') === 'user-1');
    double.remove('secret', 'app');
    await until('its end is noticed', async () => (await status('app'))?.error?.code === 'SECRET_MISSING');
    assert.equal(shown('app/user'), 'user-1');
    assert.equal(await end(agent, 'SIGTERM'), 0, agent.stderr());
  });
});

describe('keytide run when Vault is not up at the start', { timeout: 120_000 }, () => {
  it('waits while connections are refused, then while it is sealed, and delivers when it is not', async () => {
    const port = await freePort();
    double.seal();
    here.write('spec.yaml', documents(store(`http://127.0.0.1:${port}`), extract('app')));
    const agent = start();
    await until('it says why it waits', async () => /ECONNREFUSED/.test((await ask(here.url('/startup'))).body));
    way = createServer((socket) => {
      const onward = connect(double.port, '127.0.0.1');
      for (const each of [socket, onward]) each.on('error', () => [socket, onward].map((side) => side.destroy()));
      socket.pipe(onward).pipe(socket);
    });
    way.listen(port, '127.0.0.1');
    await until('it says that Vault is sealed', async () => /sealed/.test((await ask(here.url('/startup'))).body));
    assert.equal(agent.child.exitCode, null, agent.stderr());
    double.unseal();
    await until('it delivers', () => shown('app/user') === 'user-0', 60_000);
    assert.equal(await end(agent, 'SIGTERM'), 0, agent.stderr());
  });
});

describe('keytide run at the end of the longest life of its token', { timeout: 120_000 }, () => {
  it('logs in anew, again and again, writes nothing anew for that, and goes on', async () => {
    setRole({ ttl: 2, maxTtl: 3 });
    here.write('spec.yaml', documents(store(), extract('app')));
    const agent = await startAndDeliver();
    await until('there were three more logins', () => double.count('auth/kubernetes/login') >= 4, 60_000);
    const { deliveries } = JSON.parse((await ask(here.url('/status'))).body);
    assert.equal(deliveries[0].published, 1);
    double.put('secret', 'app', { user: 'user-1', password: 'password-1' });
    await until('a change is taken', () => shown('app/user') === 'user-1');
    assert.equal(await end(agent, 'SIGTERM'), 0, agent.stderr());
    assert.deepEqual(double.liveTokens(), []);
  });
});

describe('keytide run ends by itself with 0 on SIGTERM', { timeout: 120_000 }, () => {
  beforeEach(() => here.write('spec.yaml', documents(store(), extract('app'))));

  it('while it waits between two tries of a server that refuses', async () => {
    here.write('spec.yaml', documents(store(`http://127.0.0.1:${await freePort()}`), extract('app')));
    const agent = start();
    await until('it says why it waits', async () => /ECONNREFUSED/.test((await ask(here.url('/startup'))).body));
    assert.equal(await end(agent, 'SIGTERM'), 0, agent.stderr());
  });

  it('while a login gets no answer', async () => {
    const hang = double.fault({ path: 'auth/kubernetes/login', times: forever, trouble: { kind: 'hang', when: 'before' } });
    const agent = start();
    await until('it has asked', () => hang.hits() > 0);
    assert.equal(await end(agent, 'SIGTERM'), 0, agent.stderr());
  });

  it('while a read gets no answer, and gives its token back', async () => {
    const hang = double.fault({ path: 'secret/*', times: forever, trouble: { kind: 'hang', when: 'before' } });
    const agent = start();
    await until('it has asked', () => hang.hits() > 0);
    assert.equal(await end(agent, 'SIGTERM'), 0, agent.stderr());
    assert.deepEqual(double.liveTokens(), []);
  });

  it('when Vault never answers that it took the token back', async () => {
    const agent = await startAndDeliver();
    const hang = double.fault({ path: 'auth/token/revoke-self', times: forever, trouble: { kind: 'hang', when: 'before' } });
    assert.equal(await end(agent, 'SIGTERM'), 0, agent.stderr());
    assert.ok(hang.hits() > 0);
  });
});

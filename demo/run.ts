/**
 * `npm run demo`: the main job from end to end, as a timeline. A store, two ExternalSecrets, a small HTTP app in its own process
 * that is under load, and a rotation that the app takes without a restart. `--bad-rotation` shows rotations that the app can't take
 * (bad-rotation.ts). `--aws` uses AWS Secrets Manager instead of the embedded store: region, credentials and endpoint come from the
 * environment.
 */
import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, readFileSync, writeFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { removeVolume } from '../build/remove-volume.ts';
import { badRotation } from './bad-rotation.ts';
import { startDatabase } from './database.ts';
import { awsStore, fileStore } from './stores.ts';
import { readText, say, until } from './telling.ts';
import { chooseVolume, tree } from './volume.ts';

const here = import.meta.dirname;
const children: ChildProcess[] = [];

const place = chooseVolume();
const scratch = mkdtempSync(join(tmpdir(), 'keytide-demo-'));
const directory = join(place.root, 'database-credentials');
const store = process.argv.includes('--aws') ? await awsStore(process.env['AWS_REGION'] ?? 'us-east-1') : fileStore(scratch);
let exitCode = 1;
try {
  say(`the volume is ${place.title}`);
  say(`the store is ${store.title}`);
  exitCode = process.argv.includes('--bad-rotation') ? await badRotation({ place, scratch, store, children }) : await demo();
} catch (error) {
  say(`failed: ${error instanceof Error ? error.message : String(error)}`);
} finally {
  for (const child of children) child.kill('SIGKILL');
  await store.clear();
  for (const path of [scratch, place.root]) removeVolume(path);
}
process.exit(exitCode);

async function demo(): Promise<number> {
  const passwords = { old: password(), new: password() };
  const database = await startDatabase();
  database.accept({ old: passwords.old });
  await store.put('keytide-demo/database', JSON.stringify({ username: 'app', password: passwords.old }));
  await store.put('keytide-demo/features', JSON.stringify({ search: 'on', limit: 20 }));

  const agentPort = await startAgent();
  say('keytide run: both ExternalSecrets are delivered');
  const app = await startApp(database.port);
  say(`the app is up: PID ${app.pid}, it logs in to the database with the password of the files`);
  const load = startLoad(app.port);
  await until('the app answers', () => load.answered > 50);

  say(`under load: ${load.answered} requests so far, logged in with the ${load.login} password`);
  database.accept({ old: passwords.old, new: passwords.new });
  const rotatedAt = performance.now();
  await store.put('keytide-demo/database', JSON.stringify({ username: 'app', password: passwords.new }));
  say('the password is rotated in the store');
  await until('the app uses the new password', () => load.login === 'new');
  const took = Math.round(load.loginSince - rotatedAt);
  say(`the app logs in with the new password: ${took} ms after the rotation, SIGHUP taken, PID ${load.pid}`);
  await until('the generation is acknowledged', async () => (await published(agentPort)).acknowledged === 2);
  database.accept({ new: passwords.new });
  await sleep(300);
  await load.stop();
  const same = load.pid === app.pid;
  say(`the old password is switched off; ${load.answered} requests, ${load.failed} failed, ${same ? 'same PID' : 'another PID'}`);
  process.stdout.write(`\n${tree(place.root, '')}\n`);
  database.close();
  return same && load.failed === 0 ? 0 : 1;
}

async function startAgent(): Promise<number> {
  writeFileSync(join(scratch, 'store.yaml'), store.manifest);
  writeFileSync(join(scratch, 'externalsecrets.yaml'), readFileSync(join(here, 'manifests/externalsecrets.yaml')));
  const port = 20000 + Math.floor(Math.random() * 20000);
  const spec = ['--spec', join(scratch, 'store.yaml'), '--spec', join(scratch, 'externalsecrets.yaml')];
  const paths = ['--root', place.root, '--private', join(place.root, '.keytide/private'), '--listen', `127.0.0.1:${port}`];
  const agent = spawn(
    process.execPath,
    [join(here, '../agent/main.ts'), 'run', ...spec, ...paths, '--namespace', 'demo', '--log-level', 'warn', ...place.flags],
    {
      stdio: ['ignore', 'inherit', 'inherit'],
    },
  );
  children.push(agent);
  await until('keytide has delivered', async () => {
    if (agent.exitCode !== null) throw new Error(`keytide ended with exit code ${agent.exitCode}`);
    return (await request(port, '/startup')).statusCode === 200;
  });
  return port;
}

async function startApp(databasePort: number): Promise<{ pid: number; port: number }> {
  const portFile = join(scratch, 'app.port');
  const app = spawn(process.execPath, [join(here, 'app.ts'), directory, String(databasePort), portFile], { stdio: 'inherit' });
  children.push(app);
  await until('the app listens', () => readText(portFile) !== '');
  return { pid: app.pid ?? 0, port: Number(readText(portFile)) };
}

interface Load {
  answered: number;
  failed: number;
  pid: number;
  login: string;
  loginSince: number;
  readonly stop: () => Promise<void>;
}

/** Four clients that ask the app without a pause. */
function startLoad(port: number): Load {
  let isOn = true;
  const clients = Array.from({ length: 4 }, client);
  const load: Load = { answered: 0, failed: 0, pid: 0, login: '', loginSince: 0, stop };
  return load;

  async function client(): Promise<void> {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    await sleep(1);
    while (isOn) {
      const answer = await request(port, '/', agent);
      load.answered += 1;
      if (answer.statusCode !== 200) load.failed += 1;
      load.pid = Number(answer.headers?.['x-pid']);
      const login = String(answer.headers?.['x-login']);
      if (login !== load.login) load.loginSince = performance.now();
      load.login = login;
    }
    agent.destroy();
  }

  async function stop(): Promise<void> {
    isOn = false;
    await Promise.all(clients);
  }
}

interface Reply {
  readonly statusCode: number;
  readonly headers?: IncomingMessage['headers'];
  readonly body?: string;
}

function request(port: number, path: string, agent?: Agent): Promise<Reply> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path, ...(agent ? { agent } : {}) }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ statusCode: response.statusCode ?? 0, headers: response.headers, body }));
    }).on('error', () => resolve({ statusCode: 0 }));
  });
}

async function published(port: number): Promise<{ acknowledged: number }> {
  const status: { deliveries?: { name: string; acknowledged: number }[] } = JSON.parse(
    (await request(port, '/status')).body || '{}',
  );
  return {
    acknowledged:
      status.deliveries?.find(({ name }) => name === 'database-credentials' || name === 'database')?.acknowledged ?? 0,
  };
}

function password(): string {
  return randomBytes(18).toString('base64url');
}

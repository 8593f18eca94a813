import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { demoAuthority, type Pair } from './certificates.ts';
import type { DemoStore } from './stores.ts';
import { say, until } from './telling.ts';
import { startTlsLoad } from './tls-load.ts';
import type { DemoVolume } from './volume.ts';

/** What run.ts has made, and cleans up. */
export interface Stage {
  readonly place: DemoVolume;
  /** A directory for what isn't secret. */
  readonly scratch: string;
  readonly store: DemoStore;
  readonly children: ChildProcess[];
}

/** Rotations that an app can't take, under load: one that the check refuses, one that only the proof finds. Returns the exit code. */
export async function badRotation(stage: Stage): Promise<number> {
  const authority = demoAuthority();
  const put = (pair: Pair): Promise<void> => stage.store.put('keytide-demo/web-tls', JSON.stringify(pair));
  await put(authority.issue('certificate 1', 'good'));
  const appPort = await freePort();
  const agent = await startAgent(stage, appPort);
  const app = await startApp(stage, appPort);
  const load = startTlsLoad(appPort, authority.ca);
  await until('the app answers', () => load.answered > 20);
  say(`clients ask without a pause, each time on a new connection; the app is PID ${app.pid} and serves ${load.served}`);

  say('--- a good rotation: certificate 2');
  await put(authority.issue('certificate 2', 'good'));
  await until(
    'certificate 2 is proved',
    async () => load.served === 'certificate 2' && (await agent.delivery()).acknowledged === 2,
  );

  say('--- a bad rotation: certificate 3 comes with the key of another one');
  await put({ ...authority.issue('certificate 3', 'good'), key: authority.issue('another', 'good').key });
  await until('the check refuses it', async () => (await agent.delivery()).error?.code === 'CHECK_FAILED');
  await sleep(300);
  const refused = await agent.delivery();
  say(`status: published ${refused.published}, acknowledged ${refused.acknowledged}; ${refused.error?.message}`);
  say(`nobody saw it, and the app was not told: it serves ${load.served}`);

  say('--- a bad rotation that fits: certificate 4, with a key that is too weak for the app');
  await put(authority.issue('certificate 4', 'weak'));
  await until('it is rolled back and proved', async () => {
    const { heldBack, acknowledged, published } = await agent.delivery();
    return heldBack !== undefined && acknowledged === published;
  });
  const held = await agent.delivery();
  say(
    `status: published ${held.published}, acknowledged ${held.acknowledged}, held back ${held.heldBack?.generation}: ${held.heldBack?.reason}`,
  );
  say(`the app serves ${load.served}`);

  say('--- the next good one: certificate 5');
  await put(authority.issue('certificate 5', 'good'));
  await until('certificate 5 is proved', async () => {
    const { heldBack, acknowledged, published } = await agent.delivery();
    return load.served === 'certificate 5' && heldBack === undefined && acknowledged === published;
  });
  await sleep(200);
  await load.stop();
  const isSame = load.pids.size === 1 && load.pids.has(app.pid);
  const served = [...load.seen].join(', ');
  say(`served were ${served}; ${load.answered} requests, ${load.failed} failed, ${isSame ? 'same PID' : 'another PID'}`);
  return isSame && load.failed === 0 && served === 'certificate 1, certificate 2, certificate 5' ? 0 : 1;
}

interface DeliveryState {
  readonly published: number;
  readonly acknowledged: number;
  readonly error?: { readonly code: string; readonly message: string };
  readonly heldBack?: { readonly generation: number; readonly reason: string };
}

async function startAgent(
  { place, scratch, store, children }: Stage,
  appPort: number,
): Promise<{ delivery: () => Promise<DeliveryState> }> {
  const manifests = readFileSync(join(import.meta.dirname, 'manifests/bad-rotation.yaml'), 'utf8');
  writeFileSync(join(scratch, 'web.yaml'), manifests.replace('PORT', String(appPort)));
  writeFileSync(join(scratch, 'store.yaml'), store.manifest);
  const port = await freePort();
  const spec = ['--spec', join(scratch, 'store.yaml'), '--spec', join(scratch, 'web.yaml')];
  const paths = ['--root', place.root, '--private', join(place.root, '.keytide/private'), '--listen', `127.0.0.1:${port}`];
  const flags = [...spec, ...paths, '--namespace', 'demo', '--log-format', 'json', ...place.flags];
  const agent = spawn(process.execPath, [join(import.meta.dirname, '../agent/main.ts'), 'run', ...flags], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  children.push(agent);
  for (const stream of [agent.stdout, agent.stderr]) createInterface(stream).on('line', tellOnce());
  await until('keytide has delivered', async () => {
    if (agent.exitCode !== null) throw new Error(`keytide ended with exit code ${agent.exitCode}`);
    return (await read(port, '/startup')).status === 200;
  });
  return {
    async delivery() {
      const status: { deliveries: readonly DeliveryState[] } = JSON.parse((await read(port, '/status')).body);
      const [web] = status.deliveries;
      if (!web) throw new Error('the status shows no delivery');
      return web;
    },
  };
}

/** The lines of the agent's log that are about the delivery; what it says again when it tries again is left out. */
function tellOnce(): (line: string) => void {
  let last = '';
  return (line) => {
    if (!line.startsWith('{')) return say(`   keytide: ${line}`);
    const { delivery, generation, step, msg, error } = JSON.parse(line);
    if (delivery === undefined) return;
    const about = [generation === undefined ? '' : `generation ${generation}`, step ?? '', error?.message ?? ''];
    const text = [msg, ...about].filter((part) => part !== '').join(', ');
    if (text !== last) say(`   keytide: ${text}`);
    last = text;
  };
}

async function startApp({ place, children }: Stage, port: number): Promise<{ pid: number }> {
  const app = spawn(process.execPath, [join(import.meta.dirname, 'tls-app.ts'), join(place.root, 'web'), String(port)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  children.push(app);
  let isUp = false;
  createInterface(app.stdout).on('line', (line) => {
    isUp = true;
    say(`   the app: ${line}`);
  });
  await until('the app listens', () => isUp);
  return { pid: app.pid ?? 0 };
}

/** Free now: the app needs the same one as the manifest, which is written before the app is started. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer().on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });
}

function read(port: number, path: string): Promise<{ status: number; body: string }> {
  return new Promise((resolve) => {
    getPlain({ host: '127.0.0.1', port, path }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        body += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, body }));
    }).on('error', () => resolve({ status: 0, body: '{}' }));
  });
}

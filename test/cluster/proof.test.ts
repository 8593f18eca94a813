import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { repository } from '../house/source-files.ts';
import { appGone, containerIdentities, eventually, kubectl, namespaceReady, onlyPod } from './kubectl.ts';
import { type Moto, startMoto } from './moto.ts';

const deploy = join(repository, 'deploy');
let moto: Moto;

/** Reads its password at SIGHUP; what begins with `bad` it can't log in with: it says so, and goes on with the one that it has. */
const app = `import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const read = (name) => readFileSync(process.env.DATABASE_DIRECTORY + '/..data/' + name, 'utf8');
let [usable, trouble] = [read('password'), ''];
process.on('SIGHUP', () => {
  const password = read('password');
  trouble = password.startsWith('bad') ? 'login refused' : '';
  if (trouble === '') usable = password;
});
process.on('SIGTERM', () => process.exit(0));
createServer((request, response) => {
  response.statusCode = request.url === '/healthz' && trouble ? 500 : 200;
  response.end(request.url === '/healthz' ? trouble : usable);
}).listen(8080);
`;

const delivery = {
  apiVersion: 'keytide.dev/v1alpha1',
  kind: 'Delivery',
  metadata: { name: 'database' },
  spec: {
    externalSecrets: ['database'],
    reload: [{ signal: { name: 'SIGHUP', process: { commandMatches: 'app[.]mjs' } } }],
    verify: { timeout: '3s', steps: [{ http: { url: 'http://127.0.0.1:8080/healthz' } }, { processAlive: { for: '1s' } }] },
  },
};

function appCode(): string {
  const metadata = { name: 'app-code', namespace: 'keytide-example' };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata, data: { 'app.mjs': app } });
}

function pod(): string {
  return readFileSync(join(deploy, 'native-sidecar.yaml'), 'utf8')
    .replace('image: node:24-bookworm-slim', 'image: local.test/node:24')
    .replace(/^( +)args: \[run\]$/m, `$&\n$1env: [{ name: AWS_ENDPOINT_URL, value: "${moto.url}" }]`);
}

/** The manifests of deploy/, with a Delivery in place of the annotation. */
function manifests(): string {
  const text = readFileSync(join(deploy, 'manifests.yaml'), 'utf8').replaceAll('111122223333', '123456789012');
  return `${text
    .replace(/^ +annotations:\n +keytide\.dev\/reload-signal:.*\n/m, '')
    .trimEnd()}\n  delivery.yaml: ${JSON.stringify(JSON.stringify(delivery))}\n`;
}

function podIp(): string {
  return JSON.parse(kubectl(['get', 'pod', onlyPod().metadata.name, '-o', 'json'])).status.podIP;
}

interface Delivered {
  readonly state: string;
  readonly published: number;
  readonly acknowledged: number;
  readonly held: boolean;
  readonly heldBack?: { readonly reason: string };
}

async function delivered(ip: string): Promise<Delivered> {
  const status = JSON.parse(await (await fetch(`http://${ip}:8421/status`)).text());
  return status.deliveries[0];
}

/** Asks the app without end, until it is told to stop: how often, and how often in vain. */
function steadyClient(ip: string): { readonly stop: () => Promise<{ readonly requests: number; readonly failed: number }> } {
  let [requests, failed, isStopped] = [0, 0, false];
  const loop = (async () => {
    for (; !isStopped; await pause(10)) {
      requests += 1;
      const isOk = await fetch(`http://${ip}:8080/`).then(
        ({ ok }) => ok,
        () => false,
      );
      if (!isOk) failed += 1;
    }
  })();
  return {
    async stop() {
      isStopped = true;
      await loop;
      return { requests, failed };
    },
  };
}

async function rotate(password: string): Promise<void> {
  await moto.put('app/database', { username: 'app', password });
  kubectl(['annotate', 'pod', '-l', 'app=app', `force-sync=${Date.now()}`, '--overwrite']);
}

suite('a rotation that is proved, in a pod', () => {
  before(async () => {
    moto = await startMoto('10.200.0.1');
    await namespaceReady();
    await moto.put('app/database', { username: 'app', password: 'first' });
    for (const text of [manifests(), appCode(), pod()]) kubectl(['apply', '-f', '-'], text);
    kubectl(['wait', 'deployment/app', '--for=condition=Available', '--timeout=120s']);
  });

  after(async () => {
    moto.stop();
    await appGone();
  });

  test('a good password is taken, a bad one rolled back and held, the next good one heals: no request fails, nothing is restarted', async (t) => {
    const identities = containerIdentities(onlyPod());
    const ip = podIp();
    const client = steadyClient(ip);
    await rotate('second');
    await eventually(
      'the good one is proved',
      () => delivered(ip),
      ({ state, acknowledged }) => state === 'acknowledged' && acknowledged === 2,
    );
    await rotate('bad third');
    const held = await eventually(
      'the bad one is held',
      () => delivered(ip),
      ({ state }) => state === 'rolledBack',
    );
    assert.deepEqual([held.published, held.acknowledged, held.held], [4, 4, true]);
    assert.match(held.heldBack?.reason ?? '', /http.*500/);
    assert.equal(await (await fetch(`http://${ip}:8080/`)).text(), 'second');
    await rotate('fourth');
    await eventually(
      'the next good one heals',
      () => delivered(ip),
      ({ state, held: isHeld }) => state === 'acknowledged' && !isHeld,
    );
    assert.equal(await (await fetch(`http://${ip}:8080/`)).text(), 'fourth');
    const { requests, failed } = await client.stop();
    assert.ok(requests > 100 && failed === 0, `${failed} of ${requests} requests failed`);
    assert.deepEqual(containerIdentities(onlyPod()), identities);
    assert.ok(
      identities.every((each) => each.includes('restarts=0')),
      identities.join(),
    );
    t.diagnostic(`${requests} requests, ${failed} failed`);
    for (const line of timeline()) t.diagnostic(line);
  });
});

/** What the agent logged of its delivery, as the operator sees it. */
function timeline(): readonly string[] {
  const lines = kubectl(['logs', `pod/${onlyPod().metadata.name}`, '-c', 'keytide']).split('\n');
  return lines.flatMap((line) => {
    const { time, msg, delivery: of, generation, held }: Record<string, unknown> = line.startsWith('{') ? JSON.parse(line) : {};
    return of === undefined ? [] : [`${time} ${msg} ${generation ?? ''}${held === undefined ? '' : `, held: ${held}`}`];
  });
}

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as pause } from 'node:timers/promises';
import { documents, externalSecret, fakeData, fakeStore } from '../test/e2e/manifests.ts';
import { freePort } from '../test/servers/free-port.ts';

const bundle = join(import.meta.dirname, '../dist/keytide.cjs');

/** However often its store changes, an external secret is refreshed every tenth of a second at most. */
const betweenMs = 150;

/** Reads its file at SIGHUP, and says over HTTP of which rotation it is. What that takes is the app's own time, and is told. */
const appSource = `
const { readFileSync } = require('node:fs');
const [path, port] = process.argv.slice(2);
let runsOn = readFileSync(path, 'utf8');
process.on('SIGHUP', () => {
  const startedAt = performance.now();
  runsOn = readFileSync(path, 'utf8');
  process.send(performance.now() - startedAt);
});
require('node:http').createServer((request, response) => response.end(runsOn)).listen(Number(port), '127.0.0.1', () => process.send('up'));
`;

/**
 * From a change of the store's file until the agent knows that the app has taken it: noticed, fetched, published, told by a signal, proved over
 * HTTP. Prints p50 and p99 of so many rotations of the bundle, one after the other, without what the app itself needed.
 */
export async function benchProof(rotations: number): Promise<void> {
  const dir = mkdtempSync('/dev/shm/keytide-bench-');
  const place = { dir, root: join(dir, 'root'), data: join(dir, 'data.json'), app: join(dir, 'bench-app.cjs') };
  for (const name of ['root', 'private', 'spec']) mkdirSync(join(dir, name));
  const port = await freePort();
  writeFileSync(place.app, appSource);
  rotate(place.data, 0);
  const secret = externalSecret('web', { line: 'line' });
  writeFileSync(join(dir, 'spec/spec.yaml'), documents(fakeStore(place.data), secret, delivery(port)));
  const children: ChildProcess[] = [];
  try {
    const agent = spawn(process.execPath, [bundle, ...flags(dir)], { stdio: ['ignore', 'ignore', 'pipe'] });
    children.push(agent);
    const acknowledgements = acknowledged(agent);
    await acknowledgements.next();
    const app = spawn(process.execPath, [place.app, join(place.root, 'web/line'), String(port)], {
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.push(app);
    await once(app, 'message');
    const times: number[] = [];
    for (let rotation = 1; rotation <= rotations; rotation += 1) {
      await pause(betweenMs);
      const own = once(app, 'message');
      const startedAt = performance.now();
      rotate(place.data, rotation);
      await acknowledgements.next();
      const tookMs = performance.now() - startedAt;
      const [ownMs] = await own;
      times.push(tookMs - Number(ownMs));
    }
    print(times.sort((a, b) => a - b));
  } finally {
    for (const child of children) child.kill('SIGKILL');
    rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

function rotate(path: string, rotation: number): void {
  writeFileSync(`${path}.draft`, fakeData({ line: `rotation ${rotation}` }));
  renameSync(`${path}.draft`, path);
}

function flags(dir: string): readonly string[] {
  return ['run', '--spec', join(dir, 'spec'), '--root', join(dir, 'root'), '--private', join(dir, 'private'), '--listen', 'off'];
}

function delivery(port: number): string {
  return `apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: web }
spec:
  externalSecrets: [web]
  keepPrevious: 1s
  reload:
    - signal: { name: SIGHUP, process: { commandMatches: bench-app } }
  verify:
    steps: [{ http: { url: "http://127.0.0.1:${port}/" } }]
`;
}

/** Yields with each generation that the agent says is acknowledged. */
async function* acknowledged(agent: ChildProcess): AsyncGenerator<void, void, void> {
  if (!agent.stderr) throw new Error('the agent has no stderr');
  for await (const line of createInterface({ input: agent.stderr })) {
    if (line.includes('"acknowledged"')) yield;
    else if (/"level":"(warn|error)"/.test(line)) process.stderr.write(`${line}\n`);
  }
  throw new Error(`the agent ended with ${agent.exitCode}`);
}

function print(times: readonly number[]): void {
  const at = (share: number): string => `${(times[Math.ceil(times.length * share) - 1] ?? Number.NaN).toFixed(1)} ms`;
  console.log(
    `change to acknowledged, signal and HTTP, ${times.length} rotations   p50 ${at(0.5)}   p99 ${at(0.99)}   most ${at(1)}`,
  );
}

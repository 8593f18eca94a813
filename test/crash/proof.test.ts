import assert from 'node:assert/strict';
import { watch } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { ask, type KeytideProcess, keytide, type Place, place, until, writeAtomically } from '../e2e/keytide-process.ts';
import { documents, externalSecret, fakeData, fakeStore } from '../e2e/manifests.ts';
import { type Moment, type ProvedApp, provedApp } from './proved-app.ts';

/** Agents that are killed; `.ci/run` asks for 200. */
const kills = Number(process.env['KEYTIDE_PROOF_KILLS'] ?? 20);

let here: Place;
let app: ProvedApp;
let agent: KeytideProcess | undefined;

beforeEach(async () => {
  here = await place();
  app = await provedApp(join(here.root, 'web'));
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  await app.close();
  here.remove();
});

const calls = (['check', 'reload', 'verify'] as const).flatMap((moment) =>
  (['before', 'after'] as const).map((when) => ({ moment, when })),
);

/** Where the agent is killed, in a rotation that the app takes and in one that it does not. What is put back is not checked again. */
const points: readonly Point[] = [
  ...calls.map((call) => ({ value: 'good', at: { ...call, of: 'new' } }) as const),
  ...calls.map((call) => ({ value: 'bad', at: { ...call, of: 'new' } }) as const),
  ...calls.filter(({ moment }) => moment !== 'check').map((call) => ({ value: 'bad', at: { ...call, of: 'restored' } }) as const),
  ...(['good', 'bad'] as const).map((value) => ({ value, at: { change: '..data' } }) as const),
  ...(['good', 'bad'] as const).map((value) => ({ value, at: { change: 'acknowledged.json' } }) as const),
];

interface Point {
  readonly value: 'good' | 'bad';
  readonly at:
    | { readonly moment: Moment; readonly when: 'before' | 'after'; readonly of: 'new' | 'restored' }
    /** Right after the files were swapped, or after the agent wrote down how far it has got. */
    | { readonly change: '..data' | 'acknowledged.json' };
}

test(`killed ${kills} times, in each state of a delivery: nothing is lost, nothing told twice, each time it is healed`, async (t) => {
  const dataFile = join(here.dir, 'data.json');
  writeAtomically(dataFile, fakeData({ text: 'good 0' }));
  here.write('spec.yaml', documents(fakeStore(dataFile), externalSecret('text', { text: 'text' }), delivery()));
  let last = 'good 0';
  const killed = new Map<number, number>();
  await boot('good 0');
  for (let round = 1; round <= kills; round += 1) {
    const point = points[round % points.length] ?? points[0];
    assert.ok(point);
    const value = `${point.value} ${round}`;
    const { published: before = 0 } = await deliveryFacts();
    const death = armed(point, before);
    writeAtomically(dataFile, fakeData({ text: value }));
    await death;
    for (const generation of [before, before + 1, before + 2]) killed.set(generation, (killed.get(generation) ?? 0) + 1);
    if (point.value === 'good') last = value;
    await boot(last, value);
  }
  for (const [generation, times] of app.reloads) {
    const most = 1 + (killed.get(generation) ?? 0);
    assert.ok(times <= most, `generation ${generation} was told ${times} times, with ${most - 1} agents killed`);
  }
  t.diagnostic(`${kills} kills, ${app.reloads.size} generations told`);
});

/** Starts an agent and waits until all is in order: the app runs on `last`, and a `value` that it doesn't take is held. */
async function boot(last: string, value = last): Promise<void> {
  agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`, '--feedback', join(here.dir, 'feedback')]);
  const wanted = value.startsWith('bad') ? 'rolledBack' : 'acknowledged';
  let facts: DeliveryFacts = {};
  try {
    await until(`${value} is in order`, async () => {
      facts = await deliveryFacts();
      return facts.state === wanted && facts.published === facts.acknowledged && here.read('web/text') === last;
    });
  } catch (error) {
    throw new Error(`${JSON.stringify(facts)}\n${agent.stderr().slice(-4_000)}`, { cause: error });
  }
  if (facts.published !== 1) assert.equal(app.runsOn(), last);
}

/** Resolves when the agent is dead. */
function armed({ at }: Point, before: number): Promise<unknown> {
  const running = agent;
  assert.ok(running);
  const kill = (): void => void running.child.kill('SIGKILL');
  if ('change' in at) {
    const directory = at.change === '..data' ? join(here.root, 'web') : join(here.dir, 'private');
    return killAfterChange(directory, at.change, kill, running);
  }
  app.killAt(at.moment, at.of === 'new' ? before + 1 : before + 2, at.when, kill);
  return running.ended;
}

async function killAfterChange(directory: string, name: string, kill: () => void, { ended }: KeytideProcess): Promise<unknown> {
  const watcher = watch(directory, (_, changed) => {
    if (changed === name) kill();
  });
  try {
    return await ended;
  } finally {
    watcher.close();
  }
}

function delivery(): string {
  const call = `require('http').request(process.argv[1], {method: 'POST'}, (r) => process.exit(r.statusCode === 200 ? 0 : 1)).end()`;
  return `apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: web }
spec:
  externalSecrets: [text]
  check: { exec: [${JSON.stringify(process.execPath)}, -e, ${JSON.stringify(call)}, "${app.url}/check/{generation}"] }
  reload:
    - http: { method: POST, url: "${app.url}/reload/{generation}" }
  verify:
    timeout: 300ms
    steps: [{ http: { url: "${app.url}/verify/{generation}" } }]
`;
}

interface DeliveryFacts {
  readonly state?: string;
  readonly published?: number;
  readonly acknowledged?: number;
}

/** Of the agent that runs. */
async function deliveryFacts(): Promise<DeliveryFacts> {
  const { status, body } = await ask(here.url('/status'));
  return status === 200 ? (JSON.parse(body).deliveries[0] ?? {}) : {};
}

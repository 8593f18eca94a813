import assert from 'node:assert/strict';
import { mkdirSync, rmSync, symlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type AwsDouble, startAwsDouble } from '../servers/aws-double.ts';
import { ask, type KeytideProcess, keytide, type Place, place, until } from './keytide-process.ts';
import { awsStore, documents, externalSecret } from './manifests.ts';

let here: Place;
let agent: KeytideProcess | undefined;
let aws: AwsDouble;

beforeEach(async () => {
  here = await place();
  aws = await startAwsDouble({ secrets: { a: 'one', b: 'one' } });
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  await aws.close();
  agent = undefined;
  here.remove();
});

async function run(): Promise<KeytideProcess> {
  agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`, '--feedback', feedback()], aws.env);
  const { child, stderr } = agent;
  await until('the agent has delivered', async () => {
    assert.equal(child.exitCode, null, stderr());
    return (await ask(here.url('/startup'))).status === 200;
  });
  return agent;
}

function feedback(name = ''): string {
  return join(here.dir, 'feedback', name);
}

function writeTwo(): void {
  here.write('spec.yaml', documents(awsStore(), externalSecret('one', { a: 'a' }), externalSecret('two', { b: 'b' })));
}

/** Posts over loopback, from the pod. */
function post(path: string): Promise<number> {
  return new Promise((resolve) => {
    const sent = request(here.url(path), { method: 'POST', agent: false }, (response) => {
      response.resume();
      response.on('end', () => resolve(response.statusCode ?? 0));
    });
    sent.on('error', () => resolve(0)).end();
  });
}

const reads = (id: string): number =>
  aws.calls.filter(({ operation, input }) => operation === 'GetSecretValue' && input['SecretId'] === id).length;

describe('a hint of the app', { timeout: 120_000 }, () => {
  it('that comes a hundred times costs one call of the store, whichever way it comes, and other deliveries none', async () => {
    writeTwo();
    mkdirSync(feedback());
    await run();
    assert.deepEqual([reads('a'), reads('b')], [1, 1]);
    aws.set({ secrets: { a: 'two' } });
    const startedAt = Date.now();
    const posts = Array.from({ length: 50 }, () => post('/hint?delivery=one'));
    for (let nth = 0; nth < 50; nth += 1) writeFileSync(feedback('one.hint'), '');
    assert.deepEqual(new Set(await Promise.all(posts)), new Set([202]));
    await until('the new value is there', () => here.read('one/a') === 'two');
    const windows = Math.floor((Date.now() - startedAt) / 5_000); // None, unless the machine stood still.
    assert.ok(reads('a') >= 2 && reads('a') <= 2 + windows, `${reads('a')} reads`);
    assert.equal(reads('b'), 1);
  });

  it('as a touched file is taken from a directory that came after the agent, and again after every touch', async () => {
    writeTwo();
    await run();
    mkdirSync(feedback());
    aws.set({ secrets: { b: 'two' } });
    await until('the touched file is taken', () => {
      writeFileSync(feedback('two.hint'), '');
      return here.read('two/b') === 'two';
    });
    aws.set({ secrets: { b: 'three' } });
    let seconds = 1;
    await until('a later touch is taken', () => {
      seconds += 1;
      utimesSync(feedback('two.hint'), seconds, seconds);
      return here.read('two/b') === 'three';
    });
    assert.equal(reads('a'), 1);
  });

  it('is no link, and nothing that is no delivery', async () => {
    writeTwo();
    mkdirSync(feedback());
    await run();
    const target = join(here.dir, 'elsewhere');
    writeFileSync(target, '');
    symlinkSync(target, feedback('one.hint'));
    for (const name of ['one', 'one.hint.draft', '.hint', 'other.hint']) writeFileSync(feedback(name), 'anything');
    assert.equal(await post('/hint?delivery=other'), 404);
    // What is hinted after them is taken: they were seen by then.
    writeFileSync(feedback('two.hint'), '');
    await until('the real one is taken', () => reads('b') === 2);
    writeFileSync(target, 'changed');
    rmSync(feedback('one'));
    assert.equal(reads('a'), 1);
  });

  it('as SIGUSR2 means all', async () => {
    writeTwo();
    const { child } = await run();
    child.kill('SIGUSR2');
    await until('both are looked at', () => reads('a') === 2 && reads('b') === 2);
  });

  it('does not make a store be asked that said when to come again', async () => {
    here.write('spec.yaml', documents(awsStore(), externalSecret('one', { a: 'a' }, { interval: '1s' })));
    const { stderr } = await run();
    const down = aws.fault({
      operation: 'GetSecretValue',
      times: Number.POSITIVE_INFINITY,
      trouble: { kind: 'error', code: 'ThrottlingException', headers: { 'retry-after': '300' } },
    });
    await until('the throttling shows', () => /STORE_THROTTLED/.test(stderr()));
    const before = reads('a');
    await post('/hint?delivery=one');
    await until('the hint is told', () => /the app hints/.test(stderr()));
    assert.equal(await post('/refresh'), 202);
    await until('the operator is obeyed', () => reads('a') > before);
    down.end();
  });
});

describe('keytide refresh', { timeout: 120_000 }, () => {
  const flags = (): readonly string[] => ['--private', join(here.dir, 'private'), '--root', here.root];

  it('refreshes what is named, or all, through the private directory, without a port', async () => {
    writeTwo();
    agent = keytide(['run', ...here.flags, '--listen', 'off'], aws.env);
    await until('it is delivered', () => reads('b') === 1);
    const refresh = async (...words: readonly string[]): Promise<readonly unknown[]> => {
      const process = keytide(['refresh', ...flags(), ...words]);
      return [await process.ended, process.stdout()];
    };
    await until('the agent can be asked', async () => (await refresh('one'))[0] === 0);
    await until('one was refreshed', () => reads('a') === 2);
    assert.equal(reads('b'), 1);
    assert.deepEqual(await refresh('delivery/two'), [0, 'refreshing delivery two\n']);
    await until('two was refreshed', () => reads('b') === 2);
    assert.deepEqual(await refresh(), [0, 'refreshing all\n']);
    await until('all were', () => reads('a') === 3 && reads('b') === 3);
    const unknown = keytide(['refresh', ...flags(), 'three']);
    assert.equal(await unknown.ended, 2);
    assert.match(unknown.stderr(), /nothing that is called three/);
  });

  it('says so when no agent is there', async () => {
    const alone = keytide(['refresh', ...flags()]);
    assert.equal(await alone.ended, 2);
    assert.match(alone.stderr(), /no agent answers at .*control\.sock/);
  });
});

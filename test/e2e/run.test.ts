import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { type AwsDouble, startAwsDouble } from '../servers/aws-double.ts';
import { projectedToken } from '../servers/projected-token.ts';
import {
  ask,
  type KeytideProcess,
  keytide,
  type Place,
  place,
  until,
  writeAtomically,
  writeKubeletVolume,
} from './keytide-process.ts';
import { awsStore, documents, externalSecret, fakeData, fakeStore } from './manifests.ts';

let here: Place;
let agent: KeytideProcess | undefined;
let app: ChildProcess | undefined;
let aws: AwsDouble | undefined;

beforeEach(async () => {
  here = await place();
});

afterEach(async () => {
  app?.kill('SIGKILL');
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  await aws?.close();
  [agent, app, aws] = [undefined, undefined, undefined];
  here.remove();
});

function rotate(values: Readonly<Record<string, string>>): void {
  writeAtomically(join(here.dir, 'data.json'), fakeData(values));
}

async function run(env: Readonly<Record<string, string>> = {}, ...flags: readonly string[]): Promise<KeytideProcess> {
  agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`, ...flags], env);
  const { child, stderr } = agent;
  await until('the agent has delivered', async () => {
    assert.equal(child.exitCode, null, stderr());
    return (await ask(here.url('/startup'))).status === 200;
  });
  return agent;
}

/** An app that counts its SIGHUPs into a file, under a name that the test can look for. */
async function startApp(name: string): Promise<() => number> {
  const log = join(here.dir, `${name}.hups`);
  const script = `const fs = require('fs'); fs.writeFileSync(${JSON.stringify(log)}, ''); process.on('SIGHUP', () => fs.appendFileSync(${JSON.stringify(log)}, 'x')); setInterval(() => {}, 1e6)`;
  const source = join(here.dir, `${name}.js`);
  writeAtomically(source, script);
  app = spawn(process.execPath, [source], { stdio: 'ignore' });
  await until('the app is up', () => read(log) !== undefined);
  return () => (read(log) ?? '').length;
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined;
  }
}

async function status(): Promise<{
  spec: { accepted: boolean; errors: string[] };
  deliveries: {
    name: string;
    published: number;
    acknowledged: number;
    state: string;
    error?: { code: string; message: string; hint: string };
  }[];
  externalSecrets: { name: string; reason: string; ready: boolean; error?: { code: string; class: string } }[];
}> {
  return JSON.parse((await ask(here.url('/status'))).body);
}

async function metric(line: RegExp): Promise<number> {
  return Number(line.exec((await ask(here.url('/metrics'))).body)?.[1]);
}

describe('keytide run', { timeout: 120_000 }, () => {
  it('takes a rotation: new files in one step, one SIGHUP to the app, generation 2 acknowledged', async () => {
    rotate({ u: 'app', p: 'old' });
    const hups = await startApp('shop-app');
    const annotations = { 'keytide.dev/reload-signal': 'SIGHUP shop-app.js' };
    here.write(
      'spec.yaml',
      documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { username: 'u', password: 'p' }, { annotations })),
    );
    await run();
    assert.equal(hups(), 0, 'the first generation does not reload');
    rotate({ u: 'app', p: 'new' });
    await until('the app was told', () => hups() === 1);
    assert.equal(here.read('db/password'), 'new');
    await until('it is acknowledged', async () => (await status()).deliveries[0]?.acknowledged === 2);
    assert.equal(hups(), 1);
  });

  it('keeps the files when the store goes down, says how old they are, stays ready, and catches up', async () => {
    aws = await startAwsDouble({ secrets: { a: 'one' } });
    here.write('spec.yaml', documents(awsStore(), externalSecret('es', { a: 'a' }, { interval: '1s' })));
    await run(aws.env);
    const down = aws.fault({ operation: 'GetSecretValue', times: Number.POSITIVE_INFINITY, trouble: { kind: 'reset' } });
    await until('the failure shows', async () => (await status()).externalSecrets[0]?.error?.class === 'unavailable');
    const age = /^keytide_external_secret_age_seconds\{[^}]*\} ([\d.]+)$/m;
    const before = await metric(age);
    await until('the age grows', async () => (await metric(age)) > before + 0.5);
    assert.equal((await ask(here.url('/ready'))).status, 200);
    assert.equal((await ask(here.url('/live'))).status, 200);
    assert.equal(here.read('es/a'), 'one');
    aws.set({ secrets: { a: 'two' } });
    down.end();
    await until('the new value is there', () => here.read('es/a') === 'two');
    await until('all is well again', async () => (await status()).externalSecrets[0]?.ready === true);
  });

  it('reads a thousand secrets in 50 calls a refresh, and logs in once for all of them', async () => {
    const names = Array.from({ length: 1000 }, (_, index) => `many/${index}`);
    const keys = Object.fromEntries(names.map((name, index) => [`k${index}`, name]));
    aws = await startAwsDouble({ secrets: Object.fromEntries(names.map((name) => [name, name])) });
    here.write('spec.yaml', documents(awsStore(), externalSecret('many', keys)));
    here.writeToken(projectedToken('shop', 'app'));
    const { AWS_ENDPOINT_URL = '' } = aws.env;
    const { child } = await run({ AWS_ENDPOINT_URL, AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/app' });
    assert.equal(here.read('many/k999'), 'many/999');
    assert.deepEqual([aws.count('BatchGetSecretValue'), aws.count('GetSecretValue')], [50, 0]);
    child.kill('SIGUSR2');
    const double = aws;
    await until('it is refreshed', () => double.count('BatchGetSecretValue') === 100);
    assert.equal(aws.count('AssumeRoleWithWebIdentity'), 1);
  });

  it('goes on with the AWS session of init: one login for both', async () => {
    aws = await startAwsDouble({ secrets: { a: 'one' } });
    here.write('spec.yaml', documents(awsStore(), externalSecret('es', { a: 'a' })));
    here.writeToken(projectedToken('shop', 'app'));
    const { AWS_ENDPOINT_URL = '' } = aws.env;
    const env = { AWS_ENDPOINT_URL, AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/app' };
    const init = keytide(['init', ...here.flags], env);
    assert.equal(await init.ended, 0, init.stderr());
    const { stderr } = await run(env);
    aws.set({ secrets: { a: 'two' } });
    const double = aws;
    await until('it has read', () => double.count('GetSecretValue') >= 2);
    assert.equal(aws.count('AssumeRoleWithWebIdentity'), 1);
    assert.match(stderr(), /session of an earlier agent of this pod is taken over/);
  });

  it('refreshes all on SIGUSR2 and when the pod is annotated, also with interval 0', async () => {
    aws = await startAwsDouble({ secrets: { a: 'one' } });
    writeKubeletVolume(join(here.dir, 'podinfo'), { annotations: 'x="y"\n' });
    here.write('spec.yaml', documents(awsStore(), externalSecret('es', { a: 'a' }, { interval: '"0"' })));
    const { child } = await run(aws.env);
    aws.set({ secrets: { a: 'two' } });
    child.kill('SIGUSR2');
    await until('SIGUSR2 was taken', () => here.read('es/a') === 'two');
    aws.set({ secrets: { a: 'three' } });
    writeKubeletVolume(join(here.dir, 'podinfo'), { annotations: 'force-sync="7"\nx="y"\n' });
    await until('the annotation was taken', () => here.read('es/a') === 'three');
  });

  it('takes a changed spec: what is new is delivered, what did not change keeps its generation', async () => {
    rotate({ a: '1', b: '2' });
    const store = fakeStore(join(here.dir, 'data.json'));
    writeKubeletVolume(here.specDir, { 'spec.yaml': documents(store, externalSecret('one', { a: 'a' })) });
    await run();
    const generation = readlinkSync(join(here.root, 'one/..data'));
    writeKubeletVolume(here.specDir, {
      'spec.yaml': documents(store, externalSecret('one', { a: 'a' }), externalSecret('two', { b: 'b' })),
    });
    await until('the new one is delivered', () => read(join(here.root, 'two/b')) === '2');
    assert.equal(readlinkSync(join(here.root, 'one/..data')), generation);
  });

  it('takes a changed external secret and a changed template of its delivery in one generation', async () => {
    rotate({ a: '1', b: '2' });
    const store = fakeStore(join(here.dir, 'data.json'));
    const delivery = (key: string): string =>
      `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: { externalSecrets: [one], layout: none, files: [{ path: out, eta: "<%= it.${key} %>" }] }\n`;
    writeKubeletVolume(here.specDir, { 'spec.yaml': documents(store, externalSecret('one', { a: 'a' }), delivery('a')) });
    const { stderr } = await run();
    assert.equal(here.read('web/out'), '1');
    writeKubeletVolume(here.specDir, { 'spec.yaml': documents(store, externalSecret('one', { b: 'b' }), delivery('b')) });
    await until('both changes are taken', () => here.read('web/out') === '2');
    assert.equal((await status()).deliveries[0]?.published, 2);
    assert.doesNotMatch(stderr(), /TEMPLATE_FAILED/);
  });

  it('refuses a wrong spec as a whole, goes on with the old one, and says so until it is mended', async () => {
    rotate({ a: '1', b: '2' });
    const store = fakeStore(join(here.dir, 'data.json'));
    writeKubeletVolume(here.specDir, { 'spec.yaml': documents(store, externalSecret('one', { a: 'a' })) });
    await run();
    writeKubeletVolume(here.specDir, {
      'spec.yaml': documents(
        store,
        externalSecret('one', { a: 'b' }),
        externalSecret('two', { b: 'b' }).replace('secretStoreRef', 'secretStoreRf'),
      ),
    });
    await until('the refusal shows', async () => !(await status()).spec.accepted);
    assert.match((await status()).spec.errors.join('\n'), /spec\.yaml:\d+:\d+.*secretStoreRf/);
    assert.equal(await metric(/^keytide_spec_refused (\d)$/m), 1);
    rotate({ a: 'still fresh', b: '2' });
    await until('the old spec runs', () => here.read('one/a') === 'still fresh');
    writeKubeletVolume(here.specDir, { 'spec.yaml': documents(store, externalSecret('one', { a: 'b' })) });
    await until('the mended spec runs', () => here.read('one/a') === '2');
    assert.equal((await status()).spec.accepted, true);
  });

  it('one secret that fails harms no other', async () => {
    aws = await startAwsDouble({ secrets: { a: 'one', b: 'one' } });
    here.write(
      'spec.yaml',
      documents(
        awsStore(),
        externalSecret('good', { a: 'a' }, { interval: '1s' }),
        externalSecret('bad', { b: 'b' }, { interval: '1s' }),
      ),
    );
    await run(aws.env);
    aws.deny({ action: 'secretsmanager:GetSecretValue', resource: 'b' });
    await until('the denial shows', async () =>
      (await status()).externalSecrets.some(({ name, error }) => name === 'bad' && error?.class === 'denied'),
    );
    aws.set({ secrets: { a: 'two' } });
    await until('the other is fresh', () => here.read('good/a') === 'two');
    assert.equal(here.read('bad/b'), 'one');
  });

  it('makes up for a reload when it was killed between the swap and the signal, once', async () => {
    rotate({ p: 'old' });
    const annotations = { 'keytide.dev/reload-signal': 'SIGHUP late-app.js' };
    here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { p: 'p' }, { annotations })));
    const first = await run();
    rotate({ p: 'new' }); // The app isn't there, so the agent publishes and waits for it.
    await until('it is published', async () => (await status()).deliveries[0]?.published === 2);
    first.child.kill('SIGKILL');
    await first.ended;
    const hups = await startApp('late-app');
    const generation = readlinkSync(join(here.root, 'db/..data'));
    await run();
    await until('the reload is made up for', () => hups() === 1);
    await until('it is acknowledged', async () => (await status()).deliveries[0]?.acknowledged === 2);
    assert.equal(readlinkSync(join(here.root, 'db/..data')), generation, 'nothing is written anew');
    await until('that is recorded', () => /"acknowledged":2/.test(read(join(here.dir, 'private/acknowledged.json')) ?? ''));
    agent?.child.kill('SIGKILL');
    await agent?.ended;
    await run();
    assert.equal((await status()).deliveries[0]?.acknowledged, 2);
    assert.equal(hups(), 1, 'and only once');
  });

  it('never signals an app that has no handler, and says what is missing', async () => {
    rotate({ p: 'old' });
    app = spawn('sleep', ['1000'], { stdio: 'ignore', argv0: 'deaf-app' });
    const deaf = app;
    const annotations = { 'keytide.dev/reload-signal': 'SIGHUP deaf-app' };
    here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { p: 'p' }, { annotations })));
    await run();
    rotate({ p: 'new' });
    await until('the failure shows', async () => (await status()).deliveries[0]?.error?.code === 'RELOAD_FAILED');
    assert.match((await status()).deliveries[0]?.error?.message ?? '', /handler/);
    assert.equal(deaf.exitCode ?? deaf.signalCode, null);
    assert.equal(here.read('db/p'), 'new', 'the files are published all the same');
  });

  it('ends with 0 on SIGTERM, at once', async () => {
    rotate({ p: 'old' });
    here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { p: 'p' })));
    const { child, ended } = await run();
    child.kill('SIGTERM');
    assert.equal(await ended, 0);
    assert.equal(here.read('db/p'), 'old');
  });

  it('answers the startup probe with the reason while the first delivery is missing', async () => {
    rotate({});
    here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { p: 'gone' })));
    agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`]);
    await until('it says why', async () => /gone/.test((await ask(here.url('/startup'))).body));
    assert.equal((await ask(here.url('/startup'))).status, 503);
    assert.equal((await ask(here.url('/ready'))).status, 503);
    rotate({ gone: 'here now' });
    await until('it is delivered', () => read(join(here.root, 'db/p')) === 'here now');
    await until('the probe passes', async () => (await ask(here.url('/startup'))).status === 200);
  });

  it('does not give up before its time, however hopeless it looks, and heals when the manifest is mended', async () => {
    rotate({ p: 'here' });
    const store = fakeStore(join(here.dir, 'data.json'));
    const mended = externalSecret('db', { p: 'p' });
    here.write('spec.yaml', documents(store, mended.replace('"key":"p"', '"key":"p","metadataPolicy":"Fetch"')));
    agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`, '--init-timeout', '60s']);
    await until('it says why', async () => /metadata/.test((await ask(here.url('/startup'))).body));
    assert.equal(agent.child.exitCode, null);
    here.write('spec.yaml', documents(store, mended));
    await until('it is delivered', () => read(join(here.root, 'db/p')) === 'here');
  });

  it('exits when its first delivery never comes in time, so that the pod shows it', async () => {
    rotate({});
    here.write('spec.yaml', documents(fakeStore(join(here.dir, 'data.json')), externalSecret('db', { p: 'gone' })));
    agent = keytide(['run', ...here.flags, '--listen', 'off', '--init-timeout', '1s']);
    assert.equal(await agent.ended, 5);
  });
});

import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { podFraction } from '../../agent/core/schedule.ts';
import type { Status } from '../../agent/core/status.ts';
import { type AwsDouble, startAwsDouble } from '../servers/aws-double.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { ask, type KeytideProcess, keytide, type Place, place, until } from './keytide-process.ts';
import { awsStore, documents, externalSecret } from './manifests.ts';

let here: Place;
let agent: KeytideProcess | undefined;
let aws: AwsDouble;

beforeEach(async () => {
  here = await place();
  aws = await startAwsDouble({ secrets: { a: { text: 'good', versionId: 'v-1' } } });
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  await aws.close();
  agent = undefined;
  here.remove();
});

async function run(): Promise<KeytideProcess> {
  const flags = [...here.flags, '--listen', `127.0.0.1:${here.port}`, '--feedback', join(here.dir, 'feedback')];
  agent = keytide(['run', ...flags], { ...aws.env, POD_NAME: 'shop-0' });
  const { child, stderr } = agent;
  await until('the agent has delivered', async () => {
    assert.equal(child.exitCode, null, stderr());
    return (await ask(here.url('/startup'))).status === 200;
  });
  return agent;
}

async function status(): Promise<Status> {
  return JSON.parse((await ask(here.url('/status'))).body);
}

async function delivery(): Promise<Status['deliveries'][number] | undefined> {
  return (await status()).deliveries[0];
}

function post(path: string): Promise<void> {
  return new Promise((resolve) => {
    const sent = request(here.url(path), { method: 'POST', agent: false }, (response) => response.resume().on('end', resolve));
    sent.on('error', () => resolve()).end();
  });
}

/** The log lines with this message. */
function told(message: string): readonly Readonly<Record<string, unknown>>[] {
  const lines = (agent?.stderr() ?? '').split('\n').filter((line) => line.startsWith('{'));
  return lines.map((line) => JSON.parse(line)).filter(({ msg }) => msg === message);
}

const following = { annotations: { 'keytide.dev/follow-rotation': 'true' } };

describe('the versions of a store', { timeout: 120_000 }, () => {
  it('stand in status and in the log with the generation that was made of them', async () => {
    here.write('spec.yaml', documents(awsStore(), externalSecret('db', { p: 'a' }, following)));
    await run();
    aws.set({ secrets: { a: { text: 'better', versionId: 'v-2' } } });
    await post('/refresh');
    await until('the new version is acknowledged', async () => (await delivery())?.acknowledged === 2);
    const { externalSecrets } = await status();
    assert.deepEqual([externalSecrets[0]?.versions, externalSecrets[0]?.previousVersions], [{ a: 'v-2' }, { a: 'v-1' }]);
    assert.deepEqual((await delivery())?.versions, { db: { a: 'v-2' } });
    for (const message of ['published', 'acknowledged'])
      assert.deepEqual(
        told(message).map(({ generation, versions }) => [generation, versions]),
        [
          [1, { db: { a: 'v-1' } }],
          [2, { db: { a: 'v-2' } }],
        ],
      );
  });

  it('are remembered of what is held, over a restart; a hint leaves it held, the operator has it tried again', async () => {
    const accept = join(here.dir, 'accept');
    const verify = `test -e ${accept} || ! grep -q bad {dir}/p`;
    here.write(
      'spec.yaml',
      documents(
        awsStore(),
        externalSecret('db', { p: 'a' }),
        `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: ${JSON.stringify({
          externalSecrets: ['db'],
          verify: { timeout: '500ms', steps: [{ exec: { command: ['/bin/sh', '-c', verify] } }] },
        })}\n`,
      ),
    );
    mkdirSync(join(here.dir, 'feedback'));
    await run();
    aws.set({ secrets: { a: { text: 'bad', versionId: 'v-bad' } } });
    await post('/hint?delivery=web');
    await until('it is rolled back', async () => (await delivery())?.state === 'rolledBack');
    const held = (await delivery())?.heldBack;
    assert.deepEqual([held?.generation, held?.versions], [2, { db: { a: 'v-bad' } }]);
    const [back] = told('rolled back');
    assert.deepEqual(
      [back?.['generation'], back?.['versions'], back?.['held'], back?.['heldVersions']],
      [3, { db: { a: 'v-1' } }, 2, { db: { a: 'v-bad' } }],
    );
    assert.equal(here.read('web/p'), 'good');

    agent?.child.kill('SIGKILL');
    await agent?.ended;
    const restarted = await run();
    await until('it is held again', async () => (await delivery())?.heldBack !== undefined);
    assert.deepEqual((await delivery())?.heldBack?.versions, { db: { a: 'v-bad' } });
    const before = aws.count('GetSecretValue');
    restarted.child.kill('SIGUSR2');
    await until('the hint made it look', () => aws.count('GetSecretValue') > before);

    writeFileSync(accept, '');
    await post('/refresh?delivery=web');
    await until('what was held is taken', async () => (await delivery())?.state === 'acknowledged');
    assert.equal(here.read('web/p'), 'bad');
    assert.deepEqual(
      told('what was held is tried again: the operator asked for it').map(({ generation, versions }) => [generation, versions]),
      [[2, { db: { a: 'v-bad' } }]],
    );
    assert.equal((await delivery())?.published, 4, 'the hint published nothing');
  });
});

describe('what is expected', { timeout: 120_000 }, () => {
  it('is looked for: a rotation that AWS announces, long before the interval is over', async () => {
    const inMs = 63_000 - podFraction('shop-0') * 30_000; // The first look comes a minute before, spread by pod: in 3 s.
    aws.set({ secrets: { a: { text: 'good', versionId: 'v-1', rotatesAt: Date.now() + inMs } } });
    here.write('spec.yaml', documents(awsStore(), externalSecret('db', { p: 'a' }, following)));
    await run();
    aws.set({ secrets: { a: { text: 'rotated', versionId: 'v-2' } } });
    assert.ok((await status()).externalSecrets[0]?.rotatesAt);
    await until('the rotation is found', () => here.read('db/p') === 'rotated', 60_000); // Half a minute later if the start took long.
  });

  it('is known of a certificate: its end is in status and metrics', async () => {
    const { cert, key } = selfSigned();
    aws.set({ secrets: { cert, key } });
    here.write('spec.yaml', documents(awsStore(), externalSecret('tls', { 'tls.crt': 'cert', 'tls.key': 'key' })));
    await run();
    const [certificate, ...others] = (await delivery())?.certificates ?? [];
    assert.deepEqual([certificate?.file, others], ['tls.crt', []]);
    const { body } = await ask(here.url('/metrics'));
    const seconds = Date.parse(certificate?.expiresAt ?? '') / 1_000;
    assert.ok(body.includes(`keytide_certificate_expiry_timestamp_seconds{delivery="tls",file="tls.crt"} ${seconds}\n`), body);
  });
});

describe('a role that may not describe secrets', { timeout: 120_000 }, () => {
  it('keeps nothing from being refreshed', async () => {
    aws.deny({ action: 'secretsmanager:DescribeSecret' });
    here.write('spec.yaml', documents(awsStore(), externalSecret('db', { p: 'a' }, following)));
    await run();
    const { externalSecrets, stores } = await status();
    assert.deepEqual([externalSecrets[0]?.ready, externalSecrets[0]?.rotatesAt, stores[0]?.ready], [true, undefined, true]);
  });
});

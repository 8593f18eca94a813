import assert from 'node:assert/strict';
import { lstatSync, mkdirSync, readdirSync, readlinkSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { startAwsDouble } from '../servers/aws-double.ts';
import { projectedToken } from '../servers/projected-token.ts';
import { keytide, type Place, place, writeKubeletVolume } from './keytide-process.ts';
import { awsStore, documents, externalSecret, fakeData, fakeStore } from './manifests.ts';

let here: Place;

beforeEach(async () => {
  here = await place();
});

afterEach(() => here.remove());

function dataFile(values: Readonly<Record<string, string>>): string {
  const path = join(here.dir, 'data.json');
  writeFileSync(path, fakeData(values));
  return path;
}

async function init(...flags: readonly string[]): Promise<{ code: number | string; stderr: string }> {
  const process = keytide(['init', ...here.flags, ...flags]);
  return { code: await process.ended, stderr: process.stderr() };
}

describe('keytide init', { timeout: 120_000 }, () => {
  it('delivers in the layout of a Secret volume, byte for byte, and ends with 0', async () => {
    here.write(
      'spec.yaml',
      documents(
        fakeStore(dataFile({ user: 'app', pass: 'p\n"\u00e9' })),
        externalSecret('db', { username: 'user', 'pass.word': 'pass' }),
      ),
    );
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    assert.equal(here.read('db/username'), 'app');
    assert.equal(here.read('db/pass.word'), 'p\n"\u00e9');
    assert.equal(readlinkSync(join(here.root, 'db/username')), '..data/username');
    assert.equal(statSync(join(here.root, 'db/username')).mode & 0o777, 0o440);
    assert.ok(lstatSync(join(here.root, 'db/..data')).isSymbolicLink());
  });

  it('takes a kubelet volume of manifests, and a target name', async () => {
    writeKubeletVolume(here.specDir, {
      'store.yaml': fakeStore(dataFile({ a: '1' })),
      'es.yaml': externalSecret('es', { a: 'a' }, { target: '{ name: wanted }' }),
    });
    assert.equal((await init()).code, 0);
    assert.equal(here.read('wanted/a'), '1');
  });

  it('writes status.json without values', async () => {
    here.write('spec.yaml', documents(fakeStore(dataFile({ a: 'canary-value-1' })), externalSecret('es', { a: 'a' })));
    assert.equal((await init()).code, 0);
    const text = here.read('.keytide/status.json');
    const status = JSON.parse(text);
    assert.equal(status.externalSecrets[0].reason, 'SecretSynced');
    assert.deepEqual([status.deliveries[0].published, status.deliveries[0].acknowledged], [1, 1]);
    assert.doesNotMatch(text, /canary/);
  });

  it('ends with 2 for a flag it does not know, and names the nearest', async () => {
    const { code, stderr } = await init('--nmaespace', 'x');
    assert.equal(code, 2);
    assert.match(stderr, /namespace/);
  });

  it('ends with 3 for a refused spec, with file, line and column of every problem', async () => {
    here.write(
      'spec.yaml',
      documents(
        fakeStore('/x'),
        externalSecret('es', { a: 'a' }).replace('refreshInterval: 1h', 'refreshInterva: 1h'),
        externalSecret('two', { 'b b': 'b' }),
      ),
    );
    const { code, stderr } = await init();
    assert.equal(code, 3);
    assert.match(stderr, /spec\.yaml:10:3.*refreshInterva.*did you mean \\?"refreshInterval/s);
    assert.match(stderr, /spec\.yaml:22:\d+.*secretKey/s);
    assert.deepEqual(readdirSync(here.root), [], 'no effect before the spec is accepted');
  });

  it('ends with 5 for a secret that is not in the store, names it, and delivers the others', async () => {
    here.write(
      'spec.yaml',
      documents(fakeStore(dataFile({ a: '1' })), externalSecret('good', { a: 'a' }), externalSecret('bad', { b: 'gone' })),
    );
    const { code, stderr } = await init('--init-timeout', '1s');
    assert.equal(code, 5);
    assert.match(stderr, /gone/);
    assert.equal(here.read('good/a'), '1');
  });

  it('ends with 4 when the trust policy refuses the identity, and says what to compare', async () => {
    const aws = await startAwsDouble({
      secrets: { a: 'x' },
      roles: { 'arn:aws:iam::123456789012:role/app': { subject: 'system:serviceaccount:shop:other' } },
    });
    here.write('spec.yaml', documents(awsStore(), externalSecret('es', { a: 'a' })));
    writeFileSync(join(here.dir, 'token'), projectedToken('shop', 'app'));
    const { AWS_ENDPOINT_URL } = aws.env;
    const process = keytide(['init', ...here.flags, '--init-timeout', '1s'], {
      ...{
        AWS_ENDPOINT_URL: AWS_ENDPOINT_URL ?? '',
        AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/app',
        AWS_WEB_IDENTITY_TOKEN_FILE: join(here.dir, 'token'),
      },
    });
    assert.equal(await process.ended, 4, process.stderr());
    assert.match(process.stderr(), /role\/app/);
    assert.match(process.stderr(), /trust policy/);
    await aws.close();
  });

  it('ends with 5 when the store denies a secret, and says what to allow', async () => {
    const aws = await startAwsDouble({ secrets: { a: 'x' } });
    aws.deny({ action: 'secretsmanager:GetSecretValue', resource: 'a' });
    here.write('spec.yaml', documents(awsStore(), externalSecret('es', { a: 'a' })));
    const process = keytide(['init', ...here.flags, '--init-timeout', '1s'], { ...aws.env });
    assert.equal(await process.ended, 5, process.stderr());
    assert.match(process.stderr(), /GetSecretValue/);
    await aws.close();
  });

  it('ends with 6 when the store can not be reached in time', async () => {
    here.write('spec.yaml', documents(awsStore(), externalSecret('es', { a: 'a' })));
    const process = keytide(['init', ...here.flags, '--init-timeout', '1s'], {
      ...{ AWS_ENDPOINT_URL: 'http://127.0.0.1:9', AWS_ACCESS_KEY_ID: 'AKIAX', AWS_SECRET_ACCESS_KEY: 'x' },
    });
    assert.equal(await process.ended, 6, process.stderr());
    assert.match(process.stderr(), /ECONNREFUSED: 127\.0\.0\.1:9/);
  });

  it('ends with 7 when the volume is on disk and that was not allowed', async () => {
    here.write('spec.yaml', documents(fakeStore(dataFile({ a: '1' })), externalSecret('es', { a: 'a' })));
    const disk = join(import.meta.dirname, '../../node_modules/.cache/keytide-disk');
    mkdirSync(disk, { recursive: true });
    const flags = here.flags.filter((flag) => flag !== '--allow-disk');
    const process = keytide(['init', ...flags, '--root', disk]);
    assert.equal(await process.ended, 7, process.stderr());
    assert.match(process.stderr(), /medium: Memory/);
  });

  it('ends with 143 when it is interrupted', async () => {
    here.write('spec.yaml', documents(awsStore(), externalSecret('es', { a: 'a' })));
    const process = keytide(['init', ...here.flags], {
      AWS_ENDPOINT_URL: 'http://127.0.0.1:9',
      AWS_ACCESS_KEY_ID: 'AKIAX',
      AWS_SECRET_ACCESS_KEY: 'x',
    });
    while (!process.stderr().includes('could not be refreshed')) await new Promise((resolve) => setTimeout(resolve, 10));
    process.child.kill('SIGTERM');
    assert.equal(await process.ended, 143);
  });

  it('fetches what is created only once, once: the next agent of the pod does not ask again', async () => {
    const aws = await startAwsDouble({ secrets: { a: 'first' } });
    const once = externalSecret('es', { a: 'a' }).replace('refreshInterval: 1h', 'refreshPolicy: CreatedOnce');
    here.write('spec.yaml', documents(awsStore(), once));
    assert.equal(await keytide(['init', ...here.flags], aws.env).ended, 0);
    aws.set({ secrets: { a: 'second' } });
    aws.forgetCalls();
    assert.equal(await keytide(['init', ...here.flags], aws.env).ended, 0);
    assert.equal(aws.count(), 0);
    assert.equal(here.read('es/a'), 'first');
    await aws.close();
  });

  it('merges into what another manifest makes, and makes nothing itself where there is nothing', async () => {
    const merge = '{ name: shared, creationPolicy: Merge }';
    const store = fakeStore(dataFile({ a: '1', b: '2' }));
    here.write('spec.yaml', documents(store, externalSecret('alone', { a: 'a' }, { target: merge })));
    assert.equal((await init()).code, 0);
    assert.equal(JSON.parse(here.read('.keytide/status.json')).externalSecrets[0].reason, 'SecretMissing');
    assert.deepEqual(readdirSync(here.root), ['.keytide']);
    const owner = externalSecret('owner', { b: 'b' }, { target: '{ name: shared, creationPolicy: CreateOrMerge }' });
    here.write('spec.yaml', documents(store, externalSecret('alone', { a: 'a' }, { target: merge }), owner));
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    assert.deepEqual([here.read('shared/a'), here.read('shared/b')], ['1', '2']);
  });

  it('leaves what is gone to deletionPolicy: kept with Retain, taken away with Delete', async () => {
    const values = { a: '1', b: '2' };
    const path = dataFile(values);
    const spec = (policy: string): string =>
      documents(fakeStore(path), externalSecret('es', { a: 'a', b: 'b' }, { target: `{ deletionPolicy: ${policy} }` }));
    here.write('spec.yaml', spec('Retain'));
    assert.equal((await init()).code, 0);
    dataFile({ a: '1' });
    assert.equal((await init('--init-timeout', '1s')).code, 0, 'what is published counts');
    assert.equal(here.read('es/b'), '2');
    here.write('spec.yaml', spec('Delete'));
    assert.equal((await init()).code, 0);
    assert.deepEqual(
      readdirSync(join(here.root, 'es')).filter((name) => !name.startsWith('..')),
      ['a'],
    );
    dataFile({});
    assert.equal((await init()).code, 0);
    assert.deepEqual(
      readdirSync(join(here.root, 'es')).filter((name) => !name.startsWith('..')),
      [],
    );
    assert.equal(JSON.parse(here.read('.keytide/status.json')).externalSecrets[0].reason, 'SecretDeleted');
  });

  it('renders the files of a Delivery', async () => {
    const delivery = `apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: web }
spec:
  externalSecrets: [one, two]
  layout: none
  defaults: { mode: "0400" }
  files:
    - { path: app.env, format: dotenv }
    - path: conf/url
      eta: "postgres://<%= it.user %>:<%= url(it.pass) %>@db"
`;
    here.write(
      'spec.yaml',
      documents(
        fakeStore(dataFile({ u: 'bob', p: 'a/b' })),
        externalSecret('one', { user: 'u' }),
        externalSecret('two', { pass: 'p' }),
        delivery,
      ),
    );
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    assert.equal(here.read('web/conf/url'), 'postgres://bob:a%2Fb@db');
    assert.match(here.read('web/app.env'), /user='?bob'?/);
    assert.equal(statSync(join(here.root, 'web/app.env')).mode & 0o777, 0o400);
    assert.deepEqual(readdirSync(here.root).sort(), ['.keytide', 'web'], 'members of a Delivery are not delivered alone');
  });
});

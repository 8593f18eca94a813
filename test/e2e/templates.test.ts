import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { run as runTemplate } from '../template/gotemplate/run.ts';
import { ask, type KeytideProcess, keytide, type Place, place, until, writeAtomically } from './keytide-process.ts';
import { documents, externalSecret, fakeData, fakeStore } from './manifests.ts';

let here: Place;
let agent: KeytideProcess | undefined;

beforeEach(async () => {
  here = await place();
});

afterEach(async () => {
  agent?.child.kill('SIGKILL');
  await agent?.ended;
  agent = undefined;
  here.remove();
});

function store(values: Readonly<Record<string, string>>): string {
  const path = join(here.dir, 'data.json');
  writeAtomically(path, fakeData(values));
  return fakeStore(path);
}

function withTemplate(name: string, keys: readonly string[], template: unknown): string {
  const target = JSON.stringify({ template });
  return externalSecret(name, Object.fromEntries(keys.map((key) => [key, key])), { target });
}

async function init(...flags: readonly string[]): Promise<{ code: number | string; stderr: string }> {
  const process = keytide(['init', ...here.flags, ...flags]);
  return { code: await process.ended, stderr: process.stderr() };
}

async function started(): Promise<KeytideProcess> {
  agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`]);
  const { child, stderr } = agent;
  await until('the agent has delivered', async () => {
    assert.equal(child.exitCode, null, stderr());
    return (await ask(here.url('/startup'))).status === 200;
  });
  return agent;
}

async function stopped({ child, ended }: KeytideProcess): Promise<void> {
  child.kill('SIGTERM');
  await ended;
}

function mountConfigMap(name: string, files: Readonly<Record<string, string>>): void {
  const directory = join(here.dir, 'configmaps', name);
  mkdirSync(directory, { recursive: true });
  for (const [key, text] of Object.entries(files)) writeFileSync(join(directory, key), text);
}

const withOpenssl = { skip: spawnSync('openssl', ['version']).status === 0 ? false : 'openssl is not installed' };

describe('templates, end to end', { timeout: 180_000 }, () => {
  it('a database URL, a docker config and a mounted ConfigMap give the files that ESO would give', async () => {
    const values = { user: 'app', pass: 'p@ss/w:rd', host: 'db', registry: 'ghcr.io' };
    mountConfigMap('tpl', {
      'app.conf': '{{ range $k, $v := . }}{{ $k }}={{ $v | quote }}\n{{ end }}',
      all: 'url: "{{ .host }}"\nport: 0o17',
    });
    const auth = '{{ printf "%s:%s" .user .pass | b64enc }}';
    here.write(
      'spec.yaml',
      documents(
        store(values),
        withTemplate('db', ['user', 'pass', 'host'], {
          data: { DATABASE_URL: 'postgres://{{ .user }}:{{ .pass | urlquery }}@{{ .host }}:5432/app?sslmode=require' },
        }),
        withTemplate('docker', ['user', 'pass', 'registry'], {
          type: 'kubernetes.io/dockerconfigjson',
          data: {
            '.dockerconfigjson': `{"auths":{"{{ .registry }}":{"username":{{ .user | toJson }},"password":{{ .pass | toJson }},"auth":"${auth}"}}}`,
          },
        }),
        withTemplate('app', ['user', 'host'], {
          mergePolicy: 'Merge',
          templateFrom: [
            { configMap: { name: 'tpl', items: [{ key: 'app.conf' }, { key: 'all', templateAs: 'KeysAndValues' }] } },
          ],
        }),
      ),
    );
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    assert.equal(here.read('db/DATABASE_URL'), 'postgres://app:p%40ss%2Fw%3Ard@db:5432/app?sslmode=require');
    assert.ok(!existsSync(join(here.root, 'db/user')));
    assert.deepEqual(JSON.parse(here.read('docker/.dockerconfigjson')), {
      auths: { 'ghcr.io': { username: 'app', password: 'p@ss/w:rd', auth: Buffer.from('app:p@ss/w:rd').toString('base64') } },
    });
    assert.equal(here.read('app/app.conf'), 'host="db"\nuser="app"\n');
    assert.deepEqual(
      ['url', 'port', 'user'].map((key) => here.read(`app/${key}`)),
      ['db', '15', 'app'],
    );
    assert.doesNotMatch(stderr, /p@ss/);
  });

  it('a key store is made of PEM, which openssl opens', withOpenssl, async () => {
    const made = await runTemplate('{{ $c := genSelfSignedCert "shop" nil (list "shop.example") 30 }}{{ $c.Cert }}|{{ $c.Key }}');
    const [cert = '', key = ''] = made.split('|');
    here.write(
      'spec.yaml',
      documents(
        store({ 'tls.crt': cert, 'tls.key': key, pass: 'changeit' }),
        withTemplate('java', ['tls.crt', 'tls.key', 'pass'], {
          data: { 'keystore.p12': '{{ fullPemToPkcs12Pass (index . "tls.crt") (index . "tls.key") .pass | b64dec }}' },
        }),
      ),
    );
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    const file = join(here.root, 'java/keystore.p12');
    const read = spawnSync('openssl', ['pkcs12', '-in', file, '-passin', 'pass:changeit', '-nodes'], { encoding: 'utf8' });
    assert.equal(read.status, 0, read.stderr);
    assert.ok(read.stdout.includes(cert.trim()), 'the certificate is in it');
    assert.match(read.stdout, /BEGIN PRIVATE KEY/);
  });

  it('a file of a Delivery is made by a Go template', async () => {
    const delivery = {
      apiVersion: 'keytide.dev/v1alpha1',
      kind: 'Delivery',
      metadata: { name: 'web' },
      spec: {
        externalSecrets: ['db'],
        layout: 'none',
        files: [{ path: 'conf/app.ini', goTemplate: '[db]\nuser = {{ .user }}\n' }],
      },
    };
    here.write(
      'spec.yaml',
      documents(store({ user: 'app' }), externalSecret('db', { user: 'user' }), `${JSON.stringify(delivery)}\n`),
    );
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    assert.equal(here.read('web/conf/app.ini'), '[db]\nuser = app\n');
  });

  it('a template that can not be parsed ends the start with 3: file, key, line and column', async () => {
    here.write(
      'spec.yaml',
      documents(store({ user: 'app' }), withTemplate('db', ['user'], { data: { url: 'x\n{{ .user | uper }}' } })),
    );
    const { code, stderr } = await init();
    assert.equal(code, 3);
    assert.match(
      stderr,
      /spec\.yaml:\d+:\d+: ExternalSecret db: spec\.target\.template\.data\.url: line 2, column 12: function .{1,2}uper.{1,2} not defined; did you mean .{1,2}upper/,
    );
  });

  it('a template that fails on its data ends the start with the key in the message, and writes nothing', async () => {
    here.write(
      'spec.yaml',
      documents(store({ user: 'canary-1' }), withTemplate('db', ['user'], { data: { url: '{{ .usr }}' } })),
    );
    const { code, stderr } = await init('--init-timeout', '2s');
    assert.equal(code, 7, stderr);
    assert.match(
      stderr,
      /external secret db, template\.data, key url: line 1, column 4: .*no entry for key .*did you mean \.user/,
    );
    assert.ok(!existsSync(join(here.root, 'db')));
    assert.doesNotMatch(stderr, /canary/);
  });

  it('while it runs, a template that fails leaves the old files, and status names the key', async () => {
    const data = store({ user: 'app' });
    here.write('spec.yaml', documents(data, withTemplate('db', ['user'], { data: { url: '{{ .user }}' } })));
    await started();
    const before = readlinkSync(join(here.root, 'db/..data'));
    here.write('spec.yaml', documents(data, withTemplate('db', ['user'], { data: { url: '{{ .usr }}' } })));
    await until('the failure is told', async () => /key url: line 1, column 4/.test((await ask(here.url('/status'))).body));
    assert.equal(readlinkSync(join(here.root, 'db/..data')), before);
    assert.equal(here.read('db/url'), 'app');
    here.write('spec.yaml', documents(data, withTemplate('db', ['user'], { data: { url: '{{ .user }' } })));
    await until(
      'the refused spec is told',
      async () => JSON.parse((await ask(here.url('/status'))).body).spec.accepted === false,
    );
    assert.equal(here.read('db/url'), 'app');
    here.write('spec.yaml', documents(data, withTemplate('db', ['user'], { data: { url: 'v2-{{ .user }}' } })));
    await until('the corrected template is delivered', async () => here.read('db/url') === 'v2-app');
  });

  it('what a template makes up stays the same over refreshes and restarts, until its input changes', async () => {
    const template = {
      data: { made: '{{ .user }} {{ randAlphaNum 24 }} {{ uuidv4 }} {{ now | unixEpoch }} {{ htpasswd .user .user "bcrypt" }}' },
    };
    here.write('spec.yaml', documents(store({ user: 'a', other: 'x' }), withTemplate('db', ['user'], template)));
    let running = await started();
    const [first, generation] = [here.read('db/made'), readlinkSync(join(here.root, 'db/..data'))];
    const refreshedAt = async (): Promise<string> =>
      JSON.parse((await ask(here.url('/status'))).body).externalSecrets[0].refreshedAt;
    const before = await refreshedAt();
    store({ user: 'a', other: 'y' });
    await until('it is refreshed', async () => (await refreshedAt()) !== before);
    assert.equal(readlinkSync(join(here.root, 'db/..data')), generation);
    await stopped(running);
    running = await started();
    assert.equal(here.read('db/made'), first);
    assert.equal(readlinkSync(join(here.root, 'db/..data')), generation);
    store({ user: 'b' });
    await until('the new value is delivered', async () => here.read('db/made').startsWith('b '));
    assert.notEqual(here.read('db/made').split(' ')[1], first.split(' ')[1]);
  });
});

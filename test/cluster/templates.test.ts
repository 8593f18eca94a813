import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { repository } from '../house/source-files.ts';
import { appGone, containerIdentities, eventually, kubectl, namespaceReady, onlyPod } from './kubectl.ts';
import { type Moto, startMoto } from './moto.ts';

const deploy = join(repository, 'deploy');
let moto: Moto;

const template = {
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  metadata: { name: 'database' },
  spec: {
    refreshInterval: '1m',
    secretStoreRef: { kind: 'SecretStore', name: 'aws' },
    dataFrom: [{ extract: { key: 'app/templates' }, rewrite: [{ transform: { template: '{{ .value | lower }}' } }] }],
    target: {
      template: {
        mergePolicy: 'Merge',
        data: {
          DATABASE_URL: 'postgres://{{ .username }}:{{ .password | urlquery }}@db/app',
          session: '{{ randAlphaNum 32 }} {{ .username }}',
        },
        templateFrom: [{ configMap: { name: 'app-templates', items: [{ key: 'app.conf' }] } }],
      },
    },
  },
};

const templates = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { name: 'app-templates', namespace: 'keytide-example' },
  data: { 'app.conf': '{{ range $k, $v := . }}{{ $k }} = {{ $v | quote }}\n{{ end }}' },
};

/** The pod of deploy/, with the ConfigMap of templates mounted where the agent looks for it, and moto for AWS. */
function pod(): string {
  return readFileSync(join(deploy, 'native-sidecar.yaml'), 'utf8')
    .replace('image: node:24-bookworm-slim', 'image: local.test/node:24')
    .replace(/^( +)args: \[run\]$/m, `$&\n$1env: [{ name: AWS_ENDPOINT_URL, value: "${moto.url}" }]`)
    .replace(
      /^( +)- \{ name: keytide-private, mountPath.*$/m,
      '$&\n$1- { name: app-templates, mountPath: /etc/keytide-configmaps/app-templates, readOnly: true }',
    )
    .replace(/^( +)- name: podinfo.*$/m, '$1- name: app-templates\n$1  configMap: { name: app-templates }\n$&');
}

/** The store of deploy/, and the external secret with its template in place of the plain one. */
function manifests(): string {
  const text = readFileSync(join(deploy, 'manifests.yaml'), 'utf8').replaceAll('111122223333', '123456789012');
  return text.replace(/ {2}database\.yaml: \|\n[\s\S]*$/, `  database.yaml: ${JSON.stringify(JSON.stringify(template))}\n`);
}

function inApp(...command: readonly string[]): string {
  return kubectl(['exec', `pod/${onlyPod().metadata.name}`, '-c', 'app', '--', ...command]);
}

suite('templates in a pod', () => {
  before(async () => {
    moto = await startMoto('10.200.0.1');
    await namespaceReady();
    await moto.put('app/templates', { USERNAME: 'app', password: 'p@ss/1' });
    for (const text of [manifests(), JSON.stringify(templates), readFileSync(join(deploy, 'app.yaml'), 'utf8'), pod()])
      kubectl(['apply', '-f', '-'], text);
    kubectl(['wait', 'deployment/app', '--for=condition=Available', '--timeout=120s']);
  });

  after(async () => {
    moto.stop();
    await appGone();
  });

  test('the files are what the templates make, one of them out of a mounted ConfigMap', () => {
    assert.equal(inApp('cat', '/run/keytide/database/DATABASE_URL'), 'postgres://app:p%40ss%2F1@db/app');
    assert.equal(inApp('cat', '/run/keytide/database/app.conf'), 'password = "p@ss/1"\nusername = "app"\n');
    assert.equal(inApp('cat', '/run/keytide/database/password'), 'p@ss/1');
  });

  test('what a template makes up survives a crash of the agent, and changes with its input', async () => {
    const session = (): string => inApp('cat', '/run/keytide/database/session');
    const generation = (): string => inApp('readlink', '/run/keytide/database/..data');
    const [first, before] = [session(), generation()];
    const agent = (): string => containerIdentities(onlyPod()).find((each) => each.startsWith('keytide ')) ?? '';
    const running = agent();
    inApp('sh', '-c', 'for p in /proc/[0-9]*; do grep -q "keytide[.]cjs" $p/cmdline && kill -9 $(basename $p); done; true');
    await eventually('the agent is started again', agent, (identity) => identity !== running);
    kubectl(['wait', 'pod', onlyPod().metadata.name, '--for=condition=Ready', '--timeout=60s']);
    assert.deepEqual([session(), generation()], [first, before]);
    await moto.put('app/templates', { USERNAME: 'other', password: 'p@ss/1' });
    kubectl(['annotate', 'pod', '-l', 'app=app', `force-sync=${Date.now()}`, '--overwrite']);
    await eventually('the new value is delivered', session, (text) => text.endsWith(' other'));
    assert.notEqual(session().split(' ')[0], first.split(' ')[0]);
  });
});

import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type AwsStandIn, awsStandIn, neverIssuedToken } from './aws-stand-in.ts';
import { removeVolume } from './remove-volume.ts';
import { type VaultStandIn, vaultStandIn } from './vault-stand-in.ts';

/**
 * Runs the bundle in `dist` on jobs like a pod's and keeps what V8 compiled, for the Node that runs this and no other.
 * Functions that these jobs don't reach are compiled when they are first called, as always; so it's no failure if a job
 * ends badly, only a slower start, which test/image would see.
 */
export async function compileAhead(dist: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'keytide-build-'));
  const [aws, vault] = [await awsStandIn(), await vaultStandIn()];
  try {
    for (const [index, job] of jobs(aws, vault).entries()) await runOnce(dist, join(work, `${index}`), job);
  } finally {
    aws.close();
    vault.close();
    removeVolume(work);
  }
}

interface Job {
  readonly args: readonly string[];
  readonly manifest?: string;
  readonly env?: Readonly<Record<string, string>>;
  /** It doesn't end by itself: SIGTERM after so long. */
  readonly stopAfterMs?: number;
}

function jobs(aws: AwsStandIn, vault: VaultStandIn): readonly Job[] {
  const toStandIn = { AWS_ENDPOINT_URL: aws.url, AWS_REGION: 'eu-west-1' };
  return [
    { args: ['--help'] },
    { args: ['init'], manifest: templateManifest },
    { args: ['check'], manifest: fakeManifest },
    { args: ['init'], manifest: fakeManifest },
    { args: ['run', '--listen', '127.0.0.1:0'], manifest: fakeManifest, stopAfterMs: 1500 },
    { args: ['init', '--init-timeout', '5s'], manifest: awsManifest('ParameterStore'), env: { ...toStandIn, ...aws.keys } },
    { args: ['init', '--init-timeout', '5s'], manifest: awsManifest('SecretsManager'), env: { ...toStandIn, ...aws.keys } },
    { args: ['run', '--listen', '127.0.0.1:0'], manifest: vaultManifest(vault), stopAfterMs: 1500 },
    { args: ['init', '--init-timeout', '5s'], manifest: vaultManifest(vault) },
    // Last, because the last run of a chunk is the one that is kept: what most pods do, web identity and Secrets Manager.
    { args: ['init', '--init-timeout', '5s'], manifest: webIdentityManifest, env: toStandIn },
  ];
}

async function runOnce(dist: string, directory: string, { args, manifest, env = {}, stopAfterMs }: Job): Promise<void> {
  const path = (name: string): string => join(directory, name);
  for (const name of ['private', 'tokens']) await mkdir(path(name), { recursive: true, mode: 0o700 });
  await writeFile(path('tokens/aws'), neverIssuedToken);
  if (manifest !== undefined) await writeFile(path('spec.yaml'), manifest);
  const places = [
    '--spec',
    path('spec.yaml'),
    '--root',
    path('root'),
    '--private',
    path('private'),
    '--tokens',
    path('tokens'),
    '--allow-disk',
  ];
  const node = ['-r', join(import.meta.dirname, 'collect-code.cjs'), join(dist, 'keytide.cjs')];
  const command = [...node, ...args, ...(manifest === undefined ? [] : places)];
  await promisify(execFile)(process.execPath, command, { env, cwd: directory, timeout: stopAfterMs ?? 60_000 }).catch(
    () => undefined,
  );
}

const header = 'apiVersion: external-secrets.io/v1\n';

const fakeManifest = `${header}kind: SecretStore
metadata: { name: store }
spec: { provider: { fake: { data: [{ key: db, value: '{"username": "a", "password": "b"}' }, { key: api, value: c }] } } }
---
${header}kind: ExternalSecret
metadata: { name: app, annotations: { keytide.dev/reload-signal: SIGHUP app } }
spec:
  secretStoreRef: { name: store }
  target: { name: app }
  dataFrom: [{ extract: { key: db } }]
  data: [{ secretKey: api, remoteRef: { key: api } }]
`;

/** What most templates call; what others need is compiled when they run. */
const commonFunctions =
  '{{ range $key, $value := . }}{{ if eq $key "api" }}{{ printf "%s:%s" $key $value | b64enc | quote | nindent 2 }}{{ end }}{{ end }}' +
  '{{ with fromJson "{}" }}{{ . | toJson | default "x" }}{{ else }}{{ .username | toString | urlquery | lower }}{{ end }}';

const templateManifest = fakeManifest.replace(
  'target: { name: app }',
  () => `target: { name: app, template: { data: { text: ${JSON.stringify(commonFunctions)} } } }`,
);

function awsManifest(service: string, auth = ''): string {
  return `${header}kind: SecretStore
metadata: { name: store }
spec: { provider: { aws: { service: ${service}, region: eu-west-1${auth} } } }
---
${header}kind: ExternalSecret
metadata: { name: app }
spec:
  secretStoreRef: { name: store }
  dataFrom: [{ extract: { key: /app/a } }]
  data: [{ secretKey: b, remoteRef: { key: /app/b } }, { secretKey: c, remoteRef: { key: /app/c, property: username } }]
`;
}

function vaultManifest({ url }: VaultStandIn): string {
  return `${header}kind: SecretStore
metadata: { name: store }
spec:
  provider:
    vault: { server: '${url}', path: secret, auth: { kubernetes: { role: app, serviceAccountRef: { name: app, audiences: [sts.amazonaws.com] } } } }
---
${header}kind: ExternalSecret
metadata: { name: app }
spec:
  secretStoreRef: { name: store }
  target:
    template:
      data:
        url: |
          DATABASE=postgres://{{ .username }}:{{ .password }}@db/app
        other: |
          {{ .b }}
  dataFrom: [{ extract: { key: app/a } }]
  data:
    - { secretKey: b, remoteRef: { key: app/b, property: password } }
    - { secretKey: c, remoteRef: { key: app/c } }
`;
}

const webIdentityManifest = `${awsManifest('SecretsManager', ', auth: { jwt: { serviceAccountRef: { name: app } } }')}---
apiVersion: v1
kind: ServiceAccount
metadata: { name: app, annotations: { eks.amazonaws.com/role-arn: 'arn:aws:iam::111122223333:role/app' } }
`;

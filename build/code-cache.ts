import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';

/**
 * Runs the bundle in `dist` on jobs like a pod's and keeps what V8 compiled, for the Node that runs this and no other.
 * Functions that these jobs don't reach are compiled when they are first called, as always. A job's exit code doesn't
 * matter: the one for AWS can't reach any.
 */
export async function compileAhead(dist: string): Promise<void> {
  const work = await mkdtemp(join(tmpdir(), 'keytide-build-'));
  try {
    for (const [name, { manifest, args }] of Object.entries(jobs)) {
      const spec = join(work, `${name}.yaml`);
      await writeFile(spec, manifest);
      const places = ['--spec', spec, '--root', join(work, name), '--private', join(work, `${name}-private`), '--allow-disk'];
      await runOnce(dist, [...args, ...(manifest === '' ? [] : places)]);
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

async function runOnce(dist: string, args: readonly string[]): Promise<void> {
  const node = ['-r', join(import.meta.dirname, 'collect-code.cjs'), join(dist, 'keytide.cjs'), ...args];
  // Credentials that are none: the client must come as far as sending a request.
  const env = { AWS_ACCESS_KEY_ID: 'none', AWS_SECRET_ACCESS_KEY: 'none', AWS_ENDPOINT_URL: 'http://127.0.0.1:9' };
  await promisify(execFile)(process.execPath, node, { env, timeout: 60_000 }).catch(() => undefined);
}

const header = 'apiVersion: external-secrets.io/v1\n';

const fake = `${header}kind: SecretStore
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

const aws = `${header}kind: SecretStore
metadata: { name: store }
spec: { provider: { aws: { service: SecretsManager, region: eu-west-1 } } }
---
${header}kind: SecretStore
metadata: { name: parameters }
spec: { provider: { aws: { service: ParameterStore, region: eu-west-1 } } }
---
${header}kind: ExternalSecret
metadata: { name: app }
spec:
  secretStoreRef: { name: store }
  data: [{ secretKey: a, remoteRef: { key: a } }, { secretKey: b, remoteRef: { key: b, property: c } }]
---
${header}kind: ExternalSecret
metadata: { name: other }
spec:
  secretStoreRef: { name: parameters }
  data: [{ secretKey: a, remoteRef: { key: a } }]
`;

const jobs: Readonly<Record<string, { readonly manifest: string; readonly args: readonly string[] }>> = {
  fake: { manifest: fake, args: ['init'] },
  again: { manifest: fake, args: ['check'] },
  aws: { manifest: aws, args: ['init', '--init-timeout', '2s'] },
  help: { manifest: '', args: ['--help'] },
};

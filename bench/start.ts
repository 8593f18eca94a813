/** What the agent costs: start and memory of the bundle that the image runs, as ratios to a bare `node -e 0` of the same binary. */
import { existsSync, mkdtempSync, writeFileSync } from 'node:fs';
import { get } from 'node:http';
import { join } from 'node:path';
import { removeVolume } from '../build/remove-volume.ts';
import { type AwsDouble, startAwsDouble } from '../test/servers/aws-double.ts';
import { projectedToken } from '../test/servers/projected-token.ts';
import { type Candidate, idleMemory, interleave } from './measure.ts';

const bundle = join(import.meta.dirname, '../dist/keytide.cjs');
const work = mkdtempSync('/dev/shm/keytide-bench-');
const bare: Candidate = { name: 'node -e 0', command: [process.execPath, '-e', '0'] };

export async function benchStart(rounds: number): Promise<void> {
  if (!existsSync(bundle)) throw new Error('dist/keytide.cjs is missing: run `npm run build` first');
  /** One server under two names: the agent makes two TLS connections, as it does to AWS. */
  const aws = await startAwsDouble({ tls: true, hosts: ['localhost'], secrets: threeSecrets() });
  try {
    const timings = await interleave([bare, initWithFakeStore(), initWithTemplate(), initWithAws(aws)], rounds);
    const idle = await idleMemory(
      { name: 'idle', command: [process.execPath, '-e', 'setInterval(() => {}, 1e9)'] },
      async () => true,
      1000,
    );
    const agent = await idleMemory({ ...initWithFakeStore(), command: runCommand(18421) }, () => isUp(18421), 1000);
    print(timings, { idle, agent });
  } finally {
    await aws.close();
    removeVolume(work);
  }
}

function initWithFakeStore(): Candidate {
  writeFileSync(
    join(work, 'fake.yaml'),
    manifest('fake: { data: [{ key: a, value: one }, { key: b, value: two }, { key: c, value: three }] }'),
  );
  return {
    name: 'init, fake store, 3 secrets',
    command: [process.execPath, bundle, 'init', ...flags('fake')],
    prepare: () => removeVolume(join(work, 'fake')),
  };
}

function initWithTemplate(): Candidate {
  const target = `{ template: { data: { url: 'postgres://{{ .a | urlquery }}:{{ .b | b64enc }}@db/{{ .c }}' } } }`;
  writeFileSync(
    join(work, 'template.yaml'),
    manifest('fake: { data: [{ key: a, value: one }, { key: b, value: two }, { key: c, value: three }] }', target),
  );
  return {
    name: 'init, fake store, 3 secrets, a Go template',
    command: [process.execPath, bundle, 'init', ...flags('template')],
    prepare: () => removeVolume(join(work, 'template')),
  };
}

function initWithAws(aws: AwsDouble): Candidate {
  writeFileSync(join(work, 'aws.yaml'), manifest('aws: { service: SecretsManager, region: eu-west-1 }'));
  writeFileSync(join(work, 'token'), projectedToken('bench', 'app'));
  writeFileSync(join(work, 'ca.pem'), aws.ca ?? '');
  return {
    name: 'init, AWS over TLS: web identity and 3 secrets',
    command: [process.execPath, bundle, 'init', ...flags('aws')],
    env: {
      AWS_ROLE_ARN: 'arn:aws:iam::123456789012:role/app',
      AWS_WEB_IDENTITY_TOKEN_FILE: join(work, 'token'),
      AWS_ENDPOINT_URL_STS: `https://localhost:${aws.port}`,
      AWS_ENDPOINT_URL_SECRETS_MANAGER: aws.url,
      AWS_CA_BUNDLE: join(work, 'ca.pem'),
    },
    prepare: () => removeVolume(join(work, 'aws')),
  };
}

function flags(name: string): readonly string[] {
  const root = join(work, name);
  return [
    '--spec',
    join(work, `${name}.yaml`),
    '--root',
    root,
    '--private',
    join(work, `${name}-private`),
    '--namespace',
    'bench',
  ];
}

function runCommand(port: number): readonly [string, ...string[]] {
  return [process.execPath, bundle, 'run', ...flags('fake'), '--listen', `127.0.0.1:${port}`];
}

function manifest(provider: string, target = '{}'): string {
  const data = ['a', 'b', 'c'].map((key) => `    - { secretKey: ${key}, remoteRef: { key: ${key} } }`).join('\n');
  return `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec: { provider: { ${provider} } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: three }
spec:
  refreshInterval: 1h
  secretStoreRef: { name: store }
  target: ${target}
  data:
${data}
`;
}

function threeSecrets(): Readonly<Record<string, string>> {
  return { a: 'one', b: 'two', c: 'three' };
}

function isUp(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    get({ host: '127.0.0.1', port, path: '/startup' }, (response) => resolve(response.resume().statusCode === 200)).on(
      'error',
      () => resolve(false),
    );
  });
}

function print(timings: Awaited<ReturnType<typeof interleave>>, memory: { idle: number; agent: number }): void {
  const rows = timings.map(
    ({ name, medianMs, ratio }) => `${name.padEnd(50)} ${medianMs.toFixed(1).padStart(8)} ms ${ratio.toFixed(2).padStart(7)} x`,
  );
  const mib = (value: number): string => `${value.toFixed(1).padStart(8)} MiB`;
  process.stdout.write(
    `${[...rows, `${'idle node, RssAnon'.padEnd(50)} ${mib(memory.idle)}`, `${'keytide run after init, fake store, RssAnon'.padEnd(50)} ${mib(memory.agent)}`].join('\n')}\n`,
  );
}

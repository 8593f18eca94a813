import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** The store of the demo: where the secret lives and how the demo rotates it. */
export interface DemoStore {
  readonly title: string;
  /** The SecretStore manifest. */
  readonly manifest: string;
  readonly put: (key: string, value: string) => Promise<void>;
  readonly clear: () => Promise<void>;
}

/** The embedded store: a file that Keytide watches. */
export function fileStore(directory: string): DemoStore {
  const path = join(directory, 'store.json');
  const values = new Map<string, string>();
  return {
    title: 'the embedded fake store (a file that is watched)',
    manifest: `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: demo
  annotations:
    keytide.dev/fake-data-file: ${path}
spec:
  provider:
    fake:
      data: []
`,
    async put(key, value) {
      values.set(key, value);
      const data = [...values].map(([key, value]) => ({ key, value }));
      await writeFile(`${path}.new`, JSON.stringify({ data }), { mode: 0o600 });
      await rename(`${path}.new`, path);
    },
    clear: async () => undefined,
  };
}

/** AWS Secrets Manager, or what answers at AWS_ENDPOINT_URL, with the credentials of the environment. */
export async function awsStore(region: string): Promise<DemoStore> {
  const { SecretsManagerClient, CreateSecretCommand, PutSecretValueCommand, DeleteSecretCommand } = await import(
    '@aws-sdk/client-secrets-manager'
  );
  const client = new SecretsManagerClient({ region });
  const made: string[] = [];
  return {
    title: `AWS Secrets Manager in ${region}${process.env['AWS_ENDPOINT_URL'] ? ' (endpoint of the environment)' : ''}`,
    manifest: `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata:
  name: demo
spec:
  provider:
    aws:
      service: SecretsManager
      region: ${region}
`,
    async put(key, value) {
      if (made.includes(key)) await client.send(new PutSecretValueCommand({ SecretId: key, SecretString: value }));
      else await client.send(new CreateSecretCommand({ Name: key, SecretString: value }));
      if (!made.includes(key)) made.push(key);
    },
    async clear() {
      for (const key of made) await client.send(new DeleteSecretCommand({ SecretId: key, ForceDeleteWithoutRecovery: true }));
      client.destroy();
    },
  };
}

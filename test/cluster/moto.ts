import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';

/** AWS as the pods see it: moto on the node. */
export interface Moto {
  readonly url: string;
  readonly put: (name: string, value: Readonly<Record<string, string>>) => Promise<void>;
  readonly stop: () => void;
}

/** @param address where it listens; the pods must reach it */
export async function startMoto(address: string): Promise<Moto> {
  const server = join(process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers'), 'moto/bin/moto_server');
  if (!existsSync(server)) throw new Error(`${server} is missing: run \`npm run test:servers\` once, which installs it`);
  const child = spawn(server, ['-H', address, '-p', '5000'], { stdio: 'ignore' });
  const url = `http://${address}:5000`;
  await answers(`${url}/moto-api/`);
  const credentials = { accessKeyId: 'none', secretAccessKey: 'none' };
  const client = new SecretsManagerClient({ region: 'eu-west-1', endpoint: url, credentials });
  return {
    url,
    put: async (name, value) => {
      const SecretString = JSON.stringify(value);
      await client.send(new PutSecretValueCommand({ SecretId: name, SecretString })).catch(async (error: Error) => {
        if (error.name !== 'ResourceNotFoundException') throw error;
        await client.send(new CreateSecretCommand({ Name: name, SecretString }));
      });
    },
    stop: () => {
      client.destroy();
      child.kill();
    },
  };
}

async function answers(url: string): Promise<void> {
  for (let tries = 0; tries < 120; tries += 1) {
    const isUp = await fetch(url).then(
      (response) => response.ok,
      () => false,
    );
    if (isUp) return;
    await pause(250);
  }
  throw new Error(`${url} does not answer`);
}

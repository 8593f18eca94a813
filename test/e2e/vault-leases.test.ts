import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { jwtSigner, signedProjectedToken } from '../servers/projected-token.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import type { Database } from '../servers/vault-double-database.ts';
import { type KeytideProcess, keytide, type Place, place, until } from './keytide-process.ts';
import { documents } from './manifests.ts';

let here: Place;
let double: VaultDouble;
let database: Database;
let running: KeytideProcess[];

const signer = jwtSigner();

beforeEach(async () => {
  here = await place();
  double = await startVaultDouble();
  database = double.database('database', {
    roles: { short: { ttl: 4, maxTtl: 4 }, app: { ttl: 3600, maxTtl: 7200 } },
    staticRoles: { fixed: { username: 'svc', rotationSeconds: 3 } },
  });
  double.policy('app', {
    'database/*': ['read'],
    'sys/leases/renew': ['update'],
    'sys/leases/revoke': ['update'],
  });
  const role = { names: ['app'], namespaces: ['shop'], audience: 'vault', policies: ['default', 'app'], ttl: 3600 };
  double.kubernetes('kubernetes', { keys: [signer.publicKey], roles: { app: role } });
  here.writeToken(signedProjectedToken(signer, { namespace: 'shop', serviceAccount: 'app' }));
  running = [];
});

afterEach(async () => {
  for (const each of running) each.child.kill('SIGKILL');
  await Promise.all(running.map((each) => each.ended));
  await double.close();
  here.remove();
});

function dynamicSecret(path: string, name = 'db'): string {
  return `apiVersion: generators.external-secrets.io/v1alpha1
kind: VaultDynamicSecret
metadata: { name: ${name} }
spec:
  path: /${path}
  method: GET
  resultType: Data
  provider:
    server: ${double.url}
    auth:
      kubernetes: { mountPath: kubernetes, role: app, serviceAccountRef: { name: app } }
`;
}

function externalSecret(name = 'db'): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: ${name} }
spec:
  refreshInterval: 1h
  target: { name: ${name} }
  dataFrom:
    - sourceRef:
        generatorRef: { apiVersion: generators.external-secrets.io/v1alpha1, kind: VaultDynamicSecret, name: ${name} }
`;
}

function start(command: 'init' | 'run', ...flags: readonly string[]): KeytideProcess {
  const listen = command === 'run' ? ['--listen', `127.0.0.1:${here.port}`] : [];
  const process = keytide([command, ...here.flags, ...listen, ...flags]);
  running.push(process);
  return process;
}

async function end(process: KeytideProcess, signal: 'SIGTERM' | 'SIGKILL'): Promise<number | string> {
  process.child.kill(signal);
  return process.ended;
}

/** Both of one generation: what an app reads that opens the directory once. */
function login(): { readonly username: string; readonly password: string } | undefined {
  const generation = join(here.root, 'db/..data');
  if (!existsSync(generation)) return undefined;
  const names = readdirSync(generation);
  if (names.length === 0) return undefined;
  return {
    username: readFileSync(join(generation, 'username'), 'utf8'),
    password: readFileSync(join(generation, 'password'), 'utf8'),
  };
}

function isAccepted(): boolean {
  try {
    const now = login();
    return now !== undefined && database.accepts(now.username, now.password);
  } catch {
    return login() !== undefined && isAccepted(); // The generation was swapped between two reads.
  }
}

function live(): number {
  return database.users.filter(({ droppedAt }) => droppedAt === undefined).length;
}

describe('keytide run with a database credential of Vault', { timeout: 240_000 }, () => {
  it('replaces a credential of 4 seconds again and again: what the files show always works, two live at most, none at the end', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/creds/short'), externalSecret()));
    const run = start('run');
    await until('the first credential is there', () => login() !== undefined);
    const rotations = 6;
    let [refused, most] = [0, 0];
    for (const endAt = Date.now() + 60_000; database.users.length <= rotations && Date.now() < endAt; await pause(10)) {
      if (!isAccepted()) refused += 1;
      most = Math.max(most, live());
    }
    assert.ok(database.users.length > rotations, `only ${database.users.length} credentials: ${run.stderr()}`);
    assert.deepEqual({ refused, most, logins: double.count('auth/kubernetes/login') }, { refused: 0, most: 2, logins: 1 });
    assert.equal(await end(run, 'SIGTERM'), 0);
    assert.deepEqual({ live: live(), tokens: double.liveTokens().length }, { live: 0, tokens: 0 }, run.stderr());
    assert.doesNotMatch(run.stderr(), /hvs\./);
  });
});

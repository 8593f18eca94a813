import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { jwtSigner, signedProjectedToken } from '../servers/projected-token.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import type { Database } from '../servers/vault-double-database.ts';
import { ask, type KeytideProcess, keytide, type Place, place, until } from './keytide-process.ts';
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
    assert.deepEqual({ refused, logins: double.count('auth/kubernetes/login') }, { refused: 0, logins: 1 });
    assert.ok(most <= 2, `${most} credentials lived at a time`);
    assert.equal(await end(run, 'SIGTERM'), 0);
    assert.deepEqual({ live: live(), tokens: double.liveTokens().length }, { live: 0, tokens: 0 }, run.stderr());
    assert.doesNotMatch(run.stderr(), /hvs\./);
  });

  it('takes over what init got: one login and one credential a pod', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/creds/app'), externalSecret()));
    const init = start('init');
    assert.equal(await init.ended, 0, init.stderr());
    assert.ok(isAccepted());
    const directory = join(here.dir, 'private/hand-over');
    for (const name of readdirSync(directory)) assert.equal(statSync(join(directory, name)).mode & 0o777, 0o600, name);
    const run = start('run');
    await until('run is ready', async () => (await ask(here.url('/ready'))).status === 200);
    const metrics = (await ask(here.url('/metrics'))).body;
    assert.match(metrics, /keytide_lease_expiry_timestamp_seconds\{name="db"\} \d/);
    assert.match((await ask(here.url('/status'))).body, /"secondsLeft":35\d\d/);
    assert.deepEqual([database.users.length, double.count('auth/kubernetes/login')], [1, 1]);
    assert.ok(isAccepted());
    assert.equal(await end(run, 'SIGTERM'), 0);
    assert.deepEqual({ live: live(), tokens: double.liveTokens().length }, { live: 0, tokens: 0 }, run.stderr());
    assert.deepEqual(readdirSync(directory), []);
  });

  it('uses a credential that is still good again, however often it is refreshed or restarted', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/creds/app'), externalSecret()));
    let run = start('run');
    await until('the first credential is there', () => login() !== undefined);
    await until('it is ready', async () => (await ask(here.url('/ready'))).status === 200);
    for (let round = 0; round < 3; round += 1) {
      run.child.kill('SIGUSR2');
      await pause(150);
    }
    await end(run, 'SIGKILL');
    run = start('run');
    await until('it is ready', async () => (await ask(here.url('/ready'))).status === 200);
    await pause(300);
    assert.deepEqual([database.users.length, double.count('auth/kubernetes/login')], [1, 1]);
    assert.ok(isAccepted());
    await end(run, 'SIGTERM');
    assert.equal(live(), 0);
  });

  it('is killed while the answer of a credential is under way: the next agent gives another one, and revokes what nobody knows', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/creds/app'), externalSecret()));
    double.fault({ path: 'database/creds/app', trouble: { kind: 'hang', when: 'after' } });
    const killed = start('run');
    await until('the credential is made', () => database.users.length === 1);
    await end(killed, 'SIGKILL');
    const run = start('run');
    await until('another one is there', () => login() !== undefined && isAccepted());
    await until('the unknown one is revoked', () => live() === 1);
    assert.equal(double.liveTokens().length, 1);
    assert.ok(isAccepted());
    assert.equal(await end(run, 'SIGTERM'), 0);
    assert.deepEqual([live(), double.liveTokens().length], [0, 0], run.stderr());
  });

  it('is killed at any moment, again and again: after the last recovery one credential lives, and it is the one in the files', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/creds/short'), externalSecret()));
    for (let round = 0; round < 8; round += 1) {
      const killed = start('run');
      await pause(150 + Math.random() * 2_500);
      await end(killed, 'SIGKILL');
    }
    // One that lives long, so that nothing has ended by itself when the rest is counted.
    here.write('spec.yaml', documents(dynamicSecret('database/creds/app'), externalSecret()));
    for (let round = 0; round < 6; round += 1) {
      const killed = start('run');
      await pause(150 + Math.random() * 900);
      await end(killed, 'SIGKILL');
    }
    const run = start('run');
    await until('it is ready', async () => (await ask(here.url('/ready'))).status === 200);
    await until('what the files show works', () => isAccepted());
    await until('nothing else of this role lives', () => ofRole('app').length === 1);
    assert.ok(isAccepted());
    assert.equal(await end(run, 'SIGTERM'), 0);
    assert.equal(ofRole('app').length, 0, run.stderr());
  });

  it('lets a credential go when its external secret leaves the spec and its files are gone', async () => {
    const removable = externalSecret('other').replace(
      'target: { name: other }',
      'target: { name: other, deletionPolicy: Delete }',
    );
    const both = documents(
      dynamicSecret('database/creds/app'),
      externalSecret(),
      dynamicSecret('database/creds/app', 'other'),
      removable,
    );
    here.write('spec.yaml', both);
    const run = start('run');
    await until('both are there', () => live() === 2 && existsSync(join(here.root, 'other/..data')));
    await until('it watches its spec', async () => (await ask(here.url('/ready'))).status === 200);
    here.write('spec.yaml', documents(dynamicSecret('database/creds/app'), externalSecret()));
    await until('one is let go', () => live() === 1);
    assert.ok(isAccepted());
    await end(run, 'SIGTERM');
  });

  it('replaces a credential whose generator was changed, and lets the old one go when the new one is delivered', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/creds/app'), externalSecret()));
    const run = start('run');
    await until('the first credential is there', () => login() !== undefined);
    await until('it watches its spec', async () => (await ask(here.url('/ready'))).status === 200);
    here.write('spec.yaml', documents(dynamicSecret('database/creds/short'), externalSecret()));
    await until('the other role is used', () => login()?.username.includes('-short-') === true);
    await until('the old one is let go', () => ofRole('app').length === 0);
    assert.ok(isAccepted());
    await end(run, 'SIGTERM');
  });

  it('reads a static role again when it was rotated', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/static-creds/fixed'), externalSecret()));
    const run = start('run');
    await until('the first password is there', () => login() !== undefined);
    const first = login()?.password;
    await until('the next one is there', () => login()?.password !== first && isAccepted());
    await end(run, 'SIGTERM');
  });

  it('replaces everything at once when its token is revoked', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/creds/short'), externalSecret()));
    const run = start('run');
    await until('the first credential is there', () => login() !== undefined);
    const first = login()?.username;
    for (const { accessor } of double.liveTokens()) double.revoke(accessor);
    await until('another one works', () => login()?.username !== first && isAccepted());
    await end(run, 'SIGTERM');
    assert.equal(live(), 0);
  });

  it('with --keep-token leaves all to the next start', async () => {
    here.write('spec.yaml', documents(dynamicSecret('database/creds/app'), externalSecret()));
    const first = start('run', '--keep-token');
    await until('the first credential is there', () => login() !== undefined);
    await pause(200);
    assert.equal(await end(first, 'SIGTERM'), 0);
    assert.deepEqual([live(), double.liveTokens().length], [1, 1]);
    const second = start('run');
    await until('it is ready', async () => (await ask(here.url('/ready'))).status === 200);
    assert.deepEqual([database.users.length, double.count('auth/kubernetes/login')], [1, 1]);
    assert.equal(await end(second, 'SIGTERM'), 0);
    assert.deepEqual([live(), double.liveTokens().length], [0, 0]);
  });
});

function ofRole(role: string): readonly unknown[] {
  return database.users.filter((user) => user.role === role && user.droppedAt === undefined);
}

import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, type KeytideProcess, until, writeAtomically } from '../e2e/keytide-process.ts';
import {
  type Credential,
  type DatabaseWorld,
  databaseWorld,
  type Pod,
  podWith,
  skipped,
  type Wanted,
} from './vault-database-world.ts';

/** Of the test with a credential of 4 s: about 3 s each. */
const rotations = Number(process.env['KEYTIDE_ROTATIONS'] ?? 12);

/** In the names of our apps: an agent sees all processes of this machine. */
const mine = process.pid;

let world: DatabaseWorld;

/** A pod that is gone when its test has ended; with its `run`, once it has delivered. */
async function runningPod(t: TestContext, wanted: Wanted): Promise<{ readonly pod: Pod; readonly run: KeytideProcess }> {
  const pod = await podWith(world, wanted);
  t.after(() => pod.close());
  const run = pod.start('run');
  await until('the first credential is there', () => {
    assert.equal(run.child.exitCode, null, run.stderr());
    return pod.files() !== undefined;
  });
  return { pod, run };
}

function accepts({ username, password }: Credential): Promise<boolean> {
  return world.postgres.accepts(username, password);
}

interface Watched {
  /** What the files have shown, in order. */
  readonly shown: readonly string[];
  readonly connections: number;
  /** Users that were refused, though the files showed them. */
  readonly refused: readonly string[];
  /** How many users of this role there were at most at a time. */
  readonly most: number;
}

/** Connects without end with what the files say, until they have shown so many credentials. */
async function connecting(pod: Pod, role: string, credentials: number): Promise<Watched> {
  const shown = new Set<string>();
  const refused: string[] = [];
  let [connections, most] = [0, 0];
  for (const endAt = Date.now() + credentials * 30_000; shown.size < credentials; ) {
    assert.ok(Date.now() < endAt, `only ${shown.size} credentials of ${credentials}`);
    const login = pod.login();
    assert.ok(login, 'the files are gone');
    shown.add(login.username);
    connections += 1;
    if (!(await accepts(login))) refused.push(login.username);
    most = Math.max(most, (await world.users(role)).length);
  }
  return { shown: [...shown], connections, refused, most };
}

async function endsWithNothingLeft(pod: Pod, run: KeytideProcess, role: string): Promise<void> {
  assert.equal(await pod.end(run, 'SIGTERM'), 0);
  // A revoked token is gone at once; what hangs on it, a moment later.
  await until('nothing hangs on it', async () => (await world.leases(`database/creds/${role}`)).length === 0);
  const left = {
    leases: await world.leases(`database/creds/${role}`),
    users: await world.users(role),
    tokens: await world.tokens(role),
  };
  assert.deepEqual(left, { leases: [], users: [], tokens: [] }, run.stderr());
  assert.doesNotMatch(run.stderr(), /hvs\./);
}

const options = { timeout: 900_000, concurrency: 4, skip: skipped };

describe('keytide run with users that a real Vault makes in a real PostgreSQL', options, () => {
  before(async () => {
    world = await databaseWorld();
  });
  after(() => world.close());

  it('replaces one of 4 seconds again and again: what the files show always works, two live at most, none at the end', async (t) => {
    await world.role('short', { ttl: 4, maxTtl: 4 });
    const { pod, run } = await runningPod(t, { path: 'database/creds/short', role: 'short' });
    const { shown, connections, refused, most } = await connecting(pod, 'short', rotations + 1);
    t.diagnostic(`${shown.length - 1} rotations, ${connections} connections, ${refused.length} refused, ${most} users at most`);
    assert.deepEqual(refused, []);
    assert.ok(most <= 2, `${most} users lived at a time`);
    assert.equal(pod.gate.count(/ auth\/jwt\/login/), 1);
    await endsWithNothingLeft(pod, run, 'short');
  });

  it('renews one of 5 seconds as long as its max TTL of 15 lets it', async (t) => {
    await world.role('capped', { ttl: 5, maxTtl: 15 });
    const { pod, run } = await runningPod(t, { path: 'database/creds/capped', role: 'capped' });
    const { shown, refused, most } = await connecting(pod, 'capped', 3);
    const [renewals, issued] = [pod.gate.count(/ sys\/leases\/renew/), pod.gate.count(/ database\/creds\/capped/)];
    t.diagnostic(`${shown.length} credentials shown of ${issued}, ${renewals} renewals`);
    assert.deepEqual({ refused, issued }, { refused: [], issued: 3 });
    assert.ok(renewals >= 4, `${renewals} renewals of two credentials`);
    assert.ok(most <= 2, `${most} users lived at a time`);
    await endsWithNothingLeft(pod, run, 'capped');
  });

  it('replaces what hangs on a token before that reaches its max TTL', async (t) => {
    await world.role('brief', { ttl: 3600, maxTtl: 7200, tokenMaxTtl: 20 });
    const { pod, run } = await runningPod(t, { path: 'database/creds/brief', role: 'brief' });
    const { refused, most } = await connecting(pod, 'brief', 3);
    const logins = pod.gate.count(/ auth\/jwt\/login/);
    assert.deepEqual(refused, []);
    assert.ok(logins >= 3 && logins <= 4, `${logins} logins for three credentials`);
    assert.ok(most <= 2, `${most} users lived at a time`);
    await endsWithNothingLeft(pod, run, 'brief');
  });

  it('keeps one of 10 seconds until the app has taken the next one, or its end is there, and then no longer', async (t) => {
    await world.role('ten', { ttl: 10, maxTtl: 10 });
    const annotations = { 'keytide.dev/reload-signal': `SIGHUP late-ten-${mine}.js` };
    const { pod, run } = await runningPod(t, { path: 'database/creds/ten', role: 'ten', annotations });
    for (const rotation of [1, 2]) {
      const before = pod.login();
      assert.ok(before);
      await until('the next one is published', () => pod.login()?.username !== before.username);
      // The app isn't there: nobody has taken it yet. The first time it comes at once, the second time when the agent has complained.
      const endsAt = await endOf(before);
      if (rotation === 2)
        await until('the reload has failed', async () => (await deliveryOf(pod)).error?.code === 'RELOAD_FAILED');
      const wasAccepted = await accepts(before);
      assert.ok(wasAccepted || endsAt <= Date.now(), 'refused before its end');
      const app = await startApp(t, pod, `late-ten-${mine}`);
      await until('the app has taken it', async () => (await deliveryOf(pod)).acknowledged > rotation);
      await until('the one before is gone', async () => !(await accepts(before)));
      await until('what the files show works', async () => accepts(pod.login() ?? before));
      app.kill('SIGKILL');
      t.diagnostic(`the old one ${wasAccepted ? 'still worked' : 'was at its end'} before rotation ${rotation} was taken`);
    }
    await endsWithNothingLeft(pod, run, 'ten');
  });

  it('renews one of 4 seconds beyond its end for an app that has not taken the next one', async (t) => {
    await world.role('older', { ttl: 4, maxTtl: 600 });
    await world.role('newer', { ttl: 3600, maxTtl: 7200 });
    const annotations = { 'keytide.dev/reload-signal': `SIGHUP late-older-${mine}.js` };
    const wanted = { path: 'database/creds/older', role: 'older', annotations };
    const { pod, run } = await runningPod(t, wanted);
    const before = pod.login();
    assert.ok(before);
    const endsAt = await endOf(before);
    await until('it watches its spec', async () => (await ask(pod.here.url('/ready'))).status === 200);
    pod.want({ ...wanted, path: 'database/creds/newer' });
    await until('the next one is published', () => pod.login()?.username.includes('-newer-') === true);
    await until('the end of the old one has passed', () => Date.now() > endsAt + 4_000);
    assert.ok(await accepts(before), run.stderr());
    assert.equal((await deliveryOf(pod)).acknowledged, 1);
    await startApp(t, pod, `late-older-${mine}`);
    await until('the old one is gone', async () => (await world.leases('database/creds/older')).length === 0);
    assert.equal((await deliveryOf(pod)).acknowledged, 2);
    assert.equal(await accepts(before), false);
    await endsWithNothingLeft(pod, run, 'newer');
  });

  it('follows a static role that is rotated every 5 seconds', async (t) => {
    await world.role('static', { ttl: 5, maxTtl: 5 }); // To log in by.
    await world.postgres.ask(`create role svc with login password 'at first'`);
    const rules = { db_name: 'shop', username: 'svc', rotation_period: 5 };
    await world.server.set('database/static-roles/fixed', rules);
    const { pod, run } = await runningPod(t, { path: 'database/static-creds/fixed', role: 'static' });
    const passwords = new Set<string>();
    for (const endAt = Date.now() + 60_000; passwords.size < 4 && Date.now() < endAt; await pause(20)) {
      const now = pod.login();
      // There is no overlap: between a rotation and the next reading what the files show doesn't work.
      if (now && (await accepts(now))) passwords.add(now.password);
    }
    assert.equal(passwords.size, 4, run.stderr());
    assert.equal(pod.gate.count(/ auth\/jwt\/login/), 1);
    assert.equal(await pod.end(run, 'SIGTERM'), 0);
    assert.deepEqual(await world.tokens('static'), []);
  });

  it('replaces a certificate of 20 seconds before its end, always together with its key', async (t) => {
    await world.role('web', { ttl: 5, maxTtl: 5 });
    await world.server.set('sys/mounts/pki', { type: 'pki' });
    await world.server.set('pki/root/generate/internal', { common_name: 'root', ttl: '24h', key_type: 'ec' });
    await world.server.set('pki/roles/web', { allow_any_name: true, key_type: 'ec', ttl: '20s', max_ttl: '20s' });
    const { pod, run } = await runningPod(t, { path: 'pki/issue/web', role: 'web', parameters: { common_name: 'web.shop' } });
    const ends: number[] = [];
    for (const endAt = Date.now() + 120_000; ends.length < 3 && Date.now() < endAt; await pause(10)) {
      const files = pod.files();
      assert.ok(files, 'the files are gone');
      const certificate = new X509Certificate(files.get('certificate') ?? '');
      assert.ok(certificate.checkPrivateKey(createPrivateKey(files.get('private_key') ?? '')), 'another key');
      const endsAtMs = Date.parse(certificate.validTo);
      assert.ok(Date.now() < endsAtMs, `shown past its end: ${run.stderr()}`);
      if (ends.at(-1) === endsAtMs) continue;
      const left = (ends.at(-1) ?? Date.now()) - Date.now();
      if (ends.length > 0) t.diagnostic(`replaced with ${(left / 1000).toFixed(1)} s of 20 s left`);
      ends.push(endsAtMs);
    }
    assert.equal(ends.length, 3, run.stderr());
    assert.equal(pod.gate.count(/ pki\/issue\/web/), 3);
    assert.equal(await pod.end(run, 'SIGTERM'), 0);
    assert.deepEqual(await world.tokens('web'), []);
  });
});

/** Of its lease; 0: it is over. Vault lets the user itself live 5 s longer (pathCredsCreateRead in builtin/logical/database). */
async function endOf({ username }: Credential): Promise<number> {
  const [{ rolvaliduntil } = {}] = await world.postgres.ask(`select rolvaliduntil from pg_roles where rolname = '${username}'`);
  return Number(rolvaliduntil ?? 5_000) - 5_000;
}

interface DeliveryStatus {
  readonly acknowledged: number;
  readonly error?: { readonly code: string };
}

async function deliveryOf({ here }: Pod): Promise<DeliveryStatus> {
  return JSON.parse((await ask(here.url('/status'))).body).deliveries[0];
}

/** An app with a handler for SIGHUP, under a name that the agent can look for. */
async function startApp(t: TestContext, { here }: Pod, name: string): Promise<ChildProcess> {
  const source = join(here.dir, `${name}.js`);
  writeAtomically(source, `process.on('SIGHUP', () => {}); console.log('ready'); setInterval(() => {}, 1e6)`);
  const app = spawn(process.execPath, [source], { stdio: ['ignore', 'pipe', 'ignore'] });
  t.after(() => app.kill('SIGKILL'));
  await new Promise((resolve) => app.stdout.once('data', resolve));
  return app;
}

import assert from 'node:assert/strict';
import { after, before, describe, it, type TestContext } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { ask, type KeytideProcess, until } from '../e2e/keytide-process.ts';
import { type DatabaseWorld, databaseWorld, type Pod, podWith, skipped } from './vault-database-world.ts';

/** Of each test that kills at random: some seconds each. */
const kills = Number(process.env['KEYTIDE_KILLS'] ?? 6);

let world: DatabaseWorld;

/** Leases of an hour: whatever is gone when a test looks was taken back. */
const long = { ttl: 3600, maxTtl: 7200 };

async function podOf(t: TestContext, role: string): Promise<Pod> {
  const pod = await podWith(world, { path: `database/creds/${role}`, role });
  t.after(() => pod.close());
  return pod;
}

/** With a credential that ends in three seconds, and is gone already; the next one is for an hour. */
async function aboutToReplace(t: TestContext, role: string): Promise<{ readonly pod: Pod; readonly run: KeytideProcess }> {
  await world.role(role, { ttl: 3, maxTtl: 600 });
  const pod = await podOf(t, role);
  const run = pod.start('run');
  await until('the first credential is there', () => pod.login() !== undefined);
  await world.role(role, long);
  const path = `database/creds/${role}`;
  for (const lease of await world.leases(path))
    await world.server.set('sys/leases/revoke', { lease_id: `${path}/${lease}`, sync: true });
  if (pod.gate.count(/ sys\/leases\/renew/) === 0) return { pod, run };
  await pod.end(run, 'SIGTERM'); // It was renewed meanwhile, for an hour: this machine was slow.
  return aboutToReplace(t, role);
}

/** The next agent delivers; then what the files show is all there is. And when it ends, nothing is. */
async function recovers(pod: Pod, role: string): Promise<void> {
  const run = pod.start('run');
  await until('the next agent is up', async () => (await ask(pod.here.url('/ready'))).status === 200);
  await until('what the files show is the only one, and works', async () => {
    const login = pod.login();
    if (!login || !(await world.postgres.accepts(login.username, login.password))) return false;
    const [users, leases] = [await world.users(role), await world.leases(`database/creds/${role}`)];
    return users.length === 1 && users[0] === login.username && leases.length === 1;
  }).catch((error: unknown) => assert.fail(`${error}: ${pod.gate.requests.join(', ')}\n${run.stderr()}`));
  assert.equal(await pod.end(run, 'SIGTERM'), 0);
  await until('nothing is left', async () => (await world.leases(`database/creds/${role}`)).length === 0);
  assert.deepEqual(await world.users(role), []);
}

/** Where the last thing it did was to log in, it may not have read the token, or not kept it: on that hangs nothing. */
async function noTokenLeft(role: string, unreadLogins: number): Promise<void> {
  const left = await world.tokens(role);
  assert.ok(left.length <= unreadLogins, `${left.length} tokens left`);
  for (const accessor of left) await world.server.set('auth/token/revoke-accessor', { accessor });
}

function endsWithLogin({ gate }: Pod): boolean {
  return / auth\/jwt\/login$/.test(gate.requests.at(-1) ?? '');
}

const options = { timeout: 900_000, concurrency: 4, skip: skipped };

describe('keytide run that is killed over users that a real Vault makes in a real PostgreSQL', options, () => {
  before(async () => {
    world = await databaseWorld();
  });
  after(() => world.close());

  it('before it has read the answer of its first credential: the one that nobody knows is revoked', async (t) => {
    await world.role('first', long);
    const pod = await podOf(t, 'first');
    const held = pod.gate.hold('database/creds');
    const killed = pod.start('run');
    await held;
    assert.equal((await world.users('first')).length, 1);
    await pod.end(killed, 'SIGKILL');
    pod.gate.heal();
    await recovers(pod, 'first');
    await noTokenLeft('first', 0);
  });

  it('before it has read the answer of a replacement: the one that nobody knows is revoked', async (t) => {
    const { pod, run } = await aboutToReplace(t, 'second');
    await pod.gate.hold('database/creds');
    assert.equal((await world.users('second')).length, 1);
    await pod.end(run, 'SIGKILL');
    pod.gate.heal();
    await recovers(pod, 'second');
    await noTokenLeft('second', 0);
  });

  it('before it has read the answer of a replacement that hangs on another token: neither the old nor the new one is left', async (t) => {
    await world.role('third', { ...long, tokenMaxTtl: 20 });
    const pod = await podOf(t, 'third');
    const run = pod.start('run');
    await until('the first credential is there', () => pod.login() !== undefined);
    await pod.gate.hold('database/creds');
    assert.equal((await world.users('third')).length, 2);
    await pod.end(run, 'SIGKILL');
    pod.gate.heal();
    await recovers(pod, 'third');
    await noTokenLeft('third', 0);
  });

  it('before it has read the answer of a login: a token is left to its end, with nothing on it', async (t) => {
    await world.role('login', long);
    const pod = await podOf(t, 'login');
    const held = pod.gate.hold('auth/jwt/login');
    const killed = pod.start('run');
    await held;
    await pod.end(killed, 'SIGKILL');
    pod.gate.heal();
    await recovers(pod, 'login');
    await noTokenLeft('login', 1);
  });

  it('at any moment of its start: one is left after recovery, none after the end', async (t) => {
    await world.role('start', long);
    for (let round = 0; round < kills; round += 1) {
      const pod = await podOf(t, 'start');
      const asks = pod.gate.arrival(/ auth\/jwt\/login/);
      const killed = pod.start('run');
      await asks;
      await pause(Math.random() * 80);
      await pod.end(killed, 'SIGKILL');
      const unread = endsWithLogin(pod) ? 1 : 0;
      t.diagnostic(`killed after ${pod.gate.requests.join(', ')}; files ${pod.login() ? 'there' : 'not there'}`);
      await recovers(pod, 'start');
      await noTokenLeft('start', unread);
    }
  });

  it('at any moment of a replacement: one is left after recovery, none after the end', async (t) => {
    for (let round = 0; round < kills; round += 1) {
      const { pod, run } = await aboutToReplace(t, 'replace');
      const before = pod.login()?.username;
      await pod.gate.arrival(/ sys\/leases\/renew/); // That is refused, so it asks for another one.
      await pause(Math.random() * 60);
      await pod.end(run, 'SIGKILL');
      const isReplaced = pod.login()?.username !== before;
      t.diagnostic(`killed after ${pod.gate.requests.join(', ')}; files ${isReplaced ? 'replaced' : 'as before'}`);
      await recovers(pod, 'replace');
      await noTokenLeft('replace', 0);
    }
  });
});

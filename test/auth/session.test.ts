import assert from 'node:assert/strict';
import test from 'node:test';
import { type Issued, keepSession } from '../../agent/auth/session.ts';
import { AgentError } from '../../agent/core/agent-error.ts';
import { authWorld, failureOf, heldClock, until } from './auth-world.ts';

/** A login whose answers the test gives, one by one. */
function issuer(lifeMs: number | undefined, basis?: () => string) {
  const clock = heldClock();
  const world = authWorld({ clock });
  let logins = 0;
  let trouble: AgentError | undefined;
  let gate: Promise<void> | undefined;
  const login = async (): Promise<Issued<string>> => {
    logins += 1;
    const name = `session ${logins}`;
    await gate;
    if (trouble) throw trouble;
    return { value: name, ...(lifeMs === undefined ? {} : { expiresAt: clock.now() + lifeMs }) };
  };
  const source = { name: 'test', login, ...(basis ? { dependsOn: async () => basis() } : {}) };
  return {
    ...{ clock, world, session: keepSession(source, world.effects), logins: () => logins },
    fail: (error: AgentError | undefined): void => {
      trouble = error;
    },
    hold: (): (() => void) => {
      const { promise, resolve } = Promise.withResolvers<void>();
      gate = promise;
      return () => {
        gate = undefined;
        resolve();
      };
    },
  };
}

const hour = 3_600_000;
const down = new AgentError('IDENTITY_UNAVAILABLE', 'STS is down');

test('fifty that ask at once cause one login', async () => {
  const { session, logins } = issuer(hour);
  const answers = await Promise.all(Array.from({ length: 50 }, () => session.get()));
  assert.deepEqual(new Set(answers), new Set(['session 1']));
  await session.get();
  assert.equal(logins(), 1);
});

test('fifty that force at once cause one login as well, and get the new session', async () => {
  const { session, logins } = issuer(hour);
  await session.get();
  await Promise.all(Array.from({ length: 50 }, () => session.refresh()));
  assert.equal(logins(), 2);
  assert.equal(await session.get(), 'session 2');
});

test('is renewed in the background when five minutes are left, and nobody waits for it', async () => {
  const { session, clock, logins, hold } = issuer(hour);
  await session.get();
  clock.advance(hour - 301_000);
  assert.equal(await session.get(), 'session 1');
  assert.equal(logins(), 1);
  clock.advance(2_000);
  const release = hold();
  assert.equal(await session.get(), 'session 1');
  assert.equal(await session.get(), 'session 1');
  release();
  await until(async () => (await session.get()) === 'session 2');
  assert.equal(logins(), 2);
});

test('a session of three seconds is renewed with a third left, not at every use', async () => {
  const { session, clock, logins } = issuer(3_000);
  await session.get();
  clock.advance(1_900);
  await session.get();
  assert.equal(logins(), 1);
  clock.advance(200);
  await session.get();
  await until(() => logins() === 2);
});

test('a renewal that fails leaves the old session in use until it ends, tells it, and is not repeated at once', async () => {
  const { session, clock, world, fail, logins } = issuer(hour);
  await session.get();
  clock.advance(hour - 60_000);
  fail(down);
  assert.equal(await session.get(), 'session 1');
  await until(() => world.logged.length === 1);
  assert.equal(await session.get(), 'session 1');
  assert.equal(logins(), 2);
  assert.equal(world.logged[0]?.level, 'warn');
  clock.advance(30_000);
  assert.equal(await session.get(), 'session 1');
  await until(() => logins() === 3);
  clock.advance(30_000);
  assert.equal((await failureOf(session.get())).message, 'STS is down');
  fail(undefined);
  assert.match(await session.get(), /^session/);
});

test('a forced login that fails says so and leaves the session that there is', async () => {
  const { session, fail } = issuer(hour);
  await session.get();
  fail(down);
  assert.equal((await failureOf(session.refresh())).code, 'IDENTITY_UNAVAILABLE');
  assert.equal(await session.get(), 'session 1');
});

test('is forgotten when what it depends on changes, and only then if it has no end', async () => {
  let basis = 'keys 1';
  const { session, clock } = issuer(undefined, () => basis);
  assert.equal(await session.get(), 'session 1');
  clock.advance(1000 * hour);
  assert.equal(await session.get(), 'session 1');
  basis = 'keys 2';
  assert.equal(await session.get(), 'session 2');
});

test('a change under a login that is under way leads to another one', async () => {
  let basis = 'keys 1';
  const { session, hold, logins } = issuer(hour, () => basis);
  const release = hold();
  const first = session.get();
  await until(() => logins() === 1);
  basis = 'keys 2';
  release();
  assert.equal(await first, 'session 1');
  assert.equal(await session.get(), 'session 2');
});

test('a session that seems over when it comes is used: the clock of this machine is wrong, not the issuer', async () => {
  const { session, logins } = issuer(-10 * 60_000);
  await session.get();
  await session.get();
  assert.equal(logins(), 1);
});

import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import type { VaultDoubleOptions } from '../../servers/vault-double.ts';
import type { TokenRules } from '../../servers/vault-double-tokens.ts';
import { assertNoSecrets, failureOf } from '../auth-world.ts';
import { never, podLogin, sessionFor, textOf, vaultWorldFor } from './vault-world.ts';

const loginPath = 'auth/kubernetes/login';
const renewPath = 'auth/token/renew-self';
const lookUpPath = 'auth/token/lookup-self';
const revokePath = 'auth/token/revoke-self';

/** A session of a role with these rules, which has its first token. */
async function logged(
  t: TestContext,
  rules: TokenRules = {},
  more: Parameters<typeof sessionFor>[3] = {},
  options: VaultDoubleOptions = {},
) {
  const world = await vaultWorldFor(t, options);
  const told = sessionFor(t, world, podLogin(world, rules), more);
  const first = textOf(await told.session.token(never));
  const { double, time } = world;
  const counts = () => ({
    logins: double.count(loginPath),
    renewals: double.count(renewPath),
    lookUps: double.count(lookUpPath),
  });
  return { ...world, ...told, world, first, double, time, counts, now: async () => textOf(await told.session.token(never)) };
}

test('nothing is sent before a token is asked for, and fifty that ask at once cause one login', async (t) => {
  const world = await vaultWorldFor(t);
  const { session, logins } = sessionFor(t, world, podLogin(world, { ttl: 3600 }));
  await world.time.advance(100_000);
  assert.equal(world.double.count(), 0);
  const tokens = await Promise.all(Array.from({ length: 50 }, () => session.token(never)));
  assert.equal(new Set(tokens.map(textOf)).size, 1);
  assert.equal(world.double.count(), 1);
  assert.deepEqual(logins, ['kubernetes ok']);
});

test('is renewed between 60 and 75 % of its life, not at its start, and with the life that was granted at first (S1, S7)', async (t) => {
  for (const [random, share] of [
    [0, 0.6],
    [0.999, 0.75],
  ] as const) {
    const world = await vaultWorldFor(t);
    world.time.random = random;
    const { session, ttls } = sessionFor(t, world, podLogin(world, { ttl: 1000 }));
    const first = textOf(await session.token(never));
    await world.time.advance(1000 * 1000 * share - 2_000);
    assert.equal(world.double.count(renewPath), 0);
    await world.time.advance(3_000);
    assert.equal(world.double.count(renewPath), 1);
    assert.equal(textOf(await session.token(never)), first);
    assert.deepEqual(ttls, [1000, 1000]);
  }
});

test('lives for weeks on one login, renewed in the background though nobody asks', async (t) => {
  const { time, counts, now, first } = await logged(t, { ttl: 3600, period: 3600 });
  await time.advance(14 * 86_400_000);
  assert.equal(counts().logins, 1);
  assert.ok(counts().renewals > 490 && counts().renewals < 505, String(counts().renewals));
  assert.equal(counts().lookUps, 0);
  assert.equal(await now(), first);
});

test('when the max TTL cuts a renewal short, a new login comes half way to the end (S3)', async (t) => {
  // Renewed at 675 s, which gives 1500 - 675 = 825 s instead of 1000: half of them are over at 1087 s.
  const { time, counts, now, first, double } = await logged(t, { ttl: 1000, maxTtl: 1500 });
  await time.advance(1_080_000);
  assert.deepEqual(counts(), { logins: 1, renewals: 1, lookUps: 0 });
  await time.advance(10_000);
  assert.deepEqual(counts(), { logins: 2, renewals: 1, lookUps: 0 });
  assert.notEqual(await now(), first);
  assert.equal(double.liveTokens().length, 2); // Leases may hang on the old one: it is left to its end.
});

test('a token that can not be renewed is replaced at 66 to 80 % of its life (S4, R-18)', async (t) => {
  for (const rules of [{ type: 'batch' }, { renewable: false }] as const) {
    const { time, counts, now, first } = await logged(t, { ttl: 1000, ...rules });
    await time.advance(725_000);
    assert.equal(counts().logins, 1);
    await time.advance(10_000);
    assert.deepEqual(counts(), { logins: 2, renewals: 0, lookUps: 0 });
    assert.notEqual(await now(), first);
  }
});

test('a token that never ends is left alone (R-19)', async (t) => {
  const { time, counts, now, first } = await logged(t, { policies: ['root'] });
  await time.advance(400 * 86_400_000);
  assert.equal(await now(), first);
  assert.deepEqual(counts(), { logins: 1, renewals: 0, lookUps: 0 });
});

test('tokens of one second cause about one request a second, no busy loop', async (t) => {
  const { time, double } = await logged(t, { ttl: 1, period: 1 });
  await time.advance(60_000);
  assert.ok(double.count() <= 62, String(double.count()));
});

test('renewals that fail are tried again with growing pauses until 90 %, then a new login (S2)', async (t) => {
  const { time, counts, now, first, double, logins, renewals } = await logged(t, { ttl: 1000 });
  double.fault({
    path: renewPath,
    times: Number.POSITIVE_INFINITY,
    trouble: { kind: 'error', status: 502, errors: ['bad gateway'] },
  });
  await time.advance(860_000);
  const { renewals: tried } = counts();
  assert.ok(tried >= 8 && tried < 20, String(tried));
  assert.equal(await now(), first);
  await time.advance(40_000);
  assert.equal(counts().logins, 2);
  assert.notEqual(await now(), first);
  assert.deepEqual(new Set(renewals), new Set(['unavailable']));
  assert.deepEqual(logins, ['kubernetes ok', 'kubernetes ok']);
});

test('a renewal that can not succeed any more leads to a login at once, though it comes as a 500 (T3)', async (t) => {
  const { time, counts, double } = await logged(t, { ttl: 1000 });
  double.fault({
    path: renewPath,
    trouble: {
      kind: 'error',
      status: 500,
      errors: ['1 error occurred:\n\t* failed to renew entry: policies have changed, not renewing\n\n'],
    },
  });
  await time.advance(676_000);
  assert.deepEqual(counts(), { logins: 2, renewals: 1, lookUps: 0 });
});

test('a renewal that is answered with nothing leads to a login at once: so userpass says that the user is gone', async (t) => {
  const { time, counts, double } = await logged(t, { ttl: 1000 });
  double.fault({ path: renewPath, trouble: { kind: 'answer', status: 204, body: '' } });
  await time.advance(676_000);
  assert.deepEqual(counts(), { logins: 2, renewals: 1, lookUps: 0 });
});

test('while no login succeeds the old token is handed out to its end, and afterwards the error', async (t) => {
  const { time, counts, now, first, double, session } = await logged(t, { ttl: 1000, renewable: false });
  double.seal();
  await time.advance(900_000);
  assert.equal(await now(), first);
  const tried = counts().logins;
  assert.ok(tried > 2 && tried < 15, String(tried));
  await time.advance(100_000);
  const error = await failureOf(session.token(never), first);
  assert.equal(error.code, 'IDENTITY_UNAVAILABLE');
  assert.match(
    error.message,
    /Vault can't answer the login of role app by kubernetes at auth\/kubernetes now \(503: Vault is sealed\)/,
  );
  assert.match(error.hint, /unseal/);
  double.unseal();
  await time.advance(61_000);
  assert.notEqual(await now(), first);
});

test('a login that failed is not repeated before its pause is over, however many ask', async (t) => {
  const world = await vaultWorldFor(t);
  const { session, logins } = sessionFor(t, world, podLogin(world));
  world.double.kubernetes('kubernetes', { keys: [], roles: { app: { names: ['web'], namespaces: ['shop'] } } });
  for (let asked = 0; asked < 20; asked += 1) await failureOf(session.token(never));
  assert.equal(world.double.count(loginPath), 1);
  for (let second = 0; second < 600; second += 1) {
    await world.time.advance(1_000);
    await failureOf(session.token(never));
  }
  assert.ok(world.double.count(loginPath) < 25, String(world.double.count(loginPath)));
  assert.equal(new Set(logins).size, 1);
  podLogin(world);
  await world.time.advance(61_000);
  await session.token(never);
});

test('Retry-After is the least wait (R-37)', async (t) => {
  const world = await vaultWorldFor(t);
  const { session, logins } = sessionFor(t, world, podLogin(world));
  const limit = world.double.rateLimit({ path: loginPath, requests: 0, intervalSeconds: 30, tellsRetryAfter: true });
  const error = await failureOf(session.token(never));
  assert.equal(error.code, 'STORE_THROTTLED');
  assert.equal(error.retryAfterMs, 30_000);
  limit.end();
  await world.time.advance(29_000);
  await failureOf(session.token(never));
  await world.time.advance(2_000);
  await session.token(never);
  assert.deepEqual(logins, ['kubernetes throttled', 'kubernetes ok']);
});

test('one who gives up waiting does not take the login from the others', async (t) => {
  const world = await vaultWorldFor(t);
  const { session } = sessionFor(t, world, podLogin(world));
  const gate = Promise.withResolvers<void>();
  world.double.fault({ path: loginPath, trouble: { kind: 'held', until: gate.promise } });
  const impatient = new AbortController();
  const given = failureOf(session.token(impatient.signal));
  const patient = session.token(never);
  impatient.abort();
  await given;
  gate.resolve();
  await patient;
  assert.equal(world.double.count(loginPath), 1);
});

test('a revoked token is found dead by one look-up and replaced by one login, however many ask (R-30)', async (t) => {
  const { session, double, time, counts, now, first } = await logged(t, { ttl: 3600 });
  await time.advance(60_000);
  const rejected = await session.token(never);
  double.revoke(first);
  const answers = await Promise.all(Array.from({ length: 30 }, () => session.replaceIfDead(rejected, never)));
  assert.deepEqual(new Set(answers), new Set([true]));
  assert.deepEqual(counts(), { logins: 2, renewals: 0, lookUps: 1 });
  assert.notEqual(await now(), first);
  assert.equal(await session.replaceIfDead(rejected, never), true); // A latecomer learns that there is another one.
  assert.deepEqual(counts(), { logins: 2, renewals: 0, lookUps: 1 });
});

test('where the server says "invalid token" the look-up is spared (R-30)', async (t) => {
  const { session, double, time, counts, first } = await logged(t, { ttl: 3600 });
  await time.advance(60_000);
  const rejected = await session.token(never);
  double.revoke(first);
  assert.equal(
    await session.replaceIfDead(rejected, never, ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n']),
    true,
  );
  assert.deepEqual(counts(), { logins: 2, renewals: 0, lookUps: 0 });
});

test('when the policy denies, the token stays and there is no login (R-30)', async (t) => {
  const { session, time, counts, now, first } = await logged(t, { ttl: 3600 });
  await time.advance(60_000);
  const token = await session.token(never);
  assert.deepEqual(await Promise.all([session.replaceIfDead(token, never), session.replaceIfDead(token, never)]), [false, false]);
  assert.equal(await session.replaceIfDead(token, never, ['permission denied']), false);
  assert.deepEqual(counts(), { logins: 1, renewals: 0, lookUps: 2 });
  assert.equal(await now(), first);
});

test('a look-up that gets no answer is no verdict', async (t) => {
  const { session, double, time } = await logged(t, { ttl: 3600 });
  await time.advance(60_000);
  const token = await session.token(never);
  double.seal();
  assert.equal((await failureOf(session.replaceIfDead(token, never))).code, 'IDENTITY_UNAVAILABLE');
  double.unseal();
  assert.equal(await session.replaceIfDead(token, never), false);
});

test('a fresh token that is rejected is given a moment before it is believed dead (R-31)', async (t) => {
  const world = await vaultWorldFor(t);
  world.double.rejectNewTokens(2);
  const { session } = sessionFor(t, world, podLogin(world, { ttl: 3600 }));
  const token = await session.token(never);
  const answer = session.replaceIfDead(token, never, ['permission denied', 'invalid token']);
  await world.time.advance(2_000);
  assert.equal(await answer, true);
  assert.equal(textOf(await session.token(never)), textOf(token));
  assert.equal(world.double.count(loginPath), 1);
  assert.equal(world.double.count(lookUpPath), 3);
});

test('a server that never takes the tokens it gives is not asked for tokens without end', async (t) => {
  const world = await vaultWorldFor(t);
  world.double.rejectNewTokens(Number.POSITIVE_INFINITY);
  const { session } = sessionFor(t, world, podLogin(world, { ttl: 3600 }));
  const verdicts: string[] = [];
  for (let round = 0; round < 4; round += 1) {
    const token = await session.token(never);
    const verdict = session.replaceIfDead(token, never).then(String, (error) => error.code);
    await world.time.advance(2_000);
    verdicts.push(await verdict);
  }
  assert.deepEqual(verdicts, ['true', 'IDENTITY_UNAVAILABLE', 'IDENTITY_UNAVAILABLE', 'IDENTITY_UNAVAILABLE']);
  assert.equal(world.double.count(loginPath), 2);
});

test('a role without lookup-self on a server that says no more than "permission denied" logs in a few times, then no more', async (t) => {
  const { session, double, time, counts } = await logged(t, { ttl: 36_000, noDefaultPolicy: true }, {}, { flavour: 'openBao' });
  for (let round = 0; round < 10; round += 1) {
    await time.advance(60_000);
    const answer = session.replaceIfDead(await session.token(never), never, ['permission denied']);
    await time.advance(3_000);
    await answer;
  }
  assert.ok(counts().logins <= 4, String(counts().logins));
  assert.ok(double.count() <= 12, String(double.count()));
});

test('two revocations in a row are both noticed on a server that says no more than "permission denied"', async (t) => {
  const { session, double, time, counts, now } = await logged(t, { ttl: 36_000 }, {}, { flavour: 'openBao' });
  for (let round = 0; round < 4; round += 1) {
    await time.advance(60_000);
    const token = await session.token(never);
    double.revoke(textOf(token));
    assert.equal(await session.replaceIfDead(token, never, ['permission denied']), true);
    assert.notEqual(await now(), textOf(token));
  }
  assert.equal(counts().logins, 5);
});

test('a wall clock that is set moves nothing back, and forward means one renewal (S6)', async (t) => {
  const { time, counts, now, first } = await logged(t, { ttl: 3600, period: 3600 });
  time.setWall(-5_000_000);
  await time.advance(10_000);
  assert.equal(await now(), first);
  assert.equal(counts().renewals, 0);
  time.setWall(1_000_000); // The server's time is this one: 1000 of its 3600 s are over.
  for (let asked = 0; asked < 5; asked += 1) await now();
  await time.advance(1_000);
  assert.equal(counts().renewals, 1);
  assert.equal(await now(), first);
});

test('a token that ended while the machine slept is replaced as soon as somebody asks', async (t) => {
  const { time, counts, now, first } = await logged(t, { ttl: 3600 });
  time.setWall(7_200_000);
  await now();
  await time.advance(1_000);
  assert.deepEqual(counts(), { logins: 2, renewals: 1, lookUps: 0 });
  assert.notEqual(await now(), first);
});

test('a token of so many uses is refused, and given back (R-17)', async (t) => {
  const world = await vaultWorldFor(t);
  const { session } = sessionFor(t, world, podLogin(world, { ttl: 3600, numUses: 5 }));
  const error = await failureOf(session.token(never));
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /good for 5 requests only/);
  assert.match(error.hint, /token_num_uses/);
  await world.rest();
  assert.deepEqual(world.double.liveTokens(), []);
});

test('is revoked at the end with all that it replaced, once', async (t) => {
  const { session, time, double } = await logged(t, { ttl: 1000, renewable: false }, { atEnd: 'revoke' });
  await time.advance(800_000);
  assert.equal(double.liveTokens().length, 2);
  await session.close();
  await session.close();
  assert.deepEqual(double.liveTokens(), []);
  assert.equal(double.count(revokePath), 2);
  await time.advance(86_400_000);
  assert.equal(double.count(loginPath), 2);
  assert.equal((await failureOf(session.token(never))).code, 'IDENTITY_UNAVAILABLE');
});

test('is kept at the end where that is wanted', async (t) => {
  const { session, double } = await logged(t, { ttl: 1000 }, { atEnd: 'keep' });
  await session.close();
  assert.equal(double.liveTokens().length, 1);
  assert.equal(double.count(revokePath), 0);
});

test('a login that is under way at the end is waited for, and its token revoked', async (t) => {
  const world = await vaultWorldFor(t);
  const { session } = sessionFor(t, world, podLogin(world, { ttl: 3600 }), { atEnd: 'revoke' });
  const gate = Promise.withResolvers<void>();
  world.double.fault({ path: loginPath, trouble: { kind: 'held', until: gate.promise } });
  const token = session.token(never);
  const closing = session.close();
  gate.resolve();
  await Promise.all([token, closing]);
  assert.deepEqual(world.double.liveTokens(), []);
});

test('the end waits two seconds for a server that does not answer, no longer', async (t) => {
  const { session, time, double } = await logged(t, { ttl: 3600 }, { atEnd: 'revoke' });
  const fault = double.fault({ path: revokePath, trouble: { kind: 'hang', when: 'before' } });
  const closing = session.close();
  while (fault.hits() === 0) await new Promise((resolve) => setImmediate(resolve));
  time.skip(1_900);
  let isOver = false;
  void closing.then(() => {
    isOver = true;
  });
  await new Promise((resolve) => setImmediate(resolve));
  assert.equal(isOver, false);
  time.skip(200);
  await closing;
});

test('no log line and no error shows a token', async (t) => {
  const { session, double, time, auth, first } = await logged(t, { ttl: 1000 }, { atEnd: 'revoke' });
  double.fault({ path: renewPath, times: 3, trouble: { kind: 'error', status: 500, errors: [`no such token ${first}`] } });
  double.fault({ path: loginPath, times: 3, trouble: { kind: 'error', status: 400, errors: [`no such token ${first}`] } });
  double.fault({ path: lookUpPath, times: 3, trouble: { kind: 'error', status: 500, errors: [`no such token ${first}`] } });
  await time.advance(950_000);
  const token = await session.token(never);
  await failureOf(session.replaceIfDead(token, never), first, textOf(token));
  double.fault({ path: revokePath, times: 3, trouble: { kind: 'error', status: 500, errors: [`no such token ${first}`] } });
  await session.close();
  assert.ok(auth.logged.length > 3);
  assertNoSecrets(auth.logged, first, textOf(token));
});

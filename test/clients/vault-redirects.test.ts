import assert from 'node:assert/strict';
import test, { type TestContext } from 'node:test';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { always, clientOf, failureOf, type Listener, listen, never, read } from './vault-listener.ts';

const token = SecretValue.ofText('hvs.token');
const done = always({ body: { data: { a: 1 } } });

/** A standby that sends every request to the same place on another node. */
function standby(t: TestContext, to: () => string, status = 307): Promise<Listener> {
  return listen(t, ({ url }) => ({ status, headers: { location: to() + url } }));
}

test('a standby is followed to the active node with method, headers and body (R-8)', async (t) => {
  const active = await listen(t, done);
  const server = await standby(t, () => active.url);
  const client = clientOf(t, server.url, { headers: { 'x-own': 'kept' }, namespace: 'ns' });
  const body = { value: 'x' };
  const request = read('secret/data/a b/ü!', { method: 'PUT', body, token, query: { q: 'a b' } });
  assert.equal((await client.request(request, never)).status, 200);
  const [seen] = active.seen;
  assert.deepEqual([seen?.method, seen?.url, seen?.body], ['PUT', server.seen[0]?.url, '{"value":"x"}']);
  assert.deepEqual(
    ['x-vault-token', 'x-own', 'x-vault-namespace', 'x-vault-request'].map((name) => seen?.headers[name]),
    ['hvs.token', 'kept', 'ns', 'true'],
  );
});

test('a standby may encode the path in another way, and know nothing of the path in front of /v1/', async (t) => {
  const active = await listen(t, done);
  const server = await listen(t, () => ({ status: 307, headers: { location: `${active.url}/v1/kv/a=b%21` } }));
  const client = clientOf(t, `${server.url}/vault`);
  assert.equal((await client.request(read('kv/a=b!'), never)).status, 200);
});

test('on the same host every redirect is followed once, with the same method (R-8)', async (t) => {
  for (const status of [301, 302, 307, 308]) {
    const server = await listen(t, ({ url }) => (url === '/v1/a' ? { status, headers: { location: '/other' } } : { body: {} }));
    await clientOf(t, server.url).request(read('a', { method: 'POST', body: { b: 1 }, token }), never);
    const last = server.seen.at(-1);
    assert.deepEqual(
      [last?.method, last?.url, last?.body, last?.headers['x-vault-token']],
      ['POST', '/other', '{"b":1}', 'hvs.token'],
    );
  }
});

test('the second redirect is one too many, and a loop ends', async (t) => {
  const server = await listen(t, ({ url }) => ({ status: 307, headers: { location: url } }));
  const failure = await failureOf(clientOf(t, server.url).request(read('a'), never));
  assert.deepEqual([failure.status, failure.reason], [0, 'REDIRECT_REFUSED']);
  assert.equal(server.seen.length, 2);
});

test('another host gets neither token nor body unless a standby sends the very same request there', async (t) => {
  const stranger = await listen(t, done);
  const cases: readonly (readonly [number, string | undefined])[] = [
    [302, '/login?next=/v1/secret/data/app'],
    [302, '/v1/secret/data/app'],
    [308, '/v1/secret/data/app'],
    [307, '/v1/secret/data/other'],
    [307, '/v1/secret/data/app?more=1'],
    [307, '/v1/secret/data/%ZZ'],
    [303, '/v1/secret/data/app'],
  ];
  for (const [status, path] of cases) {
    const server = await listen(t, () => ({ status, headers: { location: stranger.url + path } }));
    const failure = await failureOf(clientOf(t, server.url).request(read('secret/data/app', { token }), never));
    assert.equal(failure.status, 0, `${status} ${path}`);
    if (status !== 303) assert.match(failure.message, new RegExp(`another host \\(${stranger.host}\\)`));
  }
  assert.equal(stranger.seen.length, 0);
});

test('a redirect without a place, with a password, or to another scheme is refused', async (t) => {
  for (const location of [undefined, 'http://[', 'http://u:p@127.0.0.1/v1/a', 'ftp://127.0.0.1/v1/a']) {
    const server = await listen(t, () => ({ status: 307, headers: location === undefined ? {} : { location } }));
    const failure = await failureOf(clientOf(t, server.url).request(read('a', { token }), never));
    assert.equal(failure.reason, 'REDIRECT_REFUSED', location);
    assert.doesNotMatch(failure.message, /u:p/);
  }
});

test('https never becomes http, and the other host must be of the same CA', async (t) => {
  const ours = selfSigned();
  const theirs = selfSigned();
  const plain = await listen(t, done);
  const foreign = await listen(t, done, theirs);
  const active = await listen(t, done, ours);
  const request = read('secret/data/app', { token });
  const ask = async (target: Listener): ReturnType<typeof failureOf> => {
    const server = await listen(t, ({ url }) => ({ status: 307, headers: { location: target.url + url } }), ours);
    return failureOf(clientOf(t, server.url, { ca: [ours.cert] }).request(request, never));
  };
  assert.match((await ask(plain)).message, /no longer https/);
  assert.match((await ask(foreign)).reason ?? '', /CERT/);
  await assert.rejects(ask(active), /an answer was taken/);
  assert.deepEqual([plain.seen.length, foreign.seen.length, active.seen.length], [0, 0, 1]);
  const unprotected = await standby(t, () => active.url);
  assert.equal((await clientOf(t, unprotected.url, { ca: [ours.cert] }).request(request, never)).status, 200);
});

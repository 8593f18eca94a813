import assert from 'node:assert/strict';
import test from 'node:test';
import { vaultClient } from '../../agent/clients/vault/client.ts';
import { AgentError } from '../../agent/core/agent-error.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { always, clientOf, failureOf, inTurn, listen, never, read } from './vault-listener.ts';

const ok = always({ body: { data: {} } });

test('a request goes below /v1/, says that it is one for Vault, and has no token unless it is given one (R-1, R-5)', async (t) => {
  const server = await listen(t, ok);
  await clientOf(t, server.url).request(read('secret/data/app'), never);
  const [seen] = server.seen;
  assert.deepEqual([seen?.method, seen?.url, seen?.body], ['GET', '/v1/secret/data/app', '']);
  assert.equal(seen?.headers['x-vault-request'], 'true');
  for (const absent of [
    'x-vault-token',
    'x-vault-namespace',
    'x-vault-wrap-ttl',
    'x-vault-index',
    'x-vault-inconsistent',
    'content-type',
  ])
    assert.equal(seen?.headers[absent], undefined, absent);
});

test('the server may have a path in front of /v1/, with or without a slash', async (t) => {
  const server = await listen(t, ok);
  for (const base of [`${server.url}/`, `${server.url}/vault`, `${server.url}/vault/`])
    await clientOf(t, base).request(read('kv/a'), never);
  assert.deepEqual(
    server.seen.map((each) => each.url),
    ['/v1/kv/a', '/vault/v1/kv/a', '/vault/v1/kv/a'],
  );
});

test('token, namespace, wrapping and query go where Vault looks for them', async (t) => {
  const server = await listen(t, ok);
  const client = clientOf(t, server.url, { namespace: 'team/' });
  const token = SecretValue.ofText('hvs.CAESI');
  await client.request(read('secret/data/app', { token, wrapTtl: '60s', query: { version: '3', list: 'a b&c' } }), never);
  await client.request(read('secret/data/app', { namespace: 'team/child' }), never);
  for (const namespace of ['', 'root', 'root/', '/']) await client.request(read('sys/health', { namespace }), never);
  const [first, second, ...others] = server.seen;
  assert.equal(first?.url, '/v1/secret/data/app?version=3&list=a+b%26c');
  assert.equal(first?.headers['x-vault-token'], 'hvs.CAESI');
  assert.equal(first?.headers['x-vault-wrap-ttl'], '60s');
  assert.equal(first?.headers['x-vault-namespace'], 'team/');
  assert.equal(second?.headers['x-vault-namespace'], 'team/child');
  assert.equal(second?.headers['x-vault-token'], undefined);
  assert.equal(others.length, 4);
  for (const each of others) assert.equal(each.headers['x-vault-namespace'], undefined);
});

test('headers of the store are sent as they are; those that Vault defines win', async (t) => {
  const server = await listen(t, ok);
  const headers = { 'CF-Access-Client-Id': 'id, with=signs', 'X-Vault-Token': 'of the store', 'x-vault-request': 'no' };
  const client = clientOf(t, server.url, { headers });
  await client.request(read('a', { token: SecretValue.ofText('hvs.ours') }), never);
  await client.request(read('a'), never);
  assert.equal(server.seen[0]?.headers['cf-access-client-id'], 'id, with=signs');
  assert.equal(server.seen[0]?.headers['x-vault-token'], 'hvs.ours');
  assert.equal(server.seen[0]?.headers['x-vault-request'], 'true');
  assert.equal(server.seen[1]?.headers['x-vault-token'], 'of the store');
});

test('a list is a GET with list=true of a path with a slash; writes keep their verb (R-2, R-3)', async (t) => {
  const server = await listen(t, ok);
  const client = clientOf(t, server.url);
  await client.request(read('secret/metadata/dir', { method: 'LIST', query: { after: 'x' } }), never);
  for (const method of ['POST', 'PUT', 'PATCH'] as const) await client.request(read('a', { method, body: { b: 1 } }), never);
  await client.request(read('a', { method: 'DELETE' }), never);
  await client.request(read('sys/wrapping/unwrap', { method: 'POST' }), never);
  assert.deepEqual(
    server.seen.map(({ method, url, body, headers }) => [method, url, body, headers['content-type'], headers['content-length']]),
    [
      ['GET', '/v1/secret/metadata/dir/?after=x&list=true', '', undefined, undefined],
      ['POST', '/v1/a', '{"b":1}', 'application/json', '7'],
      ['PUT', '/v1/a', '{"b":1}', 'application/json', '7'],
      ['PATCH', '/v1/a', '{"b":1}', 'application/merge-patch+json', '7'],
      ['DELETE', '/v1/a', '', undefined, '0'],
      ['POST', '/v1/sys/wrapping/unwrap', '', undefined, '0'],
    ],
  );
});

test('segments of a path are encoded one by one, and empty ones dropped (R-4)', async (t) => {
  const server = await listen(t, ok);
  const client = clientOf(t, server.url);
  for (const path of ['kv/a b', 'kv/ü?#%&+;=', 'kv/%2e%2e', 'kv/a%2Fb', 'kv//a/', '/kv/...', 'kv/\ud800', 'kv/a\\..\\b'])
    await client.request(read(path), never);
  assert.deepEqual(
    server.seen.map((each) => each.url),
    [
      '/v1/kv/a%20b',
      '/v1/kv/%C3%BC%3F%23%25%26%2B%3B%3D',
      '/v1/kv/%252e%252e',
      '/v1/kv/a%252Fb',
      '/v1/kv/a',
      '/v1/kv/...',
      '/v1/kv/%EF%BF%BD',
      '/v1/kv/a%5C..%5Cb',
    ],
  );
});

test('relative paths and tokens that can not be a header are refused before anything is sent (R-4, R-5)', async (t) => {
  const server = await listen(t, ok);
  const client = clientOf(t, server.url);
  for (const path of ['', '/', '.', 'kv/../sys/seal', 'kv/./a', 'kv/a/..']) {
    const failure = await failureOf(client.request(read(path), never));
    assert.deepEqual([failure.status, failure.reason, failure.mayHaveArrived], [0, 'PATH_REFUSED', false]);
  }
  for (const text of ['', 'hvs.a\n', 'hvs.a\r\nx-evil: 1', 'hvs.ü', '\ufeffhvs.a']) {
    const failure = await failureOf(client.request(read('a', { token: SecretValue.ofText(text) }), never));
    assert.deepEqual([failure.reason, failure.mayHaveArrived], ['TOKEN_UNPRINTABLE', false]);
    assert.doesNotMatch(failure.message, /hvs/);
  }
  const failure = await failureOf(client.request(read('a', { namespace: 'a\nb' }), never));
  assert.deepEqual([failure.reason, failure.mayHaveArrived], ['ERR_INVALID_CHAR', false]);
  assert.equal(server.seen.length, 0);
});

test('a secret in a body is sent as its text', async (t) => {
  const server = await listen(t, ok);
  const body = { password: SecretValue.ofText('pä"ss'), list: [SecretValue.ofText('x')], n: 1 };
  await clientOf(t, server.url).request(read('auth/userpass/login/u', { method: 'POST', body }), never);
  assert.equal(server.seen[0]?.body, '{"password":"pä\\"ss","list":["x"],"n":1}');
});

test('a body of more than 32 MiB is not sent (R-6)', async (t) => {
  const server = await listen(t, ok);
  const body = { a: 'x'.repeat(32 * 1024 * 1024) };
  const failure = await failureOf(clientOf(t, server.url).request(read('a', { method: 'PUT', body }), never));
  assert.deepEqual([failure.reason, failure.mayHaveArrived], ['BODY_TOO_LONG', false]);
  assert.equal(server.seen.length, 0);
});

test('the last X-Vault-Index is sent when one of the two switches is on, and both ask to forward (R-36, eso.md 2.7)', async (t) => {
  const cases = [
    [{}, undefined, undefined],
    [{ readYourWrites: true }, 'two', undefined],
    [{ forwardInconsistent: true }, 'two', undefined],
    [{ readYourWrites: true, forwardInconsistent: true }, 'two', 'forward-active-node'],
  ] as const;
  for (const [options, index, inconsistent] of cases) {
    const server = await listen(
      t,
      inTurn(
        { headers: { 'X-Vault-Index': 'one' }, body: {} },
        { status: 403, headers: { 'X-Vault-Index': 'two' }, body: { errors: ['permission denied'] } },
        { body: {} },
      ),
    );
    const client = clientOf(t, server.url, options);
    await client.request(read('a'), never);
    await failureOf(client.request(read('a'), never));
    await client.request(read('a'), never);
    await client.request(read('a', { consistency: 'forward' }), never);
    assert.equal(server.seen[2]?.headers['x-vault-index'], index);
    assert.equal(server.seen[2]?.headers['x-vault-inconsistent'], inconsistent);
    assert.equal(server.seen[3]?.headers['x-vault-inconsistent'], 'forward-active-node');
  }
});

test('an index that comes late does not replace that of a later request', async (t) => {
  const held: { release?: () => void } = {};
  const waiting = new Promise<void>((resolve) => {
    held.release = resolve;
  });
  const server = await listen(t, async ({ url }) => {
    if (url.endsWith('/slow')) await waiting;
    return { headers: { 'x-vault-index': url.endsWith('/slow') ? 'old' : 'new' }, body: {} };
  });
  const client = clientOf(t, server.url, { readYourWrites: true });
  const slow = client.request(read('slow'), never);
  await client.request(read('fast'), never);
  held.release?.();
  await slow;
  await client.request(read('fast'), never);
  assert.equal(server.seen.at(-1)?.headers['x-vault-index'], 'new');
});

test('a server that is no URL for http is refused, and not quoted', () => {
  for (const server of ['', 'vault:8200', 'ftp://vault', 'https://root:geheim@vault:8200', 'unix:///run/geheim'])
    assert.throws(
      () => vaultClient({ server }),
      (error) => error instanceof AgentError && error.code === 'REQUEST_INVALID' && !/geheim/.test(error.message + error.hint),
    );
});

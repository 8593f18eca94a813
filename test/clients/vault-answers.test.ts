import assert from 'node:assert/strict';
import test from 'node:test';
import { failureToAgentError } from '../../agent/clients/vault/errors.ts';
import { writeGoJson } from '../../agent/core/go-json.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { always, clientOf, failureOf, inTurn, listen, never, type Reply, read } from './vault-listener.ts';

const about = { store: 'SecretStore/vault', operation: 'read secret', subject: 'secret/data/app' };

async function failing(t: Parameters<typeof listen>[0], reply: Reply, request = read('a')): ReturnType<typeof failureOf> {
  const server = await listen(t, always(reply));
  return failureOf(clientOf(t, server.url).request(request, never));
}

test('numbers keep their digits and members their order by bytes (R-11, R-12, R-13)', async (t) => {
  const body = '{"data":{"10":12345678901234567890,"9":1.0,"ü":[1e3,true,null,{"a":"é"}]}}';
  const server = await listen(t, always({ body, headers: { 'x-vault-hostname': 'node-1' } }));
  const answer = await clientOf(t, server.url).request(read('kv/a'), never);
  assert.ok(answer.body !== undefined);
  const text = writeGoJson(answer.body, { html: 'plain', numbers: 'literal' });
  assert.equal(Buffer.from(text, 'latin1').toString('utf8'), body);
  assert.equal(answer.headers['x-vault-hostname'], 'node-1');
});

test('204, an empty body and null have no body; any write may be answered so (R-7)', async (t) => {
  const server = await listen(t, inTurn({ status: 204 }, { body: '' }, { body: 'null' }, { body: ' \n' }));
  const client = clientOf(t, server.url);
  for (const status of [204, 200, 200, 200]) {
    const answer = await client.request(read('a', { method: 'PUT', body: {} }), never);
    assert.deepEqual([answer.status, answer.body], [status, undefined]);
  }
});

test('a deleted version is an answer; a path that was never written is a failure (R-60)', async (t) => {
  const deleted = { data: { data: null, metadata: { deletion_time: '2026-01-02T03:04:05Z', destroyed: false, version: 3 } } };
  const server = await listen(
    t,
    inTurn({ status: 404, body: { request_id: 'x', ...deleted } }, { status: 404, body: { errors: [] } }),
  );
  const client = clientOf(t, server.url);
  const answer = await client.request(read('a'), never);
  assert.equal(answer.status, 404);
  assert.ok(answer.body instanceof Map && answer.body.get('data') instanceof Map);
  const failure = await failureOf(client.request(read('a'), never));
  assert.deepEqual([failure.status, failure.reason, failure.errors, failure.message], [404, undefined, [], 'status 404']);
  assert.equal(failureToAgentError(failure, about).code, 'SECRET_MISSING');
});

test('a KV v2 mount that was read as v1 is told by its warning (M3)', async (t) => {
  const warning = 'Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use.';
  const failure = await failing(t, { status: 404, body: { request_id: 'x', data: null, warnings: [warning] } });
  assert.deepEqual([failure.status, failure.errors], [404, [warning]]);
  const error = failureToAgentError(failure, about);
  assert.equal(error.code, 'REQUEST_INVALID');
  assert.match(error.message, /the mount is KV v2/);
  assert.match(error.hint, /version: v2/);
});

test('errors come as the server worded them, on one line (R-20)', async (t) => {
  const failure = await failing(t, { status: 403, body: { errors: ['1 error occurred:\n\t* permission denied\n\n', 'é'] } });
  assert.deepEqual(failure.errors, ['1 error occurred: * permission denied', 'é']);
  assert.deepEqual([failure.status, failure.mayHaveArrived, failure.reason], [403, true, undefined]);
  assert.equal(
    failureToAgentError(failure, about).message,
    'SecretStore/vault: Vault failed read secret of secret/data/app (403: 1 error occurred: * permission denied; é)',
  );
});

test('no token, password or JWT comes back in an error, and long words are cut (R-22)', async (t) => {
  const jwt = 'eyJhbGciOiJSUzI1NiJ9.eyJzdWIiOiJhIn0.c2ln';
  const said = `token hvs.CAESIJ_x-1 or hvb.AAAAx, hvr.b, s.1234567890abcdefABCDEFGH.ns1, b.AAAAAQJ1234; kv/s.short; ${jwt}; geheim, mine-own, app-role`;
  const request = read('auth/userpass/login/u', {
    method: 'POST',
    token: SecretValue.ofText('mine-own'),
    body: { password: SecretValue.ofText('geheim'), role: 'app-role' },
  });
  const failure = await failing(
    t,
    { status: 400, body: { errors: [said, 'x'.repeat(5000), ...Array(50).fill('more')] } },
    request,
  );
  assert.equal(failure.errors[0], 'token [...] or [...], [...], [...], [...]; kv/s.short; [...]; [...], [...], app-role');
  assert.ok((failure.errors[1]?.length ?? 0) < 500);
  assert.ok(failure.errors.length <= 10);
  const shown = JSON.stringify([failure, failure.stack, failureToAgentError(failure, about)]);
  for (const secret of ['geheim', 'mine-own', 'CAESIJ']) assert.ok(!shown.includes(secret), secret);
});

test('what is not JSON is told as such: its title or a short text, nothing of what looks like data (R-21)', async (t) => {
  const html = { 'content-type': 'text/html; charset=utf-8' };
  const page = `<html><head><title>502 Bad\nGateway hvs.abc</title></head><body>${'geheim '.repeat(1000)}</body></html>`;
  const gateway = await failing(t, { status: 502, headers: html, body: page });
  assert.deepEqual([gateway.status, gateway.reason], [502, 'NOT_JSON']);
  assert.match(gateway.message, /text\/html, \d+ bytes\) with status 502: 502 Bad Gateway \[\.\.\.\]$/);
  const plain = await failing(t, {
    status: 400,
    headers: { 'content-type': 'text/plain' },
    body: 'Client sent an HTTP request to an HTTPS server.\n',
  });
  assert.match(plain.message, /Client sent an HTTP request to an HTTPS server\.$/);
  const cut = '{"data":{"password":"geheim';
  for (const reply of [
    { body: cut },
    { status: 500, body: cut },
    { body: 'geheim' },
    { body: '"geheim"' },
    { body: '["geheim"]' },
    { status: 502, body: '' },
  ]) {
    const failure = await failing(t, reply);
    assert.equal(failure.reason, 'NOT_JSON');
    assert.doesNotMatch(failure.message, /geheim/);
  }
});

test('a 403 or 404 that is not of Vault says nothing of a secret', async (t) => {
  const strangers: readonly Reply[] = [
    { status: 404, body: '<html>Not Found</html>' },
    { status: 404, body: '' },
    { status: 404, body: { message: 'no Route matched with those values' } },
    { status: 403, body: '<html>Forbidden</html>' },
    { status: 401, body: { message: 'Unauthorized' } },
    { status: 200, body: '<html>Sign in</html>' },
    { status: 303, headers: { location: 'https://login.example.com' } },
  ];
  for (const reply of strangers) {
    const failure = await failing(t, reply);
    assert.equal(failure.status, 0);
    assert.equal(failureToAgentError(failure, about).code, 'STORE_ANSWER_INVALID');
  }
  for (const [status, code] of [
    [429, 'STORE_THROTTLED'],
    [503, 'STORE_UNAVAILABLE'],
  ] as const) {
    const failure = await failing(t, { status, body: 'slow down', headers: { 'retry-after': '7' } });
    assert.deepEqual([failure.status, failure.retryAfterMs], [status, 7000]);
    assert.equal(failureToAgentError(failure, about).code, code);
  }
});

test('Retry-After is seconds or a date by the clock of the server (R-37)', async (t) => {
  const date = 'Tue, 01 Aug 2028 10:00:00 GMT';
  const cases: readonly (readonly [Readonly<Record<string, string>>, number | undefined])[] = [
    [{ 'retry-after': '3' }, 3_000],
    [{ 'retry-after': '999999' }, 3_600_000],
    [{ 'retry-after': 'Tue, 01 Aug 2028 10:00:05 GMT', date }, 5_000],
    [{ 'retry-after': 'Tue, 01 Aug 2028 09:59:00 GMT', date }, undefined],
    [{ 'retry-after': 'soon' }, undefined],
    [{ 'retry-after': '0' }, undefined],
    [{}, undefined],
  ];
  for (const [headers, expected] of cases) {
    const failure = await failing(t, { status: 429, headers, body: { errors: ['request path "a": rate limit quota exceeded'] } });
    assert.equal(failure.retryAfterMs, expected, JSON.stringify(headers));
    assert.equal(failureToAgentError(failure, about).retryAfterMs, expected);
  }
});

test('health with an error status is Vault, too (vault.md 4)', async (t) => {
  for (const status of [429, 472, 473, 501, 503]) {
    const failure = await failing(t, { status, body: { initialized: true, sealed: status === 503, standby: true } });
    assert.deepEqual([failure.status, failure.reason], [status, undefined]);
  }
});

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test, { type TestContext } from 'node:test';
import { TLSSocket } from 'node:tls';
import { proxyOf } from '../../agent/clients/proxy.ts';
import { vaultClient } from '../../agent/clients/vault/client.ts';
import { failureToAgentError } from '../../agent/clients/vault/errors.ts';
import { AgentError } from '../../agent/core/agent-error.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { startProxy } from '../servers/aws-double-proxy.ts';
import { freePort } from '../servers/free-port.ts';
import { always, clientOf, failureOf, listen, never, read, type Script } from './vault-listener.ts';

const about = { store: 'SecretStore/vault', operation: 'read secret', subject: 'a' };
const ok = always({ body: { data: {} } });

test('a CA of the store stands instead of the list of public ones', async (t) => {
  const ours = selfSigned();
  const server = await listen(t, ok, ours);
  assert.equal((await clientOf(t, server.url, { ca: [selfSigned().cert, ours.cert] }).request(read('a'), never)).status, 200);
  for (const options of [{}, { ca: [selfSigned().cert] }]) {
    const failure = await failureOf(clientOf(t, server.url, options).request(read('a'), never));
    assert.deepEqual([failure.status, failure.mayHaveArrived], [0, false]);
    const error = failureToAgentError(failure, about);
    assert.equal(error.code, 'STORE_UNAVAILABLE');
    assert.match(error.hint, /caBundle/);
  }
  assert.equal(server.seen.length, 1);
});

test('the name in the certificate must be that of the server', async (t) => {
  const ours = selfSigned();
  const server = await listen(t, ok, ours);
  const client = clientOf(t, server.url.replace('127.0.0.1', '127.0.0.2'), { ca: [ours.cert] });
  const failure = await failureOf(client.request(read('a'), never));
  // Where 127.0.0.2 is not a loopback address of this machine, nothing answers there.
  assert.match(failure.reason ?? '', /ALTNAME|ECONN/);
});

test('a client certificate is shown; without one a listener that asks for it refuses', async (t) => {
  const [ours, mine] = [selfSigned(), selfSigned('client.example')];
  const names: string[] = [];
  const script: Script = (_seen, _response, request) => {
    assert.ok(request.socket instanceof TLSSocket);
    names.push(String(request.socket.getPeerCertificate().subjectaltname));
    return { body: {} };
  };
  const server = await listen(t, script, { ...ours, ca: [mine.cert], requestCert: true, rejectUnauthorized: true });
  const clientCertificate = { cert: mine.cert, key: SecretValue.ofText(mine.key) };
  await clientOf(t, server.url, { ca: [ours.cert], clientCertificate }).request(
    read('auth/cert/login', { method: 'POST' }),
    never,
  );
  assert.match(names[0] ?? '', /client\.example/);
  const failure = await failureOf(clientOf(t, server.url, { ca: [ours.cert] }).request(read('a'), never));
  assert.equal(failure.status, 0);
  assert.equal(failureToAgentError(failure, about).code, 'STORE_UNAVAILABLE');
});

test('certificates that are none, and a key of another one, are told at once and not quoted', () => {
  const [one, other] = [selfSigned(), selfSigned()];
  const server = 'https://127.0.0.1:8200';
  for (const ca of [[], [''], ['geheim'], ['-----BEGIN CERTIFICATE-----\ngeheim\n-----END CERTIFICATE-----\n']])
    assert.throws(
      () => vaultClient({ server, ca }),
      (error) => isQuiet(error, 'STORE_UNAVAILABLE'),
    );
  for (const key of [other.key, 'geheim', ''])
    assert.throws(
      () => vaultClient({ server, clientCertificate: { cert: one.cert, key: SecretValue.ofText(key) } }),
      (error) => isQuiet(error, 'CREDENTIALS_MISSING'),
    );
});

function isQuiet(error: unknown, code: string): boolean {
  return (
    error instanceof AgentError && error.code === code && !/geheim|KEY-----/.test(`${error.message}${error.hint}${error.stack}`)
  );
}

test('http to a port of https, and https to a port of http, are told apart from an outage', async (t) => {
  const tls = await listen(t, ok, selfSigned());
  const plain = await listen(t, ok);
  const failure = await failureOf(clientOf(t, plain.url.replace('http:', 'https:')).request(read('a'), never));
  assert.equal(failure.mayHaveArrived, false);
  assert.match(failureToAgentError(failure, about).hint, /https/);
  assert.equal((await failureOf(clientOf(t, tls.url.replace('https:', 'http:')).request(read('a'), never))).status, 0);
});

test('connections are kept, and no more than ten are open', async (t) => {
  const server = await listen(t, ok);
  const client = clientOf(t, server.url);
  for (let count = 0; count < 5; count += 1) await client.request(read('a'), never);
  assert.equal(server.connections(), 1);
  await Promise.all(Array.from({ length: 60 }, () => client.request(read('a'), never)));
  assert.equal(server.seen.length, 65);
  assert.ok(server.connections() <= 10);
});

const hang: Script = () => undefined;

test('a request ends in its time: no answer, one that trickles, one that stands still in the middle', async (t) => {
  const trickle: Script = (_seen, response) => {
    response.writeHead(200, { 'content-type': 'application/json' });
    const timer = setInterval(() => response.write(' '), 10);
    response.on('close', () => clearInterval(timer));
    return undefined;
  };
  const half: Script = (_seen, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"data":');
    return undefined;
  };
  for (const script of [hang, trickle, half]) {
    const server = await listen(t, script);
    const failure = await failureOf(clientOf(t, server.url, { timeoutMs: 150 }).request(read('a'), never));
    assert.deepEqual([failure.status, failure.reason, failure.mayHaveArrived], [0, 'TIMEOUT', true]);
    assert.equal(failureToAgentError(failure, about).code, 'STORE_UNAVAILABLE');
  }
});

test('a server that takes connections and shows no certificate is given up before anything is sent', async (t) => {
  const { createServer } = await import('node:net');
  const server = createServer((socket) => socket.on('error', () => {}).resume());
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  t.after(() => server.close());
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;
  const client = vaultClient({ server: `https://127.0.0.1:${port}`, timeoutMs: 100 });
  const failure = await failureOf(client.request(read('a'), never));
  await client.close();
  assert.deepEqual([failure.reason, failure.mayHaveArrived], ['TIMEOUT', false]);
});

test('an abort ends a request at once, before it and in the middle of it', async (t) => {
  const stop = new AbortController();
  const server = await listen(t, () => {
    stop.abort(new Error('geheim'));
    return undefined;
  });
  const client = clientOf(t, server.url);
  const failure = await failureOf(client.request(read('a'), stop.signal));
  assert.deepEqual([failure.reason, failure.mayHaveArrived], ['GIVEN_UP', true]);
  const later = await failureOf(client.request(read('a'), stop.signal));
  assert.deepEqual([later.reason, later.mayHaveArrived, server.seen.length], ['GIVEN_UP', false, 1]);
  assert.doesNotMatch(String(failure.stack) + later.stack, /geheim/);
});

test('an answer that is too long is not read to its end; one that fits is', async (t) => {
  const server = await listen(t, ({ url }) => ({
    body: { data: { a: 'x'.repeat(url.endsWith('/long') ? 17_000_000 : 8_000_000) } },
  }));
  const client = clientOf(t, server.url);
  assert.equal((await client.request(read('short'), never)).status, 200);
  const failure = await failureOf(client.request(read('long'), never));
  assert.deepEqual([failure.status, failure.reason], [0, 'TOO_LONG']);
  assert.equal(failureToAgentError(failure, about).code, 'STORE_ANSWER_INVALID');
});

test('what broke before and what broke after the request could arrive is told apart (R-38)', async (t) => {
  const refused = await failureOf(clientOf(t, `http://127.0.0.1:${await freePort()}`).request(read('a'), never));
  assert.deepEqual([refused.status, refused.reason, refused.mayHaveArrived], [0, 'ECONNREFUSED', false]);
  assert.match(refused.message, /ECONNREFUSED: 127\.0\.0\.1:\d+/);
  const unknown = await failureOf(clientOf(t, 'http://vault.invalid:8200').request(read('a'), never));
  assert.equal(unknown.mayHaveArrived, false);
  assert.match(failureToAgentError(unknown, about).hint, /DNS/);
  const dropped: Script = (_seen, response) => {
    response.destroy();
    return undefined;
  };
  const cut: Script = (_seen, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('{"data":{"password":"geheim"', () => response.destroy());
    return undefined;
  };
  for (const script of [dropped, cut]) {
    const server = await listen(t, script);
    const failure = await failureOf(clientOf(t, server.url).request(read('a', { method: 'POST' }), never));
    assert.deepEqual([failure.status, failure.reason, failure.mayHaveArrived], [0, 'ECONNRESET', true]);
    assert.doesNotMatch(String(failure.stack), /geheim/);
  }
});

test('what speaks no HTTP is not quoted', async (t) => {
  const server = await listen(t, (_seen, response) => {
    response.socket?.end('geheim geheim\r\n\r\n');
    return undefined;
  });
  const failure = await failureOf(clientOf(t, server.url).request(read('a'), never));
  assert.match(failure.reason ?? '', /^HPE_/);
  assert.doesNotMatch(`${failure.stack}${JSON.stringify(failure)}`, /geheim/);
  assert.equal(failure.cause, undefined);
});

test('a proxy of the environment is used for https, but for hosts in NO_PROXY, and named when it refuses', async (t) => {
  const ours = selfSigned('vault.example');
  const server = await listen(t, ok, ours);
  const proxy = await startProxy({ port: server.port });
  t.after(proxy.close);
  const ask = (variables: Record<string, string>): Promise<unknown> => {
    const environment = proxyOf(variables);
    assert.ok(environment);
    return clientOf(t, 'https://vault.example:8200', { ca: [ours.cert], proxy: environment }).request(read('a'), never);
  };
  await ask({ HTTPS_PROXY: proxy.url });
  assert.deepEqual(proxy.tunnels, ['vault.example:8200']);
  await assert.rejects(ask({ HTTPS_PROXY: proxy.url, NO_PROXY: 'vault.example' }), { name: 'VaultFailure' });
  assert.equal(proxy.tunnels.length, 1);
  const refusing = await startProxy();
  t.after(refusing.close);
  const client = clientOf(t, 'https://vault.example:8200', { proxy: { HTTPS_PROXY: refusing.url } });
  const failure = await failureOf(client.request(read('a'), never));
  assert.equal(failure.mayHaveArrived, false);
  assert.match(failureToAgentError(failure, about).hint, /proxy/);
});

test('no part of a secret stands in a failure, whatever breaks', async (t: TestContext) => {
  const secret = `"${randomBytes(12).toString('hex')}`;
  const request = read('a', {
    method: 'POST',
    token: SecretValue.ofText(`hvs.${secret}`),
    body: { jwt: secret, list: [{ deep: secret }] },
  });
  const echo: Script = ({ headers, body }) => ({ status: 400, body: { errors: [`${headers['x-vault-token']} ${body}`] } });
  const page: Script = ({ body }) => ({
    status: 400,
    body: `<title>${body}</title>`,
    headers: { 'content-type': secret.slice(1) },
  });
  const plain: Script = ({ body }) => ({ status: 500, body: `bad request: ${body}` });
  const reset: Script = (_seen, response) => {
    response.destroy();
    return undefined;
  };
  for (const script of [echo, page, plain, reset, hang]) {
    const server = await listen(t, script);
    const failure = await failureOf(clientOf(t, server.url, { timeoutMs: 150 }).request(request, never));
    const error = failureToAgentError(failure, about);
    const shown = JSON.stringify([failure, error, failure.stack, error.stack, failure.errors, error.hint, error.serverCode]);
    assert.ok(!shown.includes(secret.slice(1, 12)), shown);
  }
});

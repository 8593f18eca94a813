import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { connect } from 'node:net';
import { networkInterfaces, tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { Asked } from '../../agent/core/asked.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { type HealthOptions, type HealthServer, serveControl, serveHealth } from '../../agent/observe/health.ts';
import { createMasker } from '../../agent/observe/masker.ts';
import { createMeter } from '../../agent/observe/meter.ts';
import { parseMetrics } from './prometheus-text.ts';
import { startedMs, statusOf } from './statuses.ts';

interface Reply {
  readonly status: number;
  readonly body: string;
  readonly type: string;
  readonly allow: string | undefined;
}

interface Ask {
  readonly method?: string;
  readonly host?: string;
  readonly headers?: Readonly<Record<string, string>>;
}

async function served(
  t: TestContext,
  options: Partial<HealthOptions> = {},
): Promise<HealthServer & { ask: (path: string, ask?: Ask) => Promise<Reply> }> {
  const stop = new AbortController();
  const quiet = (): void => {};
  const server = await serveHealth({
    ...{
      listen: '127.0.0.1:0',
      status: () => statusOf(),
      mask: (text: string) => text,
      now: () => startedMs,
      signal: stop.signal,
    },
    health: () => ({ hasDelivered: true, waitingFor: [], aliveAt: startedMs }),
    meter: createMeter({ version: '1', node: 'v24' }),
    log: { debug: quiet, info: quiet, warn: quiet, error: quiet },
    ...{ onRefresh: () => true, onHint: () => true },
    ...options,
  });
  t.after(() => stop.abort());
  return { ...server, ask: (path, ask = {}) => askFor(server.port, path, ask) };
}

function askFor(port: number, path: string, { method = 'GET', host = '127.0.0.1', headers = {} }: Ask): Promise<Reply> {
  return new Promise((resolve, reject) => {
    const sent = request({ host, port, path, method, headers, agent: false }, (response) => {
      let body = '';
      response.setEncoding('utf8').on('data', (text: string) => {
        body += text;
      });
      response.on('end', () => {
        const { 'content-type': type = '', allow } = response.headers;
        resolve({ status: response.statusCode ?? 0, body, type, allow });
      });
    });
    sent.on('error', reject).end();
  });
}

test('startup and ready are 503 until everything was delivered, and startup says what is missing', async (t) => {
  let hasDelivered = false;
  const waitingFor = ['delivery web: Secrets Manager refused to read prod/db. Allow this identity to read it.'];
  const { ask } = await served(t, { health: () => ({ hasDelivered, waitingFor, aliveAt: startedMs }) });
  const startup = await ask('/startup');
  assert.equal(startup.status, 503);
  assert.match(startup.body, /delivery web: Secrets Manager refused to read prod\/db\. Allow/);
  assert.equal((await ask('/ready')).status, 503);
  hasDelivered = true;
  assert.equal((await ask('/startup')).status, 200);
  assert.equal((await ask('/ready')).status, 200);
});

test('a store that is down leaves the pod ready', async (t) => {
  const stores = [{ name: 'aws', kind: 'SecretStore', ready: false, reason: 'ValidationFailed' }] as const;
  const { ask } = await served(t, { status: () => statusOf({ stores }) });
  assert.equal((await ask('/ready')).status, 200);
  assert.equal((await ask('/live')).status, 200);
});

test('live is stamped by work: a loop that is silent for more than a minute is not alive', async (t) => {
  let now = startedMs + 60_000;
  const { ask } = await served(t, { now: () => now });
  assert.deepEqual(await ask('/live'), {
    status: 200,
    body: 'last work 60.0 s ago\n',
    type: 'text/plain; charset=utf-8',
    allow: undefined,
  });
  now += 1;
  assert.equal((await ask('/live')).status, 503);
});

test('metrics and status come in their own types', async (t) => {
  const { ask } = await served(t);
  const metrics = await ask('/metrics');
  assert.equal(metrics.type, 'text/plain; version=0.0.4; charset=utf-8');
  assert.ok(parseMetrics(metrics.body).has('keytide_generation'));
  const status = await ask('/status?pretty');
  assert.equal(status.type, 'application/json');
  assert.deepEqual(JSON.parse(status.body), statusOf());
});

test('the first page names every endpoint; what there is not is 404, a wrong method 405', async (t) => {
  const { ask } = await served(t);
  const { body } = await ask('/');
  for (const [, path = ''] of body.matchAll(/^(\/\w+)/gm)) assert.notEqual((await ask(path)).status, 404, path);
  for (const path of ['/nothing', '/startup/', '/constructor', '/__proto__', '/../status', '//status'])
    assert.equal((await ask(path)).status, 404, path);
  assert.deepEqual([(await ask('/status', { method: 'POST' })).status, (await ask('/refresh')).status], [405, 405]);
  assert.equal((await ask('/refresh')).allow, 'POST');
  const head = await ask('/ready', { method: 'HEAD' });
  assert.deepEqual([head.status, head.body], [200, '']);
});

test('refresh takes a caller of this pod, and nobody that a name was pointed at loopback for', async (t) => {
  let refreshes = 0;
  const { ask } = await served(t, { onRefresh: () => ++refreshes > 0 });
  const post = (headers = {}): Promise<Reply> => ask('/refresh', { method: 'POST', headers });
  assert.equal((await post()).status, 202);
  assert.equal((await post({ host: 'localhost:8421' })).status, 202);
  assert.equal((await post({ host: 'attacker.example' })).status, 403);
  assert.equal((await post({ host: '127.0.0.1.attacker.example' })).status, 403);
  assert.equal(refreshes, 2);
});

test('refresh and hint are told of what, and say when there is no such thing', async (t) => {
  const asked: unknown[] = [];
  const take = (kind: string) => (what: Asked) => {
    asked.push([kind, what]);
    return what.delivery !== 'gone';
  };
  const { ask } = await served(t, { onRefresh: take('refresh'), onHint: take('hint') });
  const post = async (path: string): Promise<number> => (await ask(path, { method: 'POST' })).status;
  assert.deepEqual(
    [await post('/refresh'), await post('/refresh?delivery=web'), await post('/refresh?externalSecret=a%20b')],
    [202, 202, 202],
  );
  assert.deepEqual([await post('/hint'), await post('/hint?delivery=web'), await post('/hint?delivery=gone')], [202, 202, 404]);
  assert.deepEqual(asked, [
    ['refresh', {}],
    ['refresh', { delivery: 'web' }],
    ['refresh', { externalSecret: 'a b' }],
    ['hint', {}],
    ['hint', { delivery: 'web' }],
    ['hint', { delivery: 'gone' }],
  ]);
  for (const path of ['/refresh?deliverry=web', '/hint?externalSecret=a', '/refresh?delivery=a&externalSecret=b'])
    assert.equal(await post(path), 400, path);
  assert.equal(asked.length, 6, 'a misspelt parameter must not refresh all');
  assert.equal((await ask('/hint', { method: 'POST', headers: { host: 'attacker.example' } })).status, 403);
});

test('the control socket needs neither host nor token, and only its user can reach it', async (t) => {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-control-'));
  t.after(() => rmSync(dir, { recursive: true }));
  const socketPath = join(dir, 'control.sock');
  writeFileSync(socketPath, 'left by an agent that was killed');
  const stop = new AbortController();
  t.after(() => stop.abort());
  let refreshes = 0;
  const log = { debug() {}, info() {}, warn() {}, error() {} };
  await serveControl(
    {
      ...{ status: () => statusOf(), mask: (text: string) => text, now: () => 0, signal: stop.signal, log },
      health: () => ({ hasDelivered: true, waitingFor: [], aliveAt: 0 }),
      meter: createMeter({ version: '1', node: 'v24' }),
      ...{ onRefresh: () => ++refreshes > 0, onHint: () => true },
    },
    socketPath,
  );
  const status = await new Promise((resolve, reject) => {
    const sent = request({ socketPath, path: '/refresh', method: 'POST', headers: { host: 'anything' } }, (response) => {
      response.resume();
      resolve(response.statusCode);
    });
    sent.on('error', reject).end();
  });
  assert.deepEqual([status, refreshes, statSync(socketPath).mode & 0o777], [202, 1, 0o600]);
});

test('from elsewhere refresh needs the token', async (t) => {
  const address = Object.values(networkInterfaces())
    .flat()
    .find((each) => each && !each.internal && each.family === 'IPv4')?.address;
  if (!address) return t.skip('this machine has no address but loopback');
  let refreshes = 0;
  const { port } = await served(t, { listen: '0.0.0.0:0', token: 'the-token', onRefresh: () => ++refreshes > 0 });
  const post = (headers = {}): Promise<Reply> => askFor(port, '/refresh', { method: 'POST', host: address, headers });
  assert.equal((await post()).status, 403);
  assert.equal((await post({ host: 'localhost' })).status, 403);
  assert.equal((await post({ authorization: 'Bearer the-toke' })).status, 403);
  assert.equal(refreshes, 0);
  assert.equal((await post({ authorization: 'Bearer the-token' })).status, 202);
  assert.equal(refreshes, 1);
});

test('no answer holds a secret value, even if a status held one', async (t) => {
  const masker = createMasker();
  masker.learn([SecretValue.ofText('s3cret-canary')]);
  const status = statusOf({ spec: { accepted: false, errors: ['what about s3cret-canary'] } });
  const { ask } = await served(t, {
    ...{ mask: masker.mask, status: () => status },
    health: () => ({ hasDelivered: false, waitingFor: ['s3cret-canary'], aliveAt: 0 }),
  });
  for (const path of ['/status', '/startup', '/metrics', '/']) assert.doesNotMatch((await ask(path)).body, /canary/, path);
});

test('without a host all addresses answer, of both families where there are both', async (t) => {
  const { port } = await served(t, { listen: ':0' });
  assert.equal((await askFor(port, '/ready', {})).status, 200);
  const hasIpv6 = Object.values(networkInterfaces()).some((each) => each?.some(({ address }) => address === '::1'));
  if (hasIpv6) assert.equal((await askFor(port, '/ready', { host: '::1' })).status, 200);
});

test('a port that is taken is named, with what to do', async (t) => {
  const { port } = await served(t);
  await assert.rejects(
    served(t, { listen: `127.0.0.1:${port}` }),
    (error) =>
      error instanceof AgentError &&
      error.code === 'USAGE' &&
      /another process/.test(error.message) &&
      /--listen/.test(error.hint),
  );
});

test('a broken request, headers without end and a failing status harm nobody else', async (t) => {
  const { port, ask } = await served(t, {
    status: () => {
      throw new Error('a bug');
    },
  });
  for (const text of ['nonsense\r\n\r\n', `GET / HTTP/1.1\r\nX: ${'x'.repeat(20_000)}\r\n\r\n`]) {
    await new Promise<void>((resolve) => {
      const socket = connect(port, '127.0.0.1', () => socket.write(text));
      socket.on('error', () => undefined).on('close', () => resolve());
      socket.resume();
    });
  }
  const status = await ask('/status');
  assert.deepEqual([status.status, status.body], [500, 'failed; see the log\n']);
  assert.equal((await ask('/ready')).status, 200);
});

test('it ends with its signal, open connections too', async () => {
  const stop = new AbortController();
  const { port } = await serveHealth({
    ...{ listen: '127.0.0.1:0', status: () => statusOf(), mask: (text: string) => text, now: () => 0, signal: stop.signal },
    health: () => ({ hasDelivered: true, waitingFor: [], aliveAt: 0 }),
    meter: createMeter({ version: '1', node: 'v24' }),
    log: { debug() {}, info() {}, warn() {}, error() {} },
    ...{ onRefresh: () => true, onHint: () => true },
  });
  const closed = new Promise<void>((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.write('GET /ready HTTP/1.1\r\nHost: a\r\n\r\n');
      socket.once('data', () => stop.abort());
    });
    socket.on('error', () => undefined).on('close', () => resolve());
  });
  await closed;
});

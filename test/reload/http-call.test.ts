import assert from 'node:assert/strict';
import { existsSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { createServer as createTcpServer } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import type { HttpStep } from '../../agent/core/hooks.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { createMasker } from '../../agent/observe/masker.ts';
import { httpCall } from '../../agent/reload/http-call.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { type HookScene, hookScene, listening, never, until } from './hook-scene.ts';

const soon = { timeout: 60_000 };

function http(url: string, changes: Partial<HttpStep> = {}): HttpStep {
  return {
    ...{ kind: 'http', method: 'GET', url, headers: {}, expectStatus: [200], timeoutMs: 30_000, retries: 0 },
    tls: { skipVerify: false },
    ...changes,
  };
}

/** A server with a listener, and a call to it. */
async function calling(
  t: TestContext,
  listener: RequestListener,
  changes: Partial<HttpStep> = {},
  scene: HookScene = hookScene(t),
) {
  const port = await listening(t, createServer(listener));
  return httpCall(http(`http://127.0.0.1:${port}/x`, changes), scene.context, scene.world, never);
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) text += chunk;
  return text;
}

test('a call has the method, headers and body of its step, with placeholders filled in', soon, async (t) => {
  const scene = hookScene(t);
  const seen: unknown[] = [];
  const port = await listening(
    t,
    createServer(async (request, response) => {
      const { method, url, headers } = request;
      seen.push({ method, url, body: await bodyOf(request), about: headers['x-about'], type: headers['content-type'] });
      response.writeHead(204).end();
    }),
  );
  const step = http(`http://localhost:${port}/reload/{generation}?dir={dir}`, {
    ...{ method: 'PUT', expectStatus: [204], body: '{"delivery": "{delivery}"}' },
    headers: { 'X-About': '{delivery}', 'Content-Type': 'application/json' },
  });
  assert.equal(await httpCall(step, scene.context, scene.world, never), undefined);
  const about = { body: '{"delivery": "web"}', about: 'web', type: 'application/json' };
  assert.deepEqual(seen, [{ method: 'PUT', url: `/reload/7?dir=${encodeURIComponent(scene.dir)}`, ...about }]);
});

test('another status is a failure with the first words of the answer, redacted', soon, async (t) => {
  const masker = createMasker();
  masker.learn([SecretValue.ofText('hunter2-canary')]);
  const scene = hookScene(t, { mask: masker.mask });
  const failure = await calling(t, (_, response) => response.writeHead(500).end('bad password\nhunter2-canary\n'), {}, scene);
  assert.equal(failure?.reason, 'answered 500: bad password | ***');
});

test('a redirect is an answer, and not followed', soon, async (t) => {
  let calls = 0;
  const failure = await calling(t, (_, response) => {
    calls += 1;
    response.writeHead(302, { location: '/elsewhere' }).end();
  });
  assert.equal(failure?.reason, 'answered 302 (redirects are not followed)');
  assert.equal(calls, 1);
});

test('a call is tried again as often as its step says', soon, async (t) => {
  let calls = 0;
  const listener: RequestListener = (_, response) => {
    calls += 1;
    response.writeHead(calls < 3 ? 503 : 200).end();
  };
  assert.equal(await calling(t, listener, { retries: 2 }), undefined);
  calls = 0;
  assert.equal((await calling(t, listener, { retries: 1 }))?.reason, 'answered 503');
});

test('a server that never answers is given up when the time of the step is over', soon, async (t) => {
  const failure = await calling(t, () => {}, { timeoutMs: 200, retries: 5 });
  assert.equal(failure?.reason, 'did not answer within 0.2 s');
});

test('an answer that never ends does not keep anybody waiting, whatever its status', soon, async (t) => {
  let closed = 0;
  const endless: (status: number) => RequestListener = (status) => (_, response) => {
    response.on('close', () => {
      closed += 1;
    });
    response.writeHead(status).write('for ever\n');
  };
  assert.equal(await calling(t, endless(200)), undefined);
  assert.equal((await calling(t, endless(500)))?.reason, 'answered 500: for ever');
  await until(() => closed === 2);
});

test('of a gigabyte only the beginning is read', soon, async (t) => {
  let written = 0;
  const chunk = Buffer.alloc(1024 * 1024, 'x');
  const failure = await calling(t, (_, response) => {
    response.writeHead(500);
    const more = (): void => {
      while (!response.destroyed && written < 1_000_000_000) {
        written += chunk.length;
        if (!response.write(chunk)) return void response.once('drain', more);
      }
    };
    more();
  });
  assert.match(failure?.reason ?? '', /^answered 500: x+$/);
  assert.ok((failure?.reason.length ?? 0) < 500);
  assert.ok(written < 100_000_000, String(written));
});

test('when nothing listens, or the connection breaks, the reason says so', soon, async (t) => {
  const scene = hookScene(t);
  const server = createTcpServer((socket) => socket.destroy());
  const port = await listening(t, server);
  const call = () => httpCall(http(`http://127.0.0.1:${port}/`), scene.context, scene.world, never);
  assert.equal((await call())?.reason, 'the connection was closed without an answer (ECONNRESET)');
  await new Promise((resolve) => server.close(resolve));
  assert.equal((await call())?.reason, 'nothing listens there (ECONNREFUSED)');
});

test('what is no HTTP is told by the code of the parser', soon, async (t) => {
  const scene = hookScene(t);
  const port = await listening(
    t,
    createTcpServer((socket) => socket.end('SSH-2.0-OpenSSH\r\n')),
  );
  const failure = await httpCall(http(`http://127.0.0.1:${port}/`), scene.context, scene.world, never);
  assert.match(failure?.reason ?? '', /^no answer \(HPE_/);
});

test('a unix socket is called where the step names one', soon, async (t) => {
  const scene = hookScene(t);
  const server = createServer((request, response) => response.end(request.url));
  const path = join(scene.dir, 'app.sock');
  const step = http('http://localhost/reload', { socket: '{feedback}/app.sock' });
  assert.equal((await httpCall(step, scene.context, scene.world, never))?.reason, 'there is no such socket (ENOENT)');
  await new Promise<void>((resolve) => server.listen(path, resolve));
  t.after(() => server.close());
  assert.equal(await httpCall(step, scene.context, scene.world, never), undefined);
  assert.ok(existsSync(path));
});

test('TLS is verified against the CA of the step and the name it gives, unless the step gives that up', soon, async (t) => {
  const scene = hookScene(t);
  const own = selfSigned('app.example');
  writeFileSync(join(scene.dir, 'ca.crt'), own.cert);
  const port = await listening(
    t,
    createTlsServer(own, (_, response) => response.end()),
  );
  const call = (tls: HttpStep['tls']) => httpCall(http(`https://127.0.0.1:${port}/`, { tls }), scene.context, scene.world, never);
  assert.match((await call({ skipVerify: false }))?.reason ?? '', /^no answer \(DEPTH_ZERO_SELF_SIGNED_CERT\)$/);
  const ca = '{dir}/ca.crt';
  assert.equal(await call({ skipVerify: false, ca }), undefined);
  assert.equal(await call({ skipVerify: false, ca, serverName: 'app.example' }), undefined);
  assert.match(
    (await call({ skipVerify: false, ca, serverName: 'other.example' }))?.reason ?? '',
    /ERR_TLS_CERT_ALTNAME_INVALID/,
  );
  assert.equal(await call({ skipVerify: true }), undefined);
  assert.match(
    (await call({ skipVerify: false, ca: '{dir}/none' }))?.reason ?? '',
    /^the CA file .*none can't be read \(ENOENT\)$/,
  );
});

test('an abort ends a call', soon, async (t) => {
  const scene = hookScene(t);
  const stop = new AbortController();
  const port = await listening(
    t,
    createServer(() => stop.abort()),
  );
  assert.ok(
    await httpCall(
      http(`http://127.0.0.1:${port}/`, { timeoutMs: 600_000, retries: 3 }),
      scene.context,
      scene.world,
      stop.signal,
    ),
  );
});

import assert from 'node:assert/strict';
import { X509Certificate } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { createSecureContext, createServer as createTlsServer, TLSSocket, type TlsOptions } from 'node:tls';
import type { TlsServesStep } from '../../agent/core/hooks.ts';
import { tcpOpen } from '../../agent/reload/tcp-open.ts';
import { tlsServes } from '../../agent/reload/tls-serves.ts';
import { type SelfSigned, selfSigned } from '../servers/aws-double-certificate.ts';
import { type HookScene, hookScene, listening, never } from './hook-scene.ts';

const soon = { timeout: 60_000 };
const [one, other] = [selfSigned('one.example'), selfSigned('other.example')];

/** A scene whose `tls.crt` holds this text. */
function sceneWith(t: TestContext, certificate: string): HookScene {
  const scene = hookScene(t);
  writeFileSync(join(scene.dir, 'tls.crt'), certificate);
  return scene;
}

function serves(scene: HookScene, port: number, changes: Partial<TlsServesStep> = {}, signal = never) {
  const step: TlsServesStep = { kind: 'tlsServes', address: `127.0.0.1:${port}`, certificate: 'tls.crt', ...changes };
  return tlsServes(step, scene.context, signal);
}

function tlsServer(options: TlsOptions): Server {
  return createTlsServer(options, (socket) => void socket.on('error', () => {})).on('tlsClientError', () => {});
}

test('a server that serves the certificate of the file holds, whoever signed it', soon, async (t) => {
  const port = await listening(t, tlsServer(one));
  assert.equal(await serves(sceneWith(t, one.cert), port), undefined);
});

test('of a file with a key and a chain the first certificate counts', soon, async (t) => {
  const port = await listening(t, tlsServer(one));
  assert.equal(await serves(sceneWith(t, `${one.key}${one.cert}${other.cert}`), port), undefined);
  assert.match((await serves(sceneWith(t, `${other.cert}${one.cert}`), port))?.reason ?? '', /^serves /);
});

test('another certificate is told by subject, serial number and end, beside the one that is wanted', soon, async (t) => {
  const port = await listening(t, tlsServer(other));
  const reason = (await serves(sceneWith(t, one.cert), port))?.reason ?? '';
  const [wanted, served] = [new X509Certificate(one.cert), new X509Certificate(other.cert)];
  const words = ({ subject, serialNumber, validTo }: X509Certificate) =>
    `${subject}, serial ${serialNumber}, valid until ${validTo}`;
  assert.equal(reason, `serves ${words(served)}; wanted is ${words(wanted)}`);
});

test('the server is asked for the name of the step, and without one for none when the address is a number', soon, async (t) => {
  const asked: string[] = [];
  const options: TlsOptions = {
    ...other,
    SNICallback(name, done) {
      asked.push(name);
      done(null, createSecureContext(one));
    },
  };
  const port = await listening(t, tlsServer(options));
  const scene = sceneWith(t, one.cert);
  assert.equal(await serves(scene, port, { serverName: 'one.example' }), undefined);
  assert.match((await serves(scene, port))?.reason ?? '', /^serves /);
  assert.equal(await serves(scene, port, { address: `localhost:${port}` }), undefined);
  assert.deepEqual(asked, ['one.example', 'localhost']);
});

test('a server that wants a certificate of its clients is looked at as well', soon, async (t) => {
  const port = await listening(t, tlsServer({ ...one, requestCert: true, rejectUnauthorized: true, ca: other.cert }));
  assert.equal(await serves(sceneWith(t, one.cert), port), undefined);
});

test('a file without a certificate, or no file, can not be compared, however often it is tried', soon, async (t) => {
  const port = await listening(t, tlsServer(one));
  const failure = await serves(sceneWith(t, one.key), port);
  assert.match(failure?.reason ?? '', /tls\.crt holds no certificate in PEM form$/);
  assert.equal(failure?.isFinal, true);
  assert.match((await serves(hookScene(t), port))?.reason ?? '', /can't be read \(ENOENT\)$/);
});

test('what speaks no TLS, hangs up or hangs is told', soon, async (t) => {
  const scene = sceneWith(t, one.cert);
  const text = await listening(
    t,
    createServer((socket) => void socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')),
  );
  assert.match((await serves(scene, text))?.reason ?? '', /^has no TLS with the agent \(ERR_SSL_/);
  const rude = await listening(
    t,
    createServer((socket) => void socket.destroy()),
  );
  assert.match((await serves(scene, rude))?.reason ?? '', /closed the connection|no TLS/);
  const stop = new AbortController();
  const hanging = await listening(
    t,
    createServer(() => stop.abort()),
  );
  assert.ok(await serves(scene, hanging, {}, stop.signal));
});

/** Answers the first bytes of a client as it likes, then speaks TLS. */
function startTlsServer(own: SelfSigned, speak: (socket: Socket, secure: () => void) => void): Server {
  return createServer((socket) => {
    socket.on('error', () => {});
    speak(socket, () => {
      socket.removeAllListeners('data');
      new TLSSocket(socket, { isServer: true, secureContext: createSecureContext(own) }).on('error', () => {});
    });
  });
}

function postgres(answer: string): Server {
  return startTlsServer(one, (socket, secure) => {
    socket.once('data', (bytes) => {
      assert.deepEqual(bytes, Buffer.from('0000000804d2162f', 'hex'));
      if (answer === 'S') secure();
      socket.write(answer);
    });
  });
}

test('PostgreSQL is asked for TLS in its own way', soon, async (t) => {
  const scene = sceneWith(t, one.cert);
  assert.equal(await serves(scene, await listening(t, postgres('S')), { startTls: 'postgres' }), undefined);
  const off = await serves(scene, await listening(t, postgres('N')), { startTls: 'postgres' });
  assert.equal(off?.reason, 'offers no TLS: PostgreSQL runs with ssl = off');
  const odd = await serves(scene, await listening(t, postgres('HTTP')), { startTls: 'postgres' });
  assert.equal(odd?.reason, 'does not answer as PostgreSQL does');
});

function smtp(offers: string, ready = '220 go ahead\r\n', greeting = '220-mail\r\n220 ready\r\n'): Server {
  return startTlsServer(one, (socket, secure) => {
    socket.write(greeting);
    socket.on('data', (line) => {
      if (String(line).startsWith('EHLO ')) socket.write(offers);
      if (String(line) !== 'STARTTLS\r\n') return;
      if (ready.startsWith('220')) secure();
      socket.write(ready);
    });
  });
}

test('SMTP is asked for TLS in its own way', soon, async (t) => {
  const scene = sceneWith(t, one.cert);
  const reasonOf = async (server: Server) => (await serves(scene, await listening(t, server), { startTls: 'smtp' }))?.reason;
  const offers = '250-mail\r\n250-SIZE 1\r\n250 STARTTLS\r\n';
  assert.equal(await reasonOf(smtp(offers)), undefined);
  assert.equal(await reasonOf(smtp('250 mail\r\n')), 'does not offer STARTTLS');
  assert.equal(await reasonOf(smtp(offers, '454 not now\r\n')), 'refuses STARTTLS');
  assert.equal(await reasonOf(smtp(offers, '220 ok\r\n', '554 no\r\n')), 'does not greet as an SMTP server does');
  assert.equal(await reasonOf(smtp('x'.repeat(100_000))), 'does not offer STARTTLS');
});

test('a port is open when something accepts a connection, a socket as well', soon, async (t) => {
  const scene = hookScene(t);
  const server = createServer((socket) => void socket.on('error', () => {}));
  const port = await listening(t, server);
  const open = (address: string) => tcpOpen({ kind: 'tcp', address }, scene.context, never);
  assert.equal(await open(`127.0.0.1:${port}`), undefined);
  assert.equal(await open(`localhost:${port}`), undefined);
  assert.equal((await open('{feedback}/app.sock'))?.reason, 'does not accept connections (ENOENT)');
  const local = createServer((socket) => void socket.on('error', () => {}));
  await new Promise<void>((resolve) => local.listen(join(scene.dir, 'app.sock'), resolve));
  t.after(() => local.close());
  assert.equal(await open('{feedback}/app.sock'), undefined);
  await new Promise((resolve) => server.close(resolve));
  assert.equal((await open(`127.0.0.1:${port}`))?.reason, 'does not accept connections (ECONNREFUSED)');
});

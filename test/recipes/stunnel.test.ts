import { mkdirSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { freePort } from '../servers/free-port.ts';
import { rotateCertificates } from './certificate-rotation.ts';
import { debianProgram } from './programs.ts';
import { recipe } from './recipe.ts';
import { askOverTls } from './steady-client.ts';

const { env, missing } = debianProgram('stunnel4');

it('stunnel takes a new certificate under load, is rolled back from one that does not fit, and takes the next', {
  skip: missing ?? false,
  timeout: 120_000,
}, async (t) => {
  const behind = createServer((_, response) => response.setHeader('connection', 'close').end('ok'));
  const backend = await freePort();
  await new Promise<void>((resolve) => behind.listen(backend, '127.0.0.1', resolve));
  const here = await recipe('stunnel', {
    env,
    changes: ({ place, port, path }) => ({
      '0.0.0.0:8443': `127.0.0.1:${port}`,
      '127.0.0.1:8443': `127.0.0.1:${port}`,
      '127.0.0.1:8080': `127.0.0.1:${backend}`,
      '/tmp/stunnel': path('stunnel'),
      '/run/keytide': place.root,
    }),
  });
  t.after(async () => {
    await here.close();
    behind.closeAllConnections();
    behind.close();
  });
  mkdirSync(here.path('stunnel'));
  writeFileSync(here.path('stunnel/stunnel.conf'), here.block('ini'));
  // The page says it: while stunnel reloads, a client must try again.
  const retrying = async (tries = 20): Promise<string> => {
    try {
      return await askOverTls(here.port);
    } catch (error) {
      if (tries === 0) throw error;
      await pause(50);
      return retrying(tries - 1);
    }
  };
  await rotateCertificates(here, {
    secret: 'tunnel-tls',
    start: () => here.startApp(() => askOverTls(here.port)),
    request: () => retrying(),
    unfit: 'rolled back',
    reason: /tlsServes/,
  });
});

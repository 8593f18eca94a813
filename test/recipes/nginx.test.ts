import { mkdirSync } from 'node:fs';
import { it } from 'node:test';
import { rotateCertificates } from './certificate-rotation.ts';
import { debianProgram } from './programs.ts';
import { recipe } from './recipe.ts';
import { askOverTls } from './steady-client.ts';

const { env, missing } = debianProgram('nginx-light');

it('nginx takes a new certificate under load, is spared one that does not fit, and takes the next', {
  skip: missing ?? false,
  timeout: 120_000,
}, async (t) => {
  const here = await recipe('nginx', {
    env,
    changes: ({ place, port, path }) => ({
      'listen 8443': `listen 127.0.0.1:${port}`,
      '127.0.0.1:8443': `127.0.0.1:${port}`,
      '/tmp/nginx': path('nginx'),
      '/run/keytide': place.root,
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('nginx'));
  await rotateCertificates(here, {
    secret: 'web-tls',
    start: () => here.startApp(() => askOverTls(here.port)),
    unfit: 'refused by the check',
    reason: /nginx/,
  });
});

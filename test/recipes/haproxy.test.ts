import { mkdirSync, writeFileSync } from 'node:fs';
import { describe, it } from 'node:test';
import { rotateCertificates } from './certificate-rotation.ts';
import { debianProgram } from './programs.ts';
import { type RecipeOptions, recipe } from './recipe.ts';
import { askOverTls } from './steady-client.ts';

const { env, missing } = debianProgram('haproxy');

const changes: RecipeOptions['changes'] = ({ place, port, path }) => ({
  'bind :8443': `bind 127.0.0.1:${port}`,
  '127.0.0.1:8443': `127.0.0.1:${port}`,
  '/tmp/haproxy': path('haproxy'),
  '/scripts': path('scripts'),
  'command: [node,': `command: [${process.execPath},`,
  '/run/keytide': place.root,
});

describe('haproxy', { skip: missing ?? false, timeout: 240_000 }, () => {
  it('takes a new certificate at SIGUSR2 under load, is spared one that does not fit, and takes the next', async (t) => {
    const here = await recipe('haproxy', { env, changes });
    t.after(here.close);
    mkdirSync(here.path('haproxy'));
    await rotateCertificates(here, {
      secret: 'web-tls',
      start: () => here.startApp(() => askOverTls(here.port)),
      unfit: 'refused by the check',
      reason: /haproxy/,
    });
  });

  it('is given a new certificate through its stats socket under load, refuses one that does not fit, and takes the next', async (t) => {
    const here = await recipe('haproxy', { env, changes, manifest: 1 });
    t.after(here.close);
    for (const name of ['haproxy', 'scripts']) mkdirSync(here.path(name));
    writeFileSync(here.path('scripts/set-certificate.js'), here.block('js'));
    writeFileSync(here.path('haproxy.cfg'), here.block('ini'));
    await rotateCertificates(here, {
      secret: 'web-tls',
      start: () => here.startApp(() => askOverTls(here.port), `haproxy -W -f ${here.path('haproxy.cfg')}`),
      unfit: 'not reloaded',
      reason: /set-certificate|node/,
    });
  });
});

import { mkdirSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { freePort } from '../servers/free-port.ts';
import { rotateCertificates } from './certificate-rotation.ts';
import { installed } from './programs.ts';
import { recipe } from './recipe.ts';
import { askOverTls } from './steady-client.ts';

const { env, missing } = installed('java', '-version');

it('a Java app reads its key store again under load, is spared a pair that does not fit, and takes the next', {
  skip: missing ?? false,
  timeout: 240_000,
}, async (t) => {
  const admin = await freePort();
  const here = await recipe('java', {
    env,
    changes: ({ place, port, path }) => ({
      '8443': String(port),
      '8081': String(admin),
      '/app/': path('app/'),
      '/run/keytide': place.root,
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('app'));
  writeFileSync(here.path('app/Shop.java'), here.block('java'));
  await rotateCertificates(here, {
    secret: 'shop-tls',
    more: { password: 'changeit-canary' },
    start: () => here.startApp(() => askOverTls(here.port)),
    unfit: 'refused by the check',
    reason: /tls\.key/,
  });
});

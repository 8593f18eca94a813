import { mkdirSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { rotateCertificates } from '../recipes/certificate-rotation.ts';
import { recipe } from '../recipes/recipe.ts';
import { askOverTls } from '../recipes/steady-client.ts';

it('a Node app takes a new certificate at SIGHUP under load, is spared one that does not fit, and takes the next', async (t) => {
  const here = await recipe('node', {
    changes: ({ place, port, path }) => ({
      'listen(8443': `listen(${port}, '127.0.0.1'`,
      '127.0.0.1:8443': `127.0.0.1:${port}`,
      '/app/': path('app/'),
      '/run/keytide': place.root,
      '\nnode ': `\n${process.execPath} `,
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('app'));
  writeFileSync(here.path('app/server.cjs'), here.block('js'));
  await rotateCertificates(here, {
    secret: 'web-tls',
    start: () => here.startApp(() => askOverTls(here.port)),
    unfit: 'refused by the check',
    reason: /tls\.key/,
  });
});

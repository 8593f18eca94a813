import { mkdirSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { rotateCertificates } from './certificate-rotation.ts';
import { envoy } from './programs.ts';
import { recipe } from './recipe.ts';
import { askOverTls } from './steady-client.ts';

const { env, missing } = envoy();

it('Envoy takes a new certificate under load without a signal, is rolled back from one that does not fit, and takes the next', {
  skip: missing ?? false,
  timeout: 120_000,
}, async (t) => {
  const here = await recipe('envoy', {
    env,
    changes: ({ place, port, path }) => ({
      'address: 0.0.0.0, port_value: 8443': `address: 127.0.0.1, port_value: ${port}`,
      '127.0.0.1:8443': `127.0.0.1:${port}`,
      '/etc/envoy': path('envoy'),
      '/run/keytide': place.root,
      'envoy -c': 'envoy --use-dynamic-base-id --concurrency 2 -c',
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('envoy'));
  writeFileSync(here.path('envoy/envoy.yaml'), here.block('yaml', 1));
  writeFileSync(here.path('envoy/sds.yaml'), here.block('yaml', 2));
  await rotateCertificates(here, {
    secret: 'web-tls',
    start: () => here.startApp(() => askOverTls(here.port)),
    unfit: 'rolled back',
    reason: /tlsServes/,
  });
});

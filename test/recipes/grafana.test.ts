import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { grafanaDouble } from './grafana-double.ts';
import { isRolledBack, recipe } from './recipe.ts';
import { askOverHttp, steadyClient } from './steady-client.ts';

it('a password that Grafana reads only once is set through its API, and what it refuses or what was not set is told', {
  timeout: 120_000,
}, async (t) => {
  const grafana = await grafanaDouble('first-canary', 'operator-canary');
  t.after(grafana.close);
  const here = await recipe('grafana', {
    changes: ({ path }) => ({
      '127.0.0.1:3000': `127.0.0.1:${grafana.port}`,
      '/scripts/': path('scripts/'),
      '[node,': `[${process.execPath},`,
      'timeout: 20s\n    steps': 'timeout: 3s\n    steps',
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('scripts'));
  writeFileSync(here.path('scripts/set-password.mjs'), here.block('js'));
  writeFileSync(here.path('scripts/log-in.mjs'), here.block('mjs'));
  const admin = (password: string) => ({ grafana: { password, operator: 'operator-canary' } });
  await here.startAgent(admin('first-canary'));
  const client = steadyClient(() => askOverHttp(grafana.port, '/api/health'));
  t.after(client.stop);

  await here.takes(admin('second-canary'));
  assert.equal(grafana.password(), 'second-canary');

  const refused = await here.refuses(admin('no'), ({ state }) => state === 'unreloaded');
  assert.equal(refused.error?.code, 'RELOAD_FAILED');
  assert.match(here.log(), /New password too short/);
  assert.equal(grafana.password(), 'second-canary');
  await here.takes(admin('third-canary'));
  assert.equal(grafana.password(), 'third-canary');

  writeFileSync(here.path('scripts/set-password.mjs'), ''); // Ends with 0, and has done nothing.
  const { heldBack } = await here.refuses(admin('fourth-canary'), isRolledBack);
  assert.match(heldBack?.reason ?? '', /exec/);
  assert.equal(here.place.read('grafana/password'), 'third-canary');

  writeFileSync(here.path('scripts/set-password.mjs'), here.block('js'));
  await here.takes(admin('fifth-canary'));
  assert.equal(grafana.password(), 'fifth-canary');
  const { failures, asked } = await client.stop();
  assert.deepEqual(failures, [], `of ${asked} requests`);
  assert.doesNotMatch(here.log(), /-canary/);
});

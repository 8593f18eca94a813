import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { installed } from './programs.ts';
import { isRolledBack, recipe } from './recipe.ts';
import { askOverHttp, steadyClient } from './steady-client.ts';
import { tokenUpstream } from './token-upstream.ts';

const { env, missing } = installed('python3', '--version');

it('a Python app that watches its file takes a new token under load, goes on with it when the next is refused, and takes a good one', {
  skip: missing ?? false,
  timeout: 120_000,
}, async (t) => {
  const upstream = await tokenUpstream();
  t.after(upstream.close);
  const here = await recipe('python', {
    env,
    changes: ({ place, port, path }) => ({
      '8080': String(port),
      '127.0.0.1:9000': `127.0.0.1:${upstream.port}`,
      '/app/': path('app/'),
      '/run/keytide-feedback': path('feedback'),
      '/run/keytide': place.root,
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('app'));
  writeFileSync(here.path('app/orders.py'), here.block('python'));
  const token = (value: string) => ({ orders: { token: value } });
  upstream.tokens.set('one-canary', 'first').set('two-canary', 'second');
  await here.startAgent(token('one-canary'));
  await here.startApp(() => askOverHttp(here.port));
  const client = steadyClient(() => askOverHttp(here.port));
  t.after(client.stop);
  await client.settlesOn('first');

  await here.takes(token('two-canary'));
  await client.settlesOn('second');

  const bad = await here.refuses(token('three-canary'), isRolledBack);
  assert.match(bad.heldBack?.reason ?? '', /ackFile/);
  assert.equal(here.place.read('orders/token'), 'two-canary');
  assert.deepEqual(await client.next(), new Set(['second']));

  upstream.tokens.set('four-canary', 'fourth');
  await here.takes(token('four-canary'));
  await client.settlesOn('fourth');
  const { failures, asked } = await client.stop();
  assert.deepEqual(failures, [], `of ${asked} requests`);
  assert.doesNotMatch(here.log(), /-canary/);
});

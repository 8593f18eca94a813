import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { it } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { isRefusedByCheck, recipe } from './recipe.ts';
import { steadyClient } from './steady-client.ts';
import { tokenUpstream } from './token-upstream.ts';

it('an app that reads only its environment is restarted with a new token under load, and not with one that is refused', {
  timeout: 120_000,
}, async (t) => {
  const upstream = await tokenUpstream();
  t.after(upstream.close);
  const here = await recipe('env-only', {
    isExec: true,
    changes: ({ port, path }) => ({
      'listen(8080)': `listen(${port}, '127.0.0.1')`,
      '127.0.0.1:8080': `127.0.0.1:${port}`,
      '127.0.0.1:9000': `127.0.0.1:${upstream.port}`,
      '/app/': path('app/'),
      '-- node ': `-- ${process.execPath} `,
      '[node,': `[${process.execPath},`,
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('app'));
  writeFileSync(here.path('app/server.cjs'), here.block('js'));
  writeFileSync(here.path('app/try-token.mjs'), here.block('mjs'));
  const token = (value: string) => ({ orders: { token: value } });
  upstream.tokens.set('one-canary', 'first').set('two-canary', 'second');
  await here.startAgent(token('one-canary'));
  const client = steadyClient(() => askAgain(here.port));
  t.after(client.stop);
  await client.settlesOn('first');

  await here.takes(token('two-canary'));
  await client.settlesOn('second');

  const bad = await here.refuses(token('three-canary'), isRefusedByCheck);
  assert.match(bad.error?.message ?? '', /check/);
  assert.match(here.log(), /the service answers 401/);
  assert.equal(here.place.read('orders/ORDERS_TOKEN'), 'two-canary');
  assert.deepEqual(await client.next(), new Set(['second']));

  upstream.tokens.set('four-canary', 'fourth');
  await here.takes(token('four-canary'));
  await client.settlesOn('fourth');
  const { failures, asked } = await client.stop();
  assert.deepEqual(failures, [], `of ${asked} requests`);
  assert.doesNotMatch(here.log(), /-canary/);
});

/**
 * As a client does that tries again when nobody listens, or when its new connection ends before there is any answer: the
 * connections that wait to be accepted when a process stops listening are reset (RFC 9110, 9.2.2). No answer with another status,
 * and none that is cut, is forgiven.
 */
async function askAgain(port: number): Promise<string> {
  for (const endAt = Date.now() + 20_000; ; await pause(20)) {
    const answered = await fetch(`http://127.0.0.1:${port}/`, { headers: { connection: 'close' } }).catch(ifNotTaken);
    if (answered) return answered.ok ? answered.text() : Promise.reject(new Error(`answered ${answered.status}`));
    if (Date.now() > endAt) throw new Error('nobody listens for 20 s');
  }
}

function ifNotTaken(error: unknown): undefined {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  if (/ECONNREFUSED|ECONNRESET|EPIPE|other side closed/.test(String(cause))) return undefined;
  throw cause;
}

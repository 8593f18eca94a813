import assert from 'node:assert/strict';
import { mkdirSync } from 'node:fs';
import { it } from 'node:test';
import { debianProgram } from './programs.ts';
import { isRefusedByCheck, recipe } from './recipe.ts';
import { askOverHttp, steadyClient } from './steady-client.ts';
import { tokenUpstream } from './token-upstream.ts';

const { env, missing } = debianProgram('prometheus');

it('Prometheus scrapes with a new token while it is asked, is spared a wrong configuration, and takes the next', {
  skip: missing ?? false,
  timeout: 120_000,
}, async (t) => {
  const upstream = await tokenUpstream();
  t.after(upstream.close);
  const here = await recipe('prometheus', {
    env,
    changes: ({ place, port, path }) => ({
      '9090': String(port),
      '=/prometheus ': `=${path('prometheus')} `,
      '/run/keytide': place.root,
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('prometheus'));
  const target = `127.0.0.1:${upstream.port}`;
  const scrape = (token: string, at = target) => ({ scrape: { token, target: at } });
  for (const name of ['first', 'second', 'third']) upstream.tokens.set(`${name}-canary`, `scraped_as{token_name="${name}"} 1\n`);
  await here.startAgent(scrape('first-canary'));
  await here.startApp(() => scrapedAs(here.port));
  const client = steadyClient(() => scrapedAs(here.port));
  t.after(client.stop);
  await client.settlesOn('first');

  await here.takes(scrape('second-canary'));
  await client.settlesOn('second');

  const bad = await here.refuses(scrape('third-canary', 'not/a-target'), isRefusedByCheck);
  assert.match(bad.error?.message ?? '', /promtool/);
  assert.equal(here.place.read('prometheus/token'), 'second-canary');
  assert.deepEqual(await client.next(), new Set(['second']));

  await here.takes(scrape('third-canary'));
  await client.settlesOn('third');
  const { failures, asked } = await client.stop();
  assert.deepEqual(failures, [], `of ${asked} requests`);
  assert.doesNotMatch(here.log(), /-canary/);
});

/** The token of the last scrape, as Prometheus answers it. */
async function scrapedAs(port: number): Promise<string> {
  const { data } = JSON.parse(await askOverHttp(port, '/api/v1/query?query=scraped_as'));
  const name: unknown = data.result[0]?.metric.token_name;
  if (typeof name !== 'string') throw new Error('Prometheus has no scrape');
  return name;
}

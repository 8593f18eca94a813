import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { it } from 'node:test';
import { findPostgres, startPostgres } from '../servers/postgres.ts';
import { installed } from './programs.ts';
import { isRefusedByCheck, recipe } from './recipe.ts';
import { askOverHttp, steadyClient } from './steady-client.ts';

const { env, missing } = installed('psql', '--version');
const server = missing ? undefined : findPostgres(process.env['KEYTIDE_SERVERS'] ?? join(homedir(), '.cache/keytide-servers'));

it('a client of PostgreSQL takes a new user and password under load, is spared a wrong one, and takes the next', {
  skip: missing ?? (server ? false : 'no PostgreSQL here'),
  timeout: 120_000,
}, async (t) => {
  assert.ok(server);
  const database = await startPostgres(server);
  t.after(database.close);
  const here = await recipe('postgres-client', {
    env: { ...env, NODE_PATH: join(import.meta.dirname, '../../node_modules') },
    changes: ({ place, port, path }) => ({
      ...{ 'listen(8080': `listen(${port}`, '127.0.0.1:8080': `127.0.0.1:${port}`, '/app/': path('app/') },
      ...{ 'port=5432': `port=${database.port}`, 'port: 5432': `port: ${database.port}` },
      ...{ '/run/keytide': place.root, '\nnode ': `\n${process.execPath} ` },
    }),
  });
  t.after(here.close);
  mkdirSync(here.path('app'));
  writeFileSync(here.path('app/server.cjs'), here.block('js'));
  const login = (username: string, password: string) => ({ 'orders-db': { username, password } });
  await database.ask(`create role orders_a login password 'one-canary'`);
  await database.ask(`create role orders_b login password 'two:\\canary'`);
  await here.startAgent(login('orders_a', 'one-canary'));
  await here.startApp(() => askOverHttp(here.port));
  const client = steadyClient(() => askOverHttp(here.port));
  t.after(client.stop);
  await client.settlesOn('orders_a');

  await here.takes(login('orders_b', 'two:\\canary'));
  await client.settlesOn('orders_b');

  const bad = await here.refuses(login('orders_a', 'wrong-canary'), isRefusedByCheck);
  assert.match(bad.error?.message ?? '', /check/);
  assert.match(here.log(), /password authentication failed/);
  assert.equal(here.place.read('orders-db/username'), 'orders_b');
  assert.deepEqual(await client.next(), new Set(['orders_b']));

  await database.ask(`alter role orders_a password 'three-canary'`);
  await here.takes(login('orders_a', 'three-canary'));
  await client.settlesOn('orders_a');
  const { failures, asked } = await client.stop();
  assert.deepEqual(failures, [], `of ${asked} requests`);
  assert.doesNotMatch(here.log(), /canary/);
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { nasty } from '../template/nasty.ts';
import { failureOf, render } from '../template/rendering.ts';
import { formatFile } from './proof.ts';
import type { Fields } from './row.ts';

const login = { username: 'app', password: 'secret', host: 'db.example', database: 'orders' };

async function text(format: string, entries: Fields, options: Fields = {}): Promise<string> {
  const { value } = await formatFile(format, entries, options);
  return Buffer.from(value.reveal()).toString();
}

test('sha256 is that of node:crypto, whatever the length', () => {
  const texts = fc.oneof(nasty, fc.string({ unit: 'binary', minLength: 40, maxLength: 300 }));
  fc.assert(
    fc.property(
      texts.filter((each) => each.isWellFormed()),
      (each) => assert.equal(render('<%= sha256(it.v) %>', { v: each }), createHash('sha256').update(each).digest('hex')),
    ),
  );
  const long = 'ä'.repeat(100_000);
  assert.equal(render('<%= sha256(it.v) %>', { v: long }), createHash('sha256').update(long).digest('hex'));
  assert.match(failureOf('<%= sha256(it.v.slice(0, 1)) %>', { v: '\u{1f600}' }), /half a character/);
});

test('the name of a section is an option, and one that would break its line is refused', async () => {
  assert.match(await text('pg-service', login, { service: 'my orders' }), /^\[my orders\]\n/);
  assert.match(await text('my-cnf', login, { section: 'mysqldump' }), /^\[mysqldump\]\n/);
  assert.match(await text('odbc-ini', login, { driver: 'x', dsn: 'orders' }), /^\[orders\]\n/);
  for (const name of ['', 'a]', '[a', 'a\nb', ' a', 'a ', '\0']) {
    await assert.rejects(text('pg-service', login, { service: name }), /with\.service: this is not the name of a section/);
    await assert.rejects(text('my-cnf', login, { section: name }), /with\.section: this is not the name of a section/);
    await assert.rejects(text('odbc-ini', login, { driver: 'x', dsn: name }), /with\.dsn: this is not the name of a section/);
  }
});

test('format my-cnf writes a database only when it is told to', async () => {
  assert.doesNotMatch(await text('my-cnf', login), /database/);
  assert.match(await text('my-cnf', login, { database: 'orders' }), /^database="orders"$/m);
});

test('format odbc-ini wants the name of the driver, and knows how the one of PostgreSQL reads', async () => {
  await assert.rejects(text('odbc-ini', login), /it needs with\.driver/);
  assert.equal(
    await text('odbc-ini', { ...login, password: 'a+%\n' }, { driver: 'PostgreSQL Unicode', style: 'psqlodbc' }),
    '[app]\nDriver=PostgreSQL Unicode\nServername=db.example\nDatabase=orders\nUsername=app\nPassword=a%2B%25%0A\n',
  );
  await assert.rejects(text('odbc-ini', login, { driver: 'x', style: 'y' }), /with\.\w+: this is not one of: common, psqlodbc/);
});

test('format redis-acl begins with nothing allowed, and keeps its rules on one line', async () => {
  const hash = createHash('sha256').update('secret').digest('hex');
  const rules = ' ~app:*\n+@read  user eve on nopass\n';
  assert.equal(await text('redis-acl', login, { rules }), `user app reset on #${hash} ~app:* +@read user eve on nopass\n`);
  assert.equal(await text('redis-acl', login), `user app reset on #${hash} ~* &* +@all\n`);
});

test('URLs take lists of hosts where clients do, addresses, and a port of its own', async () => {
  const hosts = (host: string, port?: string) => text('mongodb-uri', { ...login, host, ...(port === undefined ? {} : { port }) });
  assert.match(await hosts('a,b:2,[::1]:3,::1', '1'), /@a:1,b:2,\[::1\]:3,\[::1\]:1\/orders$/m);
  assert.match(await hosts('a,::1'), /@a,\[::1\]\/orders$/m);
  assert.match(await text('mongodb-uri', { ...login, port: '1' }, { scheme: 'mongodb+srv' }), /@db\.example\/orders$/m);
  assert.match(await text('postgres-uri', { ...login, host: '/run/pg' }), /@%2Frun%2Fpg:5432\/orders$/m);
  assert.match(await text('amqp-uri', login), /@db\.example:5672\/%2F$/m);
  assert.match(await text('redis-uri', { host: 'c', password: 'p' }), /^redis:\/\/:p@c:6379\/0$/m);
  for (const format of ['amqp-uri', 'mysql-uri', 'redis-uri']) {
    await assert.rejects(text(format, { ...login, host: 'a,b' }), /can not hold this host/);
  }
  for (const host of ['', 'a/b', 'a b', 'a@b', 'fe80::1%eth0', '[::1', 'a:b', 'a,'])
    await assert.rejects(hosts(host), /this host/);
  for (const port of ['', 'x', '65536', '-1', '1/']) await assert.rejects(hosts('a', port), /can not hold this port/);
});

test('URLs refuse a scheme that nobody knows, and a query that would end early', async () => {
  for (const format of ['mongodb-uri', 'amqp-uri', 'postgres-uri', 'mysql-uri', 'redis-uri']) {
    await assert.rejects(text(format, login, { scheme: 'http' }), /with\.\w+: this is not one of: /);
    await assert.rejects(text(format, login, { query: 'a=b#c' }), /with\.query: a query can not hold/);
    await assert.rejects(text(format, login, { query: 'a=100%' }), /with\.query: a query can not hold/);
  }
  await assert.rejects(
    text('jdbc-url', login, { driver: 'oracle' }),
    /with\.\w+: this is not one of: postgresql, mysql, mariadb/,
  );
  assert.match(await text('jdbc-url', login, { query: 'ssl=a%20b&x' }), /&password=secret&ssl=a%20b&x$/m);
});

test("a URL for MariaDB's JDBC driver has its texts as they are", async () => {
  const url = (more: Fields) => text('jdbc-url', { ...login, ...more }, { driver: 'mariadb' });
  assert.equal(await url({ password: 'a%+?/#é' }), 'jdbc:mariadb://db.example/orders?user=app&password=a%+?/#é\n');
  await assert.rejects(url({ password: 'a&b' }), /key password: .* can not hold &/);
  await assert.rejects(url({ database: 'a?b' }), /can not hold .* \? in the name of a database/);
});

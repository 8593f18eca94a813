import assert from 'node:assert/strict';
import { test } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import { formatFile } from './proof.ts';
import type { Fields } from './row.ts';

async function textOf(format: string, entries: Fields, options: Fields = {}): Promise<string> {
  const { value } = await formatFile(format, entries, options);
  return Buffer.from(value.reveal()).toString();
}

async function failureOf(format: string, entries: Fields, options: Fields = {}): Promise<string> {
  const failure: unknown = await textOf(format, entries, options).catch((error: unknown) => error);
  if (!(failure instanceof AgentError)) assert.fail(`${format} took it`);
  assert.equal(failure.code, 'TEMPLATE_FAILED');
  return failure.message;
}

test('a table of TOML may have parts that want quotes', async () => {
  assert.equal(await textOf('toml', { a: 'x' }), 'a = "x"\n');
  assert.equal(await textOf('toml', { a: 'x' }, { table: 'web.my app' }), '[web."my app"]\na = "x"\n');
});

test('an INI file without a section has none, and one with a section refuses a name that would end it', async () => {
  assert.equal(await textOf('ini', { a: 'x' }), 'a=x\n');
  assert.equal(await textOf('ini', { a: 'x' }, { section: 'server:main' }), '[server:main]\na=x\n');
  for (const section of ['a]', 'a;b', ' a', '"a"', '__proto__']) {
    assert.match(await failureOf('ini', { a: 'x' }, { section }), /with\.section: this is not the name of a section/);
  }
  assert.match(
    await failureOf('ini', { a: 'x' }, { reader: 'php' }),
    /with\.reader: this is not one of: any, RawConfigParser, ConfigParser, npm/,
  );
});

test('files whose readers know no case refuse keys that differ only in it, and name both', async () => {
  assert.match(await failureOf('ini', { DB: 'canary', db: 'canary' }), /keys DB and db: .* differ only in case/);
  const twice = { ConnectionStrings__A: 'canary', connectionstrings__B: 'canary' };
  assert.match(await failureOf('appsettings', twice), /keys ConnectionStrings and connectionstrings: /);
  assert.doesNotMatch(await failureOf('appsettings', twice), /canary/);
});

test('a key that is a value and has others below it is refused, and both are named', async () => {
  const keys = { 'db.pool.size': 'canary', db: 'canary' };
  for (const format of ['spring-yaml', 'rails-yaml']) {
    assert.match(await failureOf(format, keys), /keys db and db\.pool\.size: one place can not hold both/);
  }
  assert.match(await failureOf('appsettings', { Db: 'x', Db__Pool: 'y' }), /keys Db and Db__Pool: one place can not hold both/);
  assert.match(await failureOf('spring-yaml', { '.dockerconfigjson': 'x' }), /key \.dockerconfigjson: .* empty part/);
});

test('keys are parted by what the option says', async () => {
  assert.equal(await textOf('rails-yaml', { a__b: 'x', 'c.d': 'y' }, { separator: '__' }), '"a":\n  "b": "x"\n"c.d": "y"\n');
  assert.deepEqual(JSON.parse(await textOf('appsettings', { 'a.b': 'x' }, { separator: '.' })), { a: { b: 'x' } });
  assert.match(await failureOf('rails-yaml', { a: 'x' }, { separator: '' }), /nested\(\) needs what parts a key/);
});

test('preferences go to the node and the root that the options name', async () => {
  const file = await textOf('preferences-xml', { a: 'x' }, { root: 'system' });
  assert.match(file, /<root type="system">\n {4}<map>\n {6}<entry key="a" value="x"\/>/);
  assert.match(
    await textOf('preferences-xml', { a: 'x' }, { node: '/com/ex&ample/' }),
    /<node name="com">.*<node name="ex&amp;ample">/s,
  );
  assert.match(await failureOf('preferences-xml', { a: 'x' }, { root: 'all' }), /with\.root: this is not one of: user, system/);
  assert.match(await failureOf('preferences-xml', { a: 'x'.repeat(8193) }), /key a: .* 8192 characters/);
  assert.match(await failureOf('preferences-xml', { ['k'.repeat(81)]: 'x' }), /80 characters/);
});

test('HCL without a block has its attributes at the top, and a label is quoted as a value is', async () => {
  assert.equal(await textOf('hcl', { a: 'x' }), 'a = "x"\n');
  const dollar = '$';
  assert.equal(await textOf('hcl', { a: 'x' }, { block: 'b', label: `${dollar}{c}"` }), 'b "\\u0024{c}\\"" {\n  a = "x"\n}\n');
  for (const key of ['tls.crt', '1a', 'true']) assert.match(await failureOf('hcl', { [key]: 'x' }), /this is not a name of HCL/);
  assert.match(await failureOf('hcl', { a: 'x' }, { block: 'a b' }), /with\.block: this is not a name of HCL/);
  assert.match(await failureOf('hcl', { a: 'x' }, { label: 'b' }), /this is not a name of HCL/);
});

test('a file of no entries is one of its format', async () => {
  assert.equal(await textOf('spring-yaml', {}), '{}\n');
  assert.equal(await textOf('rails-yaml', {}, { environment: 'test' }), '"test": {}\n');
  assert.equal(await textOf('appsettings', {}), '{}\n');
  assert.equal(await textOf('toml', {}, { table: 'a' }), '[a]\n');
});

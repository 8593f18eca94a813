/** What formats of tools make with other values and options than their rows have. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFile, prove } from './proof.ts';
import { npmrcWithPassword } from './rows/tools.ts';

prove(npmrcWithPassword, 'npm test');

test('format netrc has no longer words than curl takes', async () => {
  const entries = { host: 'git.example', username: 'app' };
  assert.equal((await textOf('netrc', { ...entries, password: '"'.repeat(1_900) })).length, 3_842);
  await assert.rejects(
    textOf('netrc', { ...entries, password: 'ä'.repeat(951) }),
    /key password: .*can not hold a word of more than 1900 bytes/,
  );
});

test('format npmrc names registries in keys as npm does', async () => {
  const names = {
    'https://Registry.Example': '//registry.example/',
    'https://registry.example:443/npm': '//registry.example/npm/',
    'http://registry.example:443/npm/': '//registry.example:443/npm/',
    'http://registry.example:80/a/b': '//registry.example/a/b/',
  };
  for (const [registry, name] of Object.entries(names)) {
    const text = await textOf('npmrc', { registry, token: 'abc' });
    assert.equal(text, `registry=${registry.split('//')[0]}${name}\n${name}:_authToken=abc\n`);
  }
});

test('format pypirc names the server and its URL', async () => {
  const text = await textOf('pypirc', { repository: 'https://packages.example/upload', password: 'x' }, { server: 'team' });
  assert.match(
    text,
    /^\[distutils\]\nindex-servers = team\n\n\[team\]\nrepository = https:\/\/packages.example\/upload\nusername = __token__\n/,
  );
});

test('format pip-conf has an index beside the usual one', async () => {
  const entries = { 'index-url': 'http://packages.example:8080/simple', username: '', password: ':' };
  const text = await textOf('pip-conf', entries, { key: 'extra-index-url' });
  assert.equal(text, '[global]\nextra-index-url = http://:%3A@packages.example:8080/simple\n');
});

test('format cargo-credentials is for crates.io unless it names a registry', async () => {
  assert.equal(await textOf('cargo-credentials', { token: 'a' }), '[registry]\ntoken = "a"\n');
  await assert.rejects(textOf('cargo-credentials', { token: 'a' }, { registry: 'my.team' }), /with.registry: .*is not the name/);
});

test('format git-credentials is for one repository where it names one', async () => {
  const entries = { host: 'git.example:8080', username: 'app', password: 'x' };
  const text = await textOf('git-credentials', entries, { protocol: 'http', path: 'team/a b.git' });
  assert.equal(text, 'http://app:x@git.example:8080/team/a%20b.git\n');
});

test('format npmrc is for all packages unless it names a scope', async () => {
  const entries = { registry: 'https://registry.example/', token: 'abc' };
  await assert.rejects(textOf('npmrc', entries, { scope: 'team' }), /with.scope: .*is not a scope/);
  assert.match(await textOf('npmrc', entries, { scope: '@team' }), /^@team:registry=https:/);
});

async function textOf(...given: Parameters<typeof formatFile>): Promise<string> {
  return Buffer.from((await formatFile(...given)).value.reveal()).toString();
}

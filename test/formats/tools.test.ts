/** What formats of tools make with other values and options than their rows have. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFile, prove } from './proof.ts';
import { npmrcWithPassword } from './rows/tools.ts';

prove(npmrcWithPassword, 'npm test');

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

async function textOf(...given: Parameters<typeof formatFile>): Promise<string> {
  return Buffer.from((await formatFile(...given)).value.reveal()).toString();
}

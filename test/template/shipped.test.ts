import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { failureOf } from './rendering.ts';

const names = (await readdir('templates')).flatMap((file) => /^(.*)\.eta$/.exec(file)?.[1] ?? []);
const templates = new Map(
  await Promise.all(names.map(async (name) => [name, await readFile(`templates/${name}.eta`, 'utf8')] as const)),
);

test('format dotenv refuses a key that is no name of a variable', () => {
  assert.match(failureOf(templates.get('dotenv') ?? '', { 'tls.crt': 'x' }), /not the name of an environment variable/);
});

test('format envfile names the key of what it can not hold, and never shows the value', () => {
  const refused = [
    ['DB_PASSWORD', "canary'7f3a", /key DB_PASSWORD: .* single quote/],
    ['DB_PASSWORD', 'canary\r\n7f3a', /key DB_PASSWORD: .* carriage return before a line break/],
    ['DB_PASSWORD', 'canary\x007f3a', /key DB_PASSWORD: .* NUL/],
    ['DB_PASSWORD', `canary${'ä'.repeat(33_000)}`, /key DB_PASSWORD: .* 65000 bytes/],
    ['tls.crt', 'canary', /key tls\.crt: this is not the name of an environment variable/],
  ] as const;
  for (const [key, value, words] of refused) {
    const failure = failureOf(templates.get('envfile') ?? '', { A: 'x', [key]: value });
    assert.match(failure, words);
    assert.doesNotMatch(failure, /canary/);
  }
});

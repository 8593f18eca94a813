import assert from 'node:assert/strict';
import { readdir, readFile } from 'node:fs/promises';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import fc from 'fast-check';
import { parse } from 'yaml';
import { nasty } from './nasty.ts';
import { failureOf, render } from './rendering.ts';

const names = (await readdir('templates')).map((file) => file.replace(/\.eta$/, ''));
const templates = new Map(
  await Promise.all(names.map(async (name) => [name, await readFile(`templates/${name}.eta`, 'utf8')] as const)),
);

/** One set of entries for all formats; the expected files are in test/template/expected/. */
const values = {
  DB_USER: 'app',
  DB_PASSWORD: 'p#ss "wörd" = $x\\n',
  GREETING: "it's me",
  PEM: '-----BEGIN X-----\nabc=\n-----END X-----\n',
  EMPTY: '',
  ENABLED: 'no',
};

function shipped(name: string, entries: Readonly<Record<string, string>>): string {
  return render(templates.get(name) ?? '', entries);
}

for (const name of names) {
  test(`format ${name} makes what test/template/expected/${name}.txt holds`, async () => {
    assert.equal(shipped(name, values), await readFile(`test/template/expected/${name}.txt`, 'utf8'));
  });

  test(`templates/${name}.eta says what it needs, who reads it, what it refuses, and shows an example`, () => {
    assert.match(templates.get(name) ?? '', /^<%\/\*\n.*\nNeeds .*\nRead by .*\nRefuses .*\nExample .*\*\/-%>\n/s);
  });

  test(`docs/templates.md has format ${name}`, async () => {
    assert.match(await readFile('docs/templates.md', 'utf8'), new RegExp(`^\\| \`${name}\` \\|`, 'm'));
  });
}

const keys = fc.stringMatching(/^[A-Za-z_][A-Za-z0-9_]{0,8}$/);
const anyKeys = fc.stringMatching(/^[-._a-zA-Z0-9]{1,9}$/);

test('format json is read back by JSON.parse', () => {
  fc.assert(
    fc.property(fc.dictionary(anyKeys, nasty), (entries) =>
      assert.deepEqual(JSON.parse(shipped('json', entries)), { ...entries }),
    ),
  );
});

test('format yaml is read back by the yaml package', () => {
  fc.assert(
    fc.property(fc.dictionary(anyKeys, nasty), (entries) => assert.deepEqual(parse(shipped('yaml', entries)), { ...entries })),
  );
});

test('format dotenv is read back by Node', () => {
  const value = nasty.filter((text) => !/[\0\r'`]/.test(text));
  fc.assert(
    fc.property(fc.dictionary(keys, value), (entries) =>
      assert.deepEqual({ ...parseEnv(shipped('dotenv', entries)) }, { ...entries }),
    ),
  );
});

test('the order of entries makes no difference', () => {
  const turned = Object.fromEntries(Object.entries(values).toReversed());
  for (const name of names) assert.equal(shipped(name, turned), shipped(name, values));
});

test('format dotenv refuses a key that is no name of a variable', () => {
  assert.match(failureOf(templates.get('dotenv') ?? '', { 'tls.crt': 'x' }), /not the name of an environment variable/);
});

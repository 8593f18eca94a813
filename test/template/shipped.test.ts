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

/** Without what the format can't hold. */
function valuesFor(name: string): Readonly<Record<string, string>> {
  const { GREETING: _, ...rest } = values;
  return name === 'envfile' ? rest : values;
}

function shipped(name: string, entries: Readonly<Record<string, string>>): string {
  return render(templates.get(name) ?? '', entries);
}

for (const name of names) {
  test(`format ${name} makes what test/template/expected/${name}.txt holds`, async () => {
    assert.equal(shipped(name, valuesFor(name)), await readFile(`test/template/expected/${name}.txt`, 'utf8'));
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
  for (const name of names) {
    const turned = Object.fromEntries(Object.entries(valuesFor(name)).toReversed());
    assert.equal(shipped(name, turned), shipped(name, valuesFor(name)));
  }
});

test('format dotenv refuses a key that is no name of a variable', () => {
  assert.match(failureOf(templates.get('dotenv') ?? '', { 'tls.crt': 'x' }), /not the name of an environment variable/);
});

/** What the kubelet makes of the whole file (pkg/kubelet/util/env: lines as Go's bufio.Scanner cuts them, values in single quotes). */
function readEnvFile(text: string): Readonly<Record<string, string>> {
  const lines = text
    .replace(/\n$/, '')
    .split('\n')
    .map((line) => line.replace(/\r$/, ''));
  const variables: Record<string, string> = {};
  while (lines.length > 0) {
    const [, name = '', begin = ''] =
      /^[ \t]*([^=\s]+)='(.*)$/s.exec(lines.shift() ?? '') ?? assert.fail('a line is no variable');
    let value = begin;
    while (!value.includes("'")) value += `\n${lines.shift() ?? assert.fail('a quote is not closed')}`;
    assert.match(value, /^[^']*'$/);
    variables[name] = value.slice(0, -1);
  }
  return variables;
}

test('format envfile is read back by the rules of the kubelet', () => {
  const value = nasty.filter((text) => !/[\0']|\r\n/.test(text));
  fc.assert(
    fc.property(fc.dictionary(keys, value, { minKeys: 1 }), (entries) =>
      assert.deepEqual(readEnvFile(shipped('envfile', entries)), { ...entries }),
    ),
  );
});

test('format envfile names the key of what it can not hold, and never shows the value', () => {
  const refused = [
    ['DB_PASSWORD', "canary'7f3a", /key DB_PASSWORD: .* single quote/],
    ['DB_PASSWORD', 'canary\r\n7f3a', /key DB_PASSWORD: .* carriage return before a line break/],
    ['DB_PASSWORD', 'canary\x007f3a', /key DB_PASSWORD: .* NUL/],
    ['DB_PASSWORD', `canary${'ä'.repeat(33_000)}`, /key DB_PASSWORD: .* 65000 bytes/],
    ['tls.crt', 'canary', /key tls\.crt is not the name of an environment variable/],
  ] as const;
  for (const [key, value, words] of refused) {
    const failure = failureOf(templates.get('envfile') ?? '', { A: 'x', [key]: value });
    assert.match(failure, words);
    assert.doesNotMatch(failure, /canary/);
  }
  assert.match(failureOf("<%= envFile(it.a, 'a') %>", { a: 'canary' }), /envFile takes `it` and a key of it/);
});

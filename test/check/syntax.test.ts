import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEnv } from 'node:util';
import { parse as parseDotenv } from 'dotenv';
import fc from 'fast-check';
import { stringify as tomlText } from 'smol-toml';
import { stringify as yamlText } from 'yaml';
import { readDotenv } from '../../agent/check/dotenv.ts';
import type { FileSyntax } from '../../agent/core/hooks.ts';
import { dotenv } from '../../agent/template/quoting/dotenv.ts';
import { properties, propertiesKey } from '../../agent/template/quoting/properties.ts';
import { nasty } from '../template/nasty.ts';
import { syntaxVerdict, verdict } from './files.ts';

/** Text -> what is said of it. Undefined: nothing. */
const cases: Readonly<Record<FileSyntax, readonly (readonly [string, string | undefined])[]>> = {
  json: [
    ['{"a": [1, 2.5e3, null, "x"]}\n', undefined],
    ['', 'f is not valid as JSON: line 1, column 1: the text ends in the middle of a value'],
    ['{"a": 1,\n  "b": }', 'f is not valid as JSON: line 2, column 8: invalid character looking for beginning of value'],
    ['{"a": "x\n"}', 'f is not valid as JSON: line 1, column 9: invalid character in string literal'],
    ['{} {}', 'f is not valid as JSON: line 1, column 4: invalid character after top-level value'],
    ['\ufeff{}', 'f is not valid as JSON: line 1, column 1: invalid character looking for beginning of value'],
    ['['.repeat(20_000), 'f is not valid as JSON: line 1, column 10001: it nests too deeply'],
  ],
  yaml: [
    ['', undefined],
    ['# nothing\n', undefined],
    ['a: 1\nb: [x, y]\n---\na: 2\n', undefined],
    ['a: &x 1\nb: *x\n<<: {c: 1}\nd: !mine {e: 1}\n', undefined],
    ['a: 1\nb:\n  c: 1\n  c: 2\n', 'f is not valid as YAML: line 4, column 3: a key for the second time in one mapping'],
    ['a: 1\n---\nb: 1\n"b": 2\n', 'f is not valid as YAML: line 4, column 1: a key for the second time in one mapping'],
    ['a: [1, 2\nb: 3\n', 'f is not valid as YAML: line 2, column 1: an indentation that fits nothing above'],
    ['a: "x\n', 'f is not valid as YAML: line 2, column 1: a missing quote, bracket, comma, colon or space'],
    [
      'a: b: c\n',
      'f is not valid as YAML: line 1, column 4: a mapping or list on the line of another key; a text that holds ": " needs quotes',
    ],
    ['a: *nowhere\n', 'f is not valid as YAML: line 1, column 4: an alias whose anchor is not above it'],
    ['a:\n\t- b\n', 'f is not valid as YAML: line 2, column 1: a tab in the indentation; YAML wants spaces'],
  ],
  toml: [
    ['', undefined],
    ['a = 1\nbig = 9223372036854775807\n[t]\nb = ["x", 1979-05-27]\n', undefined],
    ['a = 1\na = 2\n', 'f is not valid as TOML: line 2, column 1: a key or table for the second time'],
    ['a = "x\n', 'f is not valid as TOML: line 1, column 7: a control character in a string'],
    ['a = x\n', 'f is not valid as TOML: line 1, column 5: a value that is none; a text needs quotes'],
    ['a = 1 b = 2\n', 'f is not valid as TOML: line 1, column 7: something behind a value on its line'],
  ],
  dotenv: [
    ['', undefined],
    ["# comment\n\nA=1\nB='it is $x # \\n'\nC=\"it's\"\nD=\n_e=http://x/?a=b\n# more", undefined],
    ["A='over\ntwo lines'\nB=1", undefined],
    ['A = 1\n', 'f is not valid as dotenv: line 1, column 1: a line that is no NAME=value, with a name of letters, digits and _'],
    [
      'A=1\nexport B=2\n',
      'f is not valid as dotenv: line 2, column 1: a line that is no NAME=value, with a name of letters, digits and _',
    ],
    ["A=`it's \\n`\nB=\"it's `$5`\"\nC=a\\\nD='a b\\' #'.\nE=a'b`c\"d", undefined],
    ['A=`x`', 'f is not valid as dotenv: line 1, column 3: backticks, where single quotes are what all readers know'],
    ["A='x", 'f is not valid as dotenv: line 1, column 3: a quote that is never closed'],
    ["A='x' y", 'f is not valid as dotenv: line 1, column 6: something behind the closing quote'],
    ["A='x\\'\n", 'f is not valid as dotenv: line 1, column 5: a backslash before the closing quote'],
    ['A="$x"', 'f is not valid as dotenv: line 1, column 4: a backslash or $ in double quotes, which readers expand'],
    ['A="it\'s `\\n`"', 'f is not valid as dotenv: line 1, column 10: a backslash or $ in double quotes, which readers expand'],
    ["A='x\\' # b'\n", 'f is not valid as dotenv: line 1, column 5: a backslash before the closing quote'],
    ['A=x#y', 'f is not valid as dotenv: line 1, column 4: one of # $ \\ " \' ` in a value without quotes'],
    ['A=x \n', 'f is not valid as dotenv: line 1, column 4: a space at the beginning or end of a value without quotes'],
    ['A=1\nA=2\n', 'f is not valid as dotenv: line 2, column 1: a name for the second time'],
    ['A=1\r\n', 'f is not valid as dotenv: line 1, column 4: a carriage return'],
  ],
  properties: [
    ['', undefined],
    ['a=1\nb : \\u00e4\\\n   \\u00\\\n   41\n# \\u\n! \\uzz\nc\\\\u=x\nnothing', undefined],
    ['a=\\u12g4', 'f is not valid as properties: line 1, column 3: \\u without four hexadecimal digits behind it'],
    ['a=x\\\n# \\u1', 'f is not valid as properties: line 2, column 3: \\u without four hexadecimal digits behind it'],
    ['a=1\r\nb\\u=2', 'f is not valid as properties: line 2, column 2: \\u without four hexadecimal digits behind it'],
    ['a\\\\\\u=2', 'f is not valid as properties: line 1, column 4: \\u without four hexadecimal digits behind it'],
  ],
  pem: [],
};

for (const [syntax, texts] of Object.entries(cases) as [FileSyntax, (typeof cases)[FileSyntax]][]) {
  for (const [text, said] of texts) {
    test(`${syntax}: ${JSON.stringify(text.slice(0, 60))} is ${said ? 'refused with its place' : 'fine'}`, async () => {
      assert.equal(await syntaxVerdict(syntax, text), said);
    });
  }
}

test('JSON is valid when JSON.parse takes it', async () => {
  const almost = fc
    .tuple(fc.json(), fc.nat(), fc.constantFrom('', '"', '{', ']', ',', '\\', '\n', '0', '-'))
    .map(([text, at, more]) => {
      const place = at % (text.length + 1);
      return more === '' ? text : text.slice(0, place) + more + text.slice(place);
    });
  await fc.assert(
    fc.asyncProperty(almost, async (text) => {
      assert.equal((await syntaxVerdict('json', text)) === undefined, parses(text));
    }),
    { numRuns: 500 },
  );
});

function parses(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

test('what the usual writers of YAML and TOML write is valid', async () => {
  const key = fc.string({ minLength: 1 }).filter((text) => text !== '__proto__');
  const leaf = fc.oneof(fc.string(), fc.integer(), fc.boolean());
  await fc.assert(
    fc.asyncProperty(fc.dictionary(key, fc.oneof(leaf, fc.array(leaf), fc.dictionary(key, leaf))), async (data) => {
      const plain = { ...data };
      assert.equal(await syntaxVerdict('yaml', yamlText(plain)), undefined);
      assert.equal(await syntaxVerdict('toml', tomlText(plain)), undefined);
    }),
    { numRuns: 200 },
  );
});

function isHeld(value: string): boolean {
  const refused = new Error();
  const refuse = (): never => {
    throw refused;
  };
  try {
    dotenv(value, refuse);
    return true;
  } catch (error) {
    if (error === refused) return false;
    throw error;
  }
}

test('what our own formats write is valid, and a value that only some readers take is not', async () => {
  const refuse = (reason: string): never => {
    throw new Error(reason);
  };
  await fc.assert(
    fc.asyncProperty(
      fc.string({ unit: 'binary' }).map((text) => text.replace(/[\r\0]/g, '')),
      async (value) => {
        const line = `${propertiesKey(value)}=${properties(value)}\n`;
        assert.equal(await syntaxVerdict('properties', line), undefined);
      },
    ),
    { numRuns: 300 },
  );
  const held = fc.array(nasty.filter(isHeld), { maxLength: 4 });
  await fc.assert(
    fc.asyncProperty(held, async (values) => {
      const file = values.map((value, at) => `A${at}=${dotenv(value, refuse)}\n`).join('');
      assert.equal(await syntaxVerdict('dotenv', file), undefined);
    }),
    { numRuns: 2_000 },
  );
});

test("what is valid as dotenv, Node and npm's dotenv read as we do", async () => {
  const piece = fc.constantFrom(
    "' #'.",
    'A',
    'B',
    '=',
    '=',
    "'",
    '"',
    '`',
    '#',
    ' ',
    '\n',
    '\n',
    '\\',
    '$',
    'x',
    'é',
    '\t',
    'export ',
  );
  let valid = 0;
  await fc.assert(
    fc.property(fc.array(piece, { maxLength: 14 }), (pieces) => {
      const text = pieces.join('');
      const reading = readDotenv(text);
      if ('fault' in reading) return;
      valid += 1;
      assert.deepEqual({ ...parseEnv(text) }, Object.fromEntries(reading.values));
      assert.deepEqual({ ...parseDotenv(text) }, Object.fromEntries(reading.values));
    }),
    { numRuns: 20_000 },
  );
  assert.ok(valid > 100, `${valid}`);
});

const secret = 'hunter2pass';
const holding: Readonly<Record<FileSyntax, string>> = {
  json: `{"a": "${secret}", "b": [${JSON.stringify(secret)}]}`,
  yaml: `a: ${secret}\nb: ["${secret}", *${secret}]\n&${secret} c: !!int ${secret}\n${secret}: 1\n${secret}: 2\n`,
  toml: `a = "${secret}"\n${secret} = 1\n[${secret}]\nb = 1979-13-27\nc = 0b12\nd = ${secret}\n`,
  dotenv: `A='${secret}'\nB=${secret}\n${secret} C="${secret}$"\n`,
  properties: `a=${secret}\nb=\\u${secret}\n`,
  pem: `-----BEGIN ${secret}-----\n${secret}\n-----END CERTIFICATE-----\n${secret}`,
};

test('whatever is wrong with a file, nothing of it is said', async () => {
  const mutation = fc.record({
    at: fc.nat(),
    cut: fc.nat({ max: 3 }),
    more: fc.constantFrom('', '"', "'", '\n', '\t', '{', '*', '=', '-----'),
  });
  const syntaxes = Object.keys(holding) as FileSyntax[];
  let refused = 0;
  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...syntaxes), fc.array(mutation, { maxLength: 3 }), async (syntax, mutations) => {
      const text = mutations.reduce((whole, { at, cut, more }) => {
        const place = at % (whole.length + 1);
        return whole.slice(0, place) + more + whole.slice(place + cut);
      }, holding[syntax]);
      const said = await syntaxVerdict(syntax, text);
      if (said === undefined) return;
      refused += 1;
      assert.doesNotMatch(said, /hunter|nter2|r2pass/);
    }),
    { numRuns: 2_000 },
  );
  assert.ok(refused > 500, `${refused}`);
});

test('a file that is no text, is too large, or is not there is said to be so, all of them at once', async () => {
  const said = await verdict({ a: new Uint8Array([0xff, 0xfe]), b: new Uint8Array(1024 * 1024 + 1) }, [
    { kind: 'syntax', file: 'a', syntax: 'json' },
    { kind: 'syntax', file: 'b', syntax: 'yaml' },
    { kind: 'syntax', file: 'c', syntax: 'pem' },
    { kind: 'syntax', file: 'a', syntax: 'properties' },
  ]);
  assert.equal(
    said,
    'a is not valid as JSON: it is not UTF-8 text; b is not valid as YAML: it has 1048577 bytes, and 1048576 are the most that is looked at; ' +
      'there is no file c in this generation, which is to be validated as PEM',
  );
});

test('many keys and deep brackets are not a way to hold the agent up', { timeout: 30_000 }, async () => {
  const keys = Array.from({ length: 60_000 }, (_, i) => `k${i}: 1\n`).join('');
  assert.equal(await syntaxVerdict('yaml', keys), undefined);
  assert.match((await syntaxVerdict('yaml', '['.repeat(100_000))) ?? '', /^f is not valid as YAML: /);
  assert.match((await syntaxVerdict('toml', `a = ${'['.repeat(100_000)}`)) ?? '', /^f is not valid as TOML: /);
});

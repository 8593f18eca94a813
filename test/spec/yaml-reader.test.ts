import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import type { SpecNode } from '../../agent/core/shape.ts';
import { readYaml } from '../../agent/spec/yaml-reader.ts';

/** What a node says, without places; numbers and booleans marked, so that they differ from text. */
function plain(node: SpecNode): unknown {
  switch (node.kind) {
    case 'map':
      return Object.fromEntries([...node.entries].map(([key, entry]) => [key, plain(entry.node)]));
    case 'list':
      return node.items.map(plain);
    case 'null':
      return null;
    case 'string':
      return node.value;
    default:
      return { [node.kind]: node.value };
  }
}

function read(text: string): { readonly roots: readonly unknown[]; readonly problems: readonly string[] } {
  const { roots, problems } = readYaml('f', text);
  return {
    roots: roots.map(plain),
    problems: problems.map(({ place, path, message }) => `${place?.line}:${place?.column} ${path}: ${message}`),
  };
}

function refuses(text: string, problem: RegExp): void {
  const { roots, problems } = read(text);
  assert.equal(problems.length, 1, problems.join('\n') || JSON.stringify(roots));
  assert.match(problems[0] ?? '', problem);
}

test('plain scalars are what kubectl takes them for', () => {
  const scalars: ReadonlyArray<readonly [string, unknown]> = [
    ...['y', 'Y', 'yes', 'Yes', 'YES', 'true', 'True', 'TRUE', 'on', 'On', 'ON'].map(
      (text) => [text, { boolean: true }] as const,
    ),
    ...['n', 'N', 'no', 'No', 'NO', 'false', 'False', 'FALSE', 'off', 'Off', 'OFF'].map(
      (text) => [text, { boolean: false }] as const,
    ),
    ...['', '~', 'null', 'Null', 'NULL'].map((text) => [text, null] as const),
    ...[
      'yEs',
      'nUll',
      'tRUE',
      '12:30',
      '2024-05-01',
      '2024-05-01T10:00:00Z',
      '0b12',
      '_1',
      '1e999',
      '-',
      '+',
      '.',
      '0o9',
      '0xZ',
      '1.2.3',
    ].map((text) => [text, text] as const),
    ['010', { number: 8 }],
    ['-010', { number: -8 }],
    ['08', { number: 8 }],
    ['0o17', { number: 15 }],
    ['0x1F', { number: 31 }],
    ['0b101', { number: 5 }],
    ['1__0', { number: 10 }],
    ['1_000.5', { number: 1000.5 }],
    ['+5', { number: 5 }],
    ['.5', { number: 0.5 }],
    ['5.', { number: 5 }],
    ['1e3', { number: 1000 }],
    ['-.inf', { number: Number.NEGATIVE_INFINITY }],
    ['.NaN', { number: Number.NaN }],
  ];
  for (const [text, expected] of scalars.filter(([text]) => text !== '-'))
    assert.deepEqual(read(`k: ${text}`).roots, [{ k: expected }], text);
});

test('quoted scalars, block scalars and !!str are text', () => {
  const text = 'a: "yes"\nb: \'010\'\nc: |\n  12\nd: >-\n  true\ne: !!str 5\nf: ! 6\n';
  assert.deepEqual(read(text).roots, [{ a: 'yes', b: '010', c: '12\n', d: 'true', e: '5', f: '6' }]);
});

test('keys are text as Kubernetes makes them of YAML: 8080 is "8080", on is "true"', () => {
  assert.deepEqual(read('8080: a\non: b\n010: c\n').roots, [{ '8080': 'a', true: 'b', '8': 'c' }]);
});

test('JSON is read, with tabs, escapes and all', () => {
  assert.deepEqual(read('{\n\t"a": "x\\/y\\u00e9\\ud83d\\ude00",\n\t"b": [1, true, null, {}]\n}\n').roots, [
    { a: 'x/y\u00e9\u{1f600}', b: [{ number: 1 }, { boolean: true }, null, {}] },
  ]);
});

test('several documents, empty ones among them, comments and CRLF', () => {
  const text = '# first\r\n---\r\na: b\r\n---\r\n---\r\n# nothing\r\n---\r\nc: |\r\n  x\r\n  y\r\n...\r\n';
  assert.deepEqual(read(text), { roots: [{ a: 'b' }, { c: 'x\ny\n' }], problems: [] });
});

test('places count lines and columns from 1', () => {
  const { roots } = readYaml('f.yaml', 'a:\n  - b: "x"\n');
  const [root] = roots;
  assert.equal(root?.kind, 'map');
  const list = root?.kind === 'map' ? root.entries.get('a')?.node : undefined;
  const item = list?.kind === 'list' ? list.items[0] : undefined;
  const entry = item?.kind === 'map' ? item.entries.get('b') : undefined;
  assert.deepEqual(entry?.keyPlace, { file: 'f.yaml', line: 2, column: 5 });
  assert.deepEqual(entry?.node.place, { file: 'f.yaml', line: 2, column: 8 });
});

test('anchors, aliases and merge keys: own members go first, then earlier sources', () => {
  const text = 'x: &x { a: 1, b: 1 }\nv: &v { b: 2, c: 2 }\nz:\n  <<: [*x, *v]\n  a: 3\nw: *v\n';
  const [one, two, three] = [1, 2, 3].map((number) => ({ number }));
  assert.deepEqual(read(text).roots, [
    { x: { a: one, b: one }, v: { b: two, c: two }, z: { a: three, b: one, c: two }, w: { b: two, c: two } },
  ]);
});

test('a key that stands twice is an error with the place of both', () => {
  refuses('a: 1\nb: 2\na: 3\n', /^3:1 a: the key stands twice in this map; the first is at line 1, column 1$/);
  refuses('{"a": 1,\n "a": 2}', /^2:2 a: the key stands twice .* line 1, column 2$/);
  refuses('true: 1\nyes: 2\n', /^2:1 true: the key stands twice/);
});

test('an unrendered chart is told to be rendered first, wherever its braces stand', () => {
  const rendered = /^\d+:\d+ YAML: .*rendered first \(helm template/;
  refuses('name: {{ .Values.name }}\n', /^1:7 /);
  refuses('name: {{ .Values.name }}\n', rendered);
  refuses('{{- if .Values.on }}\na: b\n{{- end }}\n', rendered);
  refuses('a:\n  {{- toYaml .Values.a | nindent 2 }}\n', rendered);
  refuses('- {{ .x }}\n', rendered);
  assert.deepEqual(read('a: "{{ .x }}"\nb: |\n  {{ .y }}\nc: x{{ .z }}\n').problems, []);
});

test('what YAML forbids is an error with its place', () => {
  refuses('a:\n\t- b\n', /^2:1 YAML: a tab stands in the indentation/);
  refuses('a: b: c\n', /^1:\d+ YAML: a mapping or list begins here/);
  refuses('a: "x\n', /^\d+:\d+ YAML: missing closing "quote/);
  refuses('a: [1, 2\n', /^\d+:\d+ YAML: /);
  refuses('a: "\\q"\n', /^1:5 YAML: unknown escape/);
  refuses('a: @x\n', /^1:4 YAML: plain value cannot start with/);
  refuses('a: *b\n', /^1:4 YAML: no anchor "&b" stands above/);
  refuses('a: &a [*a]\n', /^1:8 YAML: an alias stands inside its own anchor/);
  refuses('a: !secret x\n', /^1:\d+ YAML: unknown tag/);
  refuses('a: !!set { x }\n', /^1:\d+ YAML: unknown tag/);
  refuses('? [a]\n: b\n', /^1:3 YAML: a list or map can't be a key/);
  refuses(': x\n', /^1:1 YAML: a key is missing/);
  refuses('a: b\u0000\n', /^1:5 YAML: a control character/);
  refuses('a: b\u0002\n', /^1:5 YAML: a control character/);
});

test('no error shows a piece of the file: it may be a secret', () => {
  const texts = [
    'pw: "s3cr3t\\q"',
    'pw: |s3cr3t\n  x',
    's3cr3t: a: b',
    '- s3cr3t\ns3cr3t',
    '{"pw": "s3cr3t"} s3cr3t',
    '} s3cr3t',
  ];
  for (const text of texts) {
    const { problems } = read(text);
    assert.notEqual(problems.length, 0, text);
    assert.doesNotMatch(problems.join('\n'), /s3cr3t/, text);
  }
});

test('deep nesting is an error, in every way to write it', () => {
  const deep = 100_000;
  for (const text of ['['.repeat(deep), '{"a":'.repeat(deep), '- '.repeat(deep), '? '.repeat(deep), '[a, '.repeat(deep)])
    refuses(text, /YAML: (nested more than 100 levels deep|a template stands)/);
  const lines = Array.from({ length: 300 }, (_, depth) => `${' '.repeat(depth)}a:\n`).join('');
  refuses(lines, /nested more than 100 levels deep/);
  assert.deepEqual(read(`${'['.repeat(60)}${']'.repeat(60)}`).problems, []);
});

test('aliases that blow up are an error, and so is nesting by aliases', () => {
  const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x, x, x]'];
  for (let level = 1; level < 12; level += 1)
    bomb.push(
      `a${level}: &a${level} [${Array(10)
        .fill(`*a${level - 1}`)
        .join(', ')}]`,
    );
  refuses(bomb.join('\n'), /YAML: too much: with its aliases followed/);
  const tower = ['a0: &a0 [x]'];
  for (let level = 1; level < 200; level += 1) tower.push(`a${level}: &a${level} [*a${level - 1}]`);
  refuses(tower.join('\n'), /YAML: nested more than 100 levels deep/);
});

test('a huge number of values is an error before it costs much', () => {
  refuses('a: [\n'.concat(' x,\n'.repeat(300_000)), /YAML: the file is too large: split it/);
});

test('no text makes the reader throw or hang', () => {
  const piece = fc.constantFrom(
    ...'{}[]:,-?&*!|>%@`"\'#\n \t\rab0~.<='.split(''),
    '- ',
    ': ',
    '---\n',
    '...\n',
    '&a ',
    '*a',
    '<<: ',
    '!!str ',
    '{{',
  );
  const text = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.array(piece, { maxLength: 60 }).map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (given) => {
      const { roots, problems } = readYaml('f', given);
      for (const { place } of problems) assert.ok((place?.line ?? 0) >= 1 && (place?.column ?? 0) >= 1);
      assert.ok(problems.length > 0 || roots.every((root) => plain(root) !== undefined));
    }),
    { numRuns: 500 },
  );
});

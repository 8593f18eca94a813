import { goString } from '../../agent/template/gotemplate/value.ts';
import type { Chance } from './chance.ts';
import { memberName, plainText } from './texts.ts';

const samples = [
  'a: 1\nb: [x, "y", 2.5]\nc: {d: ~}\n',
  'key: value',
  '- a\n- b',
  'a: |\n  line1\n  line2\nb: >\n  folded\n  text\n\n  more\n',
  'x: &anchor {k: v}\ny: *anchor\n',
  'base: &b {a: 1, c: 2}\nd:\n  <<: *b\n  a: 3\n',
  'd:\n  <<: [{a: 1}, {a: 2, b: 3}]\n',
  'a: yes\nb: No\nc: on\nd: y\ne: ~\nf: 012\ng: 0x1f\nh: 1_000\ni: 12:30\nj: .inf\n',
  'a: yes\nb: 1e3\nc: 1.5\nd: 08\ne: 0b11\nf: 2024-02-29\ng: "12"\n',
  'a: !!str 1\nb: !!int "3"\nc: !!binary aGVsbG8=\nd: !!float 1\n',
  '---\na: 1\n---\nb: 2\n',
  '{a: 1, a: 2}',
  'a: 1\na: 2\n',
  '1: one\ntrue: yes\n2.5: x\n',
  '? complex key\n: value\n',
  "a: \"esc \\n \\x41 \\u00e9 \\t\"\nb: 'single ''quoted'''\n",
  '# only a comment',
  '',
  '~',
  'text',
  'a:\n- 1\n- - 2\n  - 3\n- k: v\n  l: w\n',
  'a: b: c',
  'a: [1, 2',
  'a: {b: 1',
  '\ta: 1',
  'a:\n\tb: 1',
  'a: "unclosed',
  "a: 'unclosed",
  '@at',
  'a: *nope',
  '%YAML 1.1\n---\na: 1\n',
  'a: 1\n b: 2\n',
  '- a\nb: 1\n',
  'a: !!int x\n',
  '~: 1\n',
  'null: 1\n',
  '? [a, b]\n: 1\n',
  'a: |2-\n    two\n   one\n\n',
  'a: |+\n  keep\n\n\nb: >-\n  strip\n\n',
  'a: plain\n  continued\n  lines\nb: "double\n  folded"\n',
  'a: x #comment\nb: x#not\nc: "#no"\n',
  'a: .nan\n',
  'a: 99999999999999999999\nb: -9223372036854775808\nc: 18446744073709551615\n',
  '{"json": [1, true, null, "x"]}',
  'a: \u0001',
  'a: \xff',
  'a: |\n',
  'a: >\n  x\n    indented\n  y\n',
  '- - - a\n',
  '-\n- ~\n-  x\n',
  'a:\n  - b\n -c\n',
  '...\n',
  '!!map {a: 1}',
  'a: !custom x\n',
  '&x a: *x\n',
  'a : 1\nb:2\n',
  '"q": 1\n\'s\': 2\n',
  '[a, b]: c\n',
  goString('ü: é\n日本: 語\nemoji: 😀\n'),
  'a: 2001-12-14t21:59:43.10-05:00\nb: 1:2:3\nc: 190:20:30.15\n',
  'a: -\nb: - x\n',
  'a: ?x\nb: :x\nc: -x\n',
  '<<: {a: 1}\nb: 2\n',
  'a: "\\',
  'a: "\\q"',
  'a: `x`',
];

export function yamlText(chance: Chance): string {
  const text = chance.happens(0.5) ? chance.pick(samples) : mapping(chance, 3, '');
  return chance.happens(0.04) ? cut(chance, text) : text;
}

function cut(chance: Chance, text: string): string {
  const at = chance.below(text.length + 1);
  return (
    text.slice(0, at) +
    chance.pick(['', ':', '\n', '- ', '"', ' ', '}', '[', '#', '\t', '|', '&', '*']) +
    text.slice(at + chance.below(2))
  );
}

function mapping(chance: Chance, depth: number, indent: string): string {
  return chance
    .times(1, 4, () => {
      const key = scalar(chance, memberName(chance));
      return `${indent}${key}:${valueAfter(chance, depth, indent)}`;
    })
    .join('');
}

function valueAfter(chance: Chance, depth: number, indent: string): string {
  const deeper = `${indent}  `;
  return chance.weighted<() => string>([
    [6, () => ` ${scalar(chance, plainText(chance))}\n`],
    [2, () => ` ${plainScalar(chance)}\n`],
    [depth > 0 ? 2 : 0, () => `\n${mapping(chance, depth - 1, deeper)}`],
    [
      depth > 0 ? 2 : 0,
      () => `\n${chance.times(1, 3, () => `${chance.happens(0.5) ? indent : deeper}- ${plainScalar(chance)}\n`).join('')}`,
    ],
    [1, () => ` ${flow(chance, depth)}\n`],
    [1, () => ` ${chance.pick(['|', '>', '|-', '>-', '|+', '>+', '|2'])}\n${block(chance, deeper)}`],
    [1, () => '\n'],
  ])();
}

function block(chance: Chance, indent: string): string {
  const line = (): string =>
    chance.pick([`${indent}text here\n`, `${indent}  deeper\n`, '\n', `${indent}a: b # c\n`, `${indent}x \n`, `${indent}"q"\n`]);
  return chance.times(0, 4, line).join('');
}

function flow(chance: Chance, depth: number): string {
  const item = (): string => (depth > 0 && chance.happens(0.2) ? flow(chance, depth - 1) : plainScalar(chance));
  if (chance.happens(0.5)) return `[${chance.times(0, 3, item).join(', ')}]`;
  return `{${chance.times(0, 3, () => `${chance.pick(['a', 'b', '"c"', '1'])}: ${item()}`).join(', ')}}`;
}

function plainScalar(chance: Chance): string {
  return chance.pick([
    'x',
    '1',
    '-1',
    '1.5',
    'true',
    'yes',
    'off',
    '~',
    'null',
    '0o7',
    '010',
    '0x1F',
    '1e3',
    '.5',
    '+1',
    '1_0',
    '12:30',
    '2024-02-29',
    'a b',
    "it's",
    'x:y',
    '.',
    '-.inf',
    '1.',
    '0.0',
    '00',
    '-0',
    '9007199254740993',
    '08',
    '0b1',
    '"1"',
    "'true'",
    '=',
    '<<',
    'N',
    '1e',
    '!x',
    '1__0',
    '6.02e+23',
  ]);
}

function scalar(chance: Chance, text: string): string {
  if (chance.happens(0.4)) return `'${text.replace(/'/g, "''").replace(/\n/g, '\n\n  ')}'`;
  if (chance.happens(0.7)) return JSON.stringify(text).replace(/[\x80-\xff]/g, (byte) => byte);
  return /^[A-Za-z][\w -]*$/.test(text) ? text : JSON.stringify(text);
}

import { goString } from '../../agent/template/gotemplate/value.ts';
import type { Chance } from './chance.ts';

const samples = [
  '[a-z]+',
  '^a',
  'b$',
  '(\\w+)@(\\w+)\\.com',
  '(?i)HELLO',
  '\\d+',
  '\\s+',
  '(?P<first>\\w)(?P<second>\\w)',
  '(?<n>a)|b',
  '',
  'a*',
  'x*?',
  '.',
  '(?s).',
  '(?m)^.*$',
  '[[:alpha:]]+',
  '\\bfoo\\b',
  '\\pL+',
  '\\p{Greek}',
  '[^a-c]',
  '\\x61',
  '\\x{1F600}',
  '\\Qa.b\\E',
  'a{2,3}',
  '(a|ab)(c|bcd)',
  '(?U)a+',
  '()',
  '(|a)+',
  '\\A\\w',
  '\\z',
  '[]a]',
  '[^]]',
  '[a-]',
  '(?i:k)s',
  '{,3}',
  'a{,3}',
  '\\.',
  ',',
  '-',
  ' ',
  '=|&',
  '(a)(b)?',
  '(?:ab)+',
  '\\B',
];
const broken = [
  '(',
  ')',
  '[',
  '[z-a]',
  '*',
  'a**',
  'a{2000}',
  '(?=a)',
  '(?<!a)',
  '\\1',
  '\\y',
  '\\',
  '(?P<n',
  '(?P<n>a)(?P<n>b)',
  'a{3,2}',
  '[[:foo:]]',
  '\\p{Nope}',
  '(?z)',
  '\\C',
  '(?P<a-b>x)',
  'a++',
  '(a{1000}){1000}',
  '\\8',
  '[a',
  '(?i',
  'x{1001}',
  '\xff',
  '[\\d-z]',
  '\\pX',
  '(?P=n)',
  '\\Z',
  '((a',
  'a|*',
  '(*)',
  '(?#c)',
];

export function pattern(chance: Chance): string {
  if (chance.happens(0.06)) return chance.pick(broken);
  return chance.happens(0.5) ? chance.pick(samples) : alternatives(chance, 3);
}

function alternatives(chance: Chance, depth: number): string {
  return chance.times(1, chance.happens(0.2) ? 3 : 1, () => sequence(chance, depth)).join('|');
}

function sequence(chance: Chance, depth: number): string {
  return chance.times(1, 3, () => atom(chance, depth) + repetition(chance)).join('');
}

function repetition(chance: Chance): string {
  return chance.weighted([
    [12, ''],
    [2, chance.pick(['*', '+', '?'])],
    [1, chance.pick(['*?', '+?', '??', '{2}', '{1,2}', '{1,}', '{0,2}?', '{,2}', '{0}', '{a}', '{1', '}'])],
  ]);
}

function atom(chance: Chance, depth: number): string {
  return chance.weighted<() => string>([
    [8, () => chance.pick(['a', 'b', 'x', 'o', 'l', '1', ' ', '-', 'e', goString('é'), goString('日'), goString('😀')])],
    [
      3,
      () => chance.pick(['.', '\\w', '\\d', '\\s', '\\W', '\\D', '\\S', '\\pL', '\\p{Lu}', '\\PN', '[[:punct:]]', '\\p{^Greek}']),
    ],
    [
      2,
      () =>
        `[${chance.happens(0.3) ? '^' : ''}${chance.times(1, 3, () => chance.pick(['a-f', 'x', '0-9', '\\w', '\\-', '_', '.', '[:upper:]', '\\d', goString('à-ÿ'), '\\]', '\\pN', '^', '\\n'])).join('')}]`,
    ],
    [
      1,
      () =>
        chance.pick([
          '^',
          '$',
          '\\b',
          '\\B',
          '\\A',
          '\\z',
          '\\n',
          '\\t',
          '\\.',
          '\\x41',
          '\\101',
          '\\Qa*\\E',
          '\\/',
          '\\"',
          '\\a',
        ]),
    ],
    [
      depth > 0 ? 2 : 0,
      () =>
        `${chance.pick(['(', '(?:', '(?P<n>', '(?<m>', '(?i)(', '(?i:', '(?s-i:', '(?m:', '(?U:'])}${alternatives(chance, depth - 1)})`,
    ],
  ])();
}

export function replacement(chance: Chance): string {
  return chance
    .times(0, 3, () =>
      chance.pick([
        '$1',
        '\x24{1}x',
        '$0',
        '$$',
        '-',
        '\x24{first}',
        '$1x',
        '$n',
        '$',
        '\x24{',
        '\x24{}',
        '$-',
        '\\1',
        '[$2]',
        '$01',
        '\x24{ a}',
        goString('$é'),
        '$1_',
        'é',
        '$9',
        '\x24{m}',
        '$10',
      ]),
    )
    .join('');
}

/** What regexps are tried on: pieces that the patterns above know. */
export function subject(chance: Chance): string {
  const made = chance.times(0, 10, () =>
    chance.pick([
      'a',
      'b',
      'ab',
      'aab',
      'x',
      'foo',
      'hello',
      'Hello',
      'abc',
      '12',
      ' ',
      '-',
      '\n',
      '.',
      ',',
      '=',
      '&',
      'user@mail.com',
      goString('é'),
      goString('日本'),
      goString('😀'),
      '\xff',
      goString('K'),
      goString('ſ'),
      goString('αΩ'),
      '\r\n',
      '_',
    ]),
  );
  return made.join('');
}

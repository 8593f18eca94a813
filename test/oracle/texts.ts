import { goString } from '../../agent/template/gotemplate/value.ts';
import type { Chance } from './chance.ts';

/** Plain texts: words, punctuation, white space, Unicode of every width, and bytes that are no UTF-8. */
const words = [
  'svc-app',
  'p@$$ "q"',
  'hello world',
  'Hello, World!',
  'a',
  'ab',
  '',
  ' ',
  '  padded\t',
  'line one\nline two\n',
  'a,b,,c',
  'a b  c',
  'HTTPServer',
  'fooBar_baz-qux',
  'FOO',
  'x=1&y=2',
  "o'neil a_b x-y",
  '<b>&"bold"</b>',
  'true',
  'false',
  'null',
  'no',
  '42',
  '007',
  '-1',
  '3.14',
  '1e3',
  '0x1F',
  '12:30',
  '2024-02-29',
  'C:\\dir\\file',
  '/etc/app/conf.d/x.tar.gz',
  '`tick`',
  '{{ .x }}',
  '# comment',
  'key: value',
  '- item',
  'quick brown fox jumps over the lazy dog and then runs away from the very long sentence that it is in',
  '\r\n',
  '\u0000\u0001\u007f',
  '%d %s 100%',
  '$1 \x24{2} $$',
].concat(
  [
    'héllo wörld',
    '日本語 テキスト',
    'ß ŉ ǆ İ ı',
    '😀 grin',
    'e\u0301 combining',
    'a\u00a0b\u2028c',
    '\ufeffbom',
    'ΑΣ ας',
    '“quoted”',
  ].map(goString),
  ['\xff\xfe', 'a\x80b', '\xc3', '\xe2\x82', '\xed\xa0\x80'],
);
const fragments = [
  'a',
  'B',
  'z9',
  ' ',
  '_',
  '-',
  '.',
  ',',
  '/',
  ':',
  '\n',
  '"',
  "'",
  '\\',
  '<',
  '=',
  '0',
  '1',
  'é',
  '日',
  '😀',
  'x',
  'Key',
  '\t',
].map(goString);

export function plainText(chance: Chance): string {
  if (chance.happens(0.75)) return chance.pick(words);
  const made = chance.times(0, 12, () => chance.pick(fragments)).join('');
  return chance.happens(0.03) ? made + String.fromCharCode(chance.between(0, 255)) : made;
}

/** As people hold in variables of an environment: short, and of letters, digits and dashes. */
export function simpleText(chance: Chance): string {
  return chance.pick([
    'app',
    'svc-app',
    'db.example.com',
    '5432',
    's3cr3t',
    'admin',
    'eu-west-1',
    'hunter2',
    'prod',
    'a:b',
    'x y',
  ]);
}

export function numericText(chance: Chance): string {
  const odd = [
    '',
    '0',
    '010',
    '08',
    '0x1f',
    '0b1',
    '0o7',
    '1_000',
    ' 5',
    '3.9',
    '-.5',
    '.',
    '+7',
    '1e3',
    'inf',
    'NaN',
    '-0',
    '0x1p4',
    '1.',
    '9223372036854775807',
    '9223372036854775808',
    '-9223372036854775808',
    'abc',
    '1e400',
    '00.5',
    '12a',
  ];
  return chance.happens(0.5) ? String(chance.between(-20, 200)) : chance.pick(odd);
}

const jsonSamples = [
  '{"db":{"host":"h1","port":5432,"ok":true,"none":null},"list":["x","y",3.5]}',
  '{"a":1,"a":2,"b":[],"c":{},"d":""}',
  '{"auths":{"r.io":{"username":"u","password":"p","auth":"dTpw"}}}',
  '[1,2.5,"a",null,true,[],{}]',
  '["b","a","c","a"]',
  '"text"',
  '12345678',
  'null',
  ' {"k" : [ 1 , 2 ] } ',
  '{"k":"\\u00e9 \\ud83d\\ude00 \\ud800 \\n\\t\\/"}',
  '{"n":1e21,"m":1e-7,"o":-0,"p":12345678901234567890,"q":0.1}',
  '{"":"empty","a.b":"dot","x y":"space","0":"zero"}',
  goString('{"ü":"日本","e":"<&>\u2028"}'),
];
const brokenJson = [
  '',
  '{',
  '{"a":}',
  '[1,]',
  'nope',
  '{"a":1}x',
  '{a:1}',
  '"\\x"',
  '01',
  '1.',
  '-',
  'tru',
  '{"a" 1}',
  '[1 2]',
  '"\x01"',
  '"\xff"',
  "{'a':1}",
  '1e',
  '"abc',
  '\ufeff{}',
];

export function jsonText(chance: Chance): string {
  if (chance.happens(0.05)) return goString(chance.pick(brokenJson));
  return chance.happens(0.4) ? chance.pick(jsonSamples) : jsonValue(chance, 3);
}

export function jsonObject(chance: Chance): string {
  return chance.happens(0.4) ? chance.pick(jsonSamples.filter((text) => text.startsWith('{'))) : jsonOf(chance, 3, 'object');
}

export function jsonList(chance: Chance): string {
  return chance.happens(0.4) ? chance.pick(jsonSamples.filter((text) => text.startsWith('['))) : jsonOf(chance, 2, 'list');
}

function jsonValue(chance: Chance, depth: number): string {
  return jsonOf(chance, depth, chance.pick(depth > 0 ? (['object', 'list', 'scalar'] as const) : (['scalar'] as const)));
}

function jsonOf(chance: Chance, depth: number, form: 'object' | 'list' | 'scalar'): string {
  const space = chance.pick(['', '', '', ' ', '\n']);
  if (form === 'object') {
    const member = (): string => `${jsonString(chance, memberName(chance))}:${space}${jsonValue(chance, depth - 1)}`;
    return `{${space}${chance.times(0, 4, member).join(`,${space}`)}}`;
  }
  if (form === 'list') return `[${chance.times(0, 4, () => jsonValue(chance, depth - 1)).join(`,${space}`)}${space}]`;
  return chance.weighted<() => string>([
    [4, () => jsonString(chance, plainText(chance))],
    [3, () => String(chance.between(-5, 300))],
    [
      1,
      () => chance.pick(['1.5', '0.1', '1e6', '1E+2', '-0', '0.00001', '123456789', '1e21', '9007199254740993', '1e-7', '2.50']),
    ],
    [1, () => chance.pick(['true', 'false', 'null'])],
  ])();
}

function jsonString(chance: Chance, text: string): string {
  const escaped = text.replace(/["\\]/g, '\\$&').replace(/[^ -\xff]/g, (control) => {
    const short = chance.happens(0.5) ? { '\n': '\\n', '\t': '\\t', '\r': '\\r' }[control] : undefined;
    return short ?? `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

export function memberName(chance: Chance): string {
  return chance.weighted([
    [10, chance.pick(['a', 'b', 'c', 'db', 'host', 'port', 'name', 'tags', 'k1', 'k10', 'k2', 'Z', 'user'])],
    [1, chance.pick(['', 'a.b', 'x-y', 'true', '1', 'no', '~', 'a b', goString('é'), '<', '_', '0', 'null', 'key: x', '#'])],
  ]);
}

/** Names by which templates and documents of this test reach for members. */
export const knownMembers = ['a', 'b', 'c', 'db', 'host', 'port', 'name', 'tags', 'k1', 'user', 'list', 'd'];

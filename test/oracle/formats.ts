import { goString } from '../../agent/template/gotemplate/value.ts';
import type { Chance } from './chance.ts';
import { plainText, simpleText } from './texts.ts';

export const layouts = [
  '2006-01-02',
  '2006-01-02T15:04:05Z07:00',
  'Mon Jan 2 15:04:05 MST 2006',
  'Monday, 02-Jan-06 15:04:05',
  '3:04PM',
  '03:04:05.000 pm',
  'Jan _2 15:04:05.000000',
  '02/01/2006 -0700',
  '2006-002',
  '__2',
  '15h04m05s .999',
  'v1 2',
  '06-1-2 -07',
  'Z0700 MST',
  'January',
  '2006-01-02 15:04:05,999999 -07:00:00',
  '',
  'year',
  '20060102150405',
];

/** A layout with a time that fits it, now and then one that doesn't. */
export function layoutAndTime(chance: Chance): readonly [layout: string, time: string] {
  const fitting = [
    ['2006-01-02', '2024-02-29'],
    ['2006-01-02', '1999-12-31'],
    ['2006-01-02T15:04:05Z07:00', '2024-06-30T23:59:59+02:00'],
    ['2006-01-02T15:04:05Z07:00', '2024-06-30T23:59:59.123456789Z'],
    ['02/01/2006 15:04', '05/11/2021 07:08'],
    ['Jan 2, 2006 at 3:04pm (MST)', 'Feb 3, 2013 at 7:54pm (PST)'],
    ['Mon, 02 Jan 2006 15:04:05 MST', 'Tue, 10 Nov 2009 23:00:00 UTC'],
    ['2006-002', '2024-366'],
    ['_2 Jan 06', ' 7 mar 99'],
    ['2006-01-02 15:04:05 -0700', '1970-01-01 00:00:00 -0330'],
  ] as const;
  if (chance.happens(0.85)) return chance.pick(fitting);
  const odd = ['2024-02-30', '2024-13-01', 'x', '', '2024-02-29x', '24-2-9', '2024-02-29T25:00:00Z', '2023-366', '1:2PM'];
  return [chance.pick(layouts), chance.pick([...odd, ...fitting.map(([, time]) => time)])];
}

export const zones = [
  'UTC',
  'Europe/Berlin',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Tokyo',
  'Local',
  '',
  'America/Sao_Paulo',
  'Australia/Lord_Howe',
  'nowhere',
];

export function durationText(chance: Chance): string {
  if (chance.happens(0.3))
    return chance.pick([
      '',
      '0',
      '-0',
      '+',
      '1',
      '1d',
      '1.h',
      '.5s',
      '-1.5h',
      '1h30m',
      '9223372036854775807ns',
      '9223372036854775808ns',
      '-9223372036854775808ns',
      '2562047h47m16.854775807s',
      '2562048h',
      '1 h',
      '1e3s',
      '1_0s',
      '.s',
      '0.000000000001s',
      '1h-1m',
      '\xff',
      's',
      '1h\n',
      '1M',
      '1H',
    ]);
  const unit = (): string =>
    chance.pick(['ns', 'us', goString('µs'), goString('μs'), 'ms', 's', 'm', 'h', 'h', 'm', 's', 'd', 'x']);
  const number = (): string => `${chance.between(0, 2000)}${chance.happens(0.3) ? `.${chance.between(0, 99999)}` : ''}`;
  return `${chance.pick(['', '', '', '-', '+'])}${chance.times(1, 3, () => number() + unit()).join('')}`;
}

export function versionText(chance: Chance): string {
  const odd = [
    '',
    'v1',
    '1.2.3.4',
    '01.2.3',
    '1.2.3-01',
    'x',
    '1..2',
    '1.2.3-',
    '1.2.3+',
    ' 1.2.3',
    '1.2.3-é',
    '18446744073709551616.0.0',
    'V1.2',
    '1.2.3-a..b',
  ];
  if (chance.happens(0.12)) return goString(chance.pick(odd));
  const number = (): string => chance.pick(['0', '1', '2', '3', '10', '21']);
  const parts = [number(), number(), number()].slice(
    0,
    chance.weighted([
      [6, 3],
      [1, 2],
      [1, 1],
    ]),
  );
  const tail = `${chance.happens(0.3) ? `-${chance.pick(['alpha', 'beta.2', 'rc1', '0', 'alpha.1', '1', 'a-b'])}` : ''}${chance.happens(0.15) ? `+${chance.pick(['5', 'build.7', '001'])}` : ''}`;
  return `${chance.happens(0.15) ? 'v' : ''}${parts.join('.')}${tail}`;
}

export function constraintText(chance: Chance): string {
  if (chance.happens(0.07))
    return chance.pick([
      '',
      '*',
      'x',
      '>',
      '1.2.3 - ',
      '>=1 <2 ||',
      '~>1.2',
      '= >1',
      '^',
      'foo',
      '1.x.x',
      '>=1.x.3',
      '!=1.x',
      '^0',
      '^0.0',
      '<=1',
      '>1.2',
      '||',
      ',',
    ]);
  const operator = (): string => chance.pick(['', '=', '!=', '>', '<', '>=', '=>', '<=', '=<', '~', '~>', '^', '^', '>= ', '> ']);
  const pattern = (): string =>
    chance.happens(0.2) ? chance.pick(['1.x', '1.2.x', '*', '2', '0.1', '1.X.3', '1.*', '0']) : versionText(chance);
  const one = (): string => (chance.happens(0.1) ? `${pattern()} - ${pattern()}` : operator() + pattern());
  const all = (): string => chance.times(1, 2, one).join(chance.pick([' ', ', ', ',', ' ,']));
  return chance.times(1, chance.happens(0.2) ? 2 : 1, all).join(chance.pick([' || ', '||']));
}

export function urlText(chance: Chance): string {
  const odd = [
    '',
    '/only/path',
    '//host/x',
    'mailto:a@b.c',
    'http://[::1]:80/x',
    'http://a b/',
    'http://%zz/',
    ':x',
    'http://h:port/',
    'a%20b',
    '?q=1',
    '#f',
    'http://u@h',
    'http://h/%2f?a=%zz#%41',
    '\x01',
    'http://h/\x7f',
    'urn:isbn:1',
    'http://ü.de/ß?é#ñ',
    'http://h/a;b?c;d',
    'x://h?',
    'http://[fe80::1%25en0]/',
    'http://h:/p',
    '1http://x',
    'http://user:p%40ss@h/p',
  ];
  if (chance.happens(0.4)) return goString(chance.pick(odd));
  const user = chance.happens(0.3) ? `${chance.pick(['u', 'u:p', 'a%20b:c', ':'])}@` : '';
  const query = chance.happens(0.4) ? `?${chance.pick(['q=1', 'a=b&c=d', 'x=%20+y', ''])}` : '';
  const fragment = chance.happens(0.2) ? `#${chance.pick(['top', 'a%20b', ''])}` : '';
  return `${chance.pick(['http', 'https', 'postgres', 'HTTP', 'a+b.c-1'])}://${user}${chance.pick(['example.com', 'db:5432', '10.0.0.1', 'h'])}${chance.pick(['', '/', '/a/b', '/a%20b/c d', '/x//y/../z'])}${query}${fragment}`;
}

export function pathText(chance: Chance): string {
  if (chance.happens(0.4))
    return chance.pick([
      '',
      '/',
      '.',
      '..',
      '/a/b.tar.gz',
      'a/',
      '/a//b/../c',
      '../..',
      './x',
      '/..',
      'a.b/c',
      '.hidden',
      'a/.b',
      'x.',
      '//',
      'C:\\x\\y.z',
    ]);
  return chance.times(1, 5, () => chance.pick(['a', '..', '.', '', 'b.c', '/', 'etc', 'x y'])).join('/');
}

export function base64Text(chance: Chance): string {
  if (chance.happens(0.2))
    return chance.pick([
      '',
      'a',
      'YQ',
      'YQ=',
      'YQ==',
      'YQ==\n',
      'Y Q==',
      'YR==',
      'YWI=x',
      'YW_-',
      '=',
      'YWJj\r\nZA==',
      '!!!!',
      'YQ==YQ==',
      'YWJjZ\xff==',
    ]);
  return Buffer.from(chance.happens(0.5) ? simpleText(chance) : plainText(chance), 'latin1').toString('base64');
}

export function base32Text(chance: Chance): string {
  return chance.pick([
    '',
    'ME======',
    'MFRGG===',
    'NBSWY3DP',
    'me======',
    'ME',
    'ME=====',
    '8',
    'NBSWY3DPEB3W64TMMQ======',
    'NB\nSWY3DP',
    'A=======',
    'NBSWY3D1',
    '\xff',
  ]);
}

export function hexText(chance: Chance): string {
  return chance.pick(['', '68656c6c6f', '6G', '6', 'FFfe00', 'zz', ' 61', '616', '6\xff', '00', '\x0061']);
}

import assert from 'node:assert/strict';
import { posix } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { functions } from '../../../../agent/template/gotemplate/functions/encoding.ts';
import { GoError } from '../../../../agent/template/gotemplate/go-error.ts';
import { dict, goString, int } from '../../../../agent/template/gotemplate/value.ts';

const world = { now: () => 0, randomBytes: (count: number) => new Uint8Array(count), room: () => {}, spend: () => {} };
const encoding = functions(world);
const bytes = fc.uint8Array().map((each) => Buffer.from(each).toString('latin1'));

function parsed(url: string): Readonly<Record<string, unknown>> {
  return Object.fromEntries([...encoding.urlParse(url).entries].filter(([, value]) => value !== ''));
}

function refusal(url: string): string {
  try {
    encoding.urlParse(url);
  } catch (error) {
    if (error instanceof GoError) return error.message;
  }
  return 'none';
}

test('any bytes come back from base64, base32 and hex', () => {
  fc.assert(
    fc.property(bytes, (each) => {
      assert.equal(encoding.b64dec(encoding.b64enc(each)), each);
      assert.equal(encoding.b32dec(encoding.b32enc(each)), each);
      assert.equal(encoding.hexdec(Buffer.from(each, 'latin1').toString('hex')), each);
    }),
  );
});

test('an error is the text that comes out, with the byte as Go counts it', () => {
  const base64 = (at: number) => `illegal base64 data at input byte ${at}`;
  assert.equal(encoding.b64dec('aGVs\r\nbG8'), base64(6));
  assert.equal(encoding.b64dec('aGVsbA=\n'), base64(8));
  assert.equal(encoding.b64dec('aGVsbA=x'), base64(6));
  assert.equal(encoding.b64dec('aGVsbA==\n\nx'), base64(10));
  assert.equal(encoding.b64dec('a-_b'), base64(1));
  assert.equal(encoding.b64dec('QR=='), 'A');
  assert.equal(encoding.b32dec('ME=====x'), 'illegal base32 data at input byte 6');
  assert.equal(encoding.b32dec('ME======xx'), 'a');
  assert.equal(encoding.b32dec('ME======xxx'), 'illegal base32 data at input byte 2');
  assert.equal(encoding.b32dec('ME\n======'), 'a');
  assert.equal(encoding.hexdec('abc'), 'encoding/hex: odd length hex string');
  assert.equal(encoding.hexdec('a\xe9'), `encoding/hex: invalid byte: U+00E9 '${goString('é')}'`);
  assert.equal(encoding.hexdec('\x00'), 'encoding/hex: invalid byte: U+0000');
});

test('paths are cleaned as POSIX has it, without a slash at the end', () => {
  const path = fc.array(fc.constantFrom('/', '.', '..', 'a', 'b.c', '')).map((parts) => parts.join('/'));
  fc.assert(
    fc.property(path, (each) => {
      assert.equal(encoding.clean(each), posix.normalize(each).replace(/(.)\/$/, '$1'));
      assert.equal(encoding.isAbs(each), posix.isAbsolute(each));
    }),
  );
  assert.equal(encoding.dir('/a/b/'), '/a/b');
  assert.equal(encoding.dir('a'), '.');
  assert.equal(encoding.base('//'), '/');
  assert.equal(encoding.base(''), '.');
  assert.equal(encoding.base('a/b//'), 'b');
  assert.equal(encoding.ext('a.b/.c'), '.c');
  assert.equal(encoding.ext('a.b/c'), '');
});

test('a URL comes apart as net/url has it', () => {
  assert.deepEqual(parsed('HTTP://u%40:p%2f@h%C3%A9:80/a%20b?x=%zz#f%20'), {
    scheme: 'http',
    userinfo: 'u%40:p%2F',
    host: `h${goString('é')}:80`,
    hostname: `h${goString('é')}`,
    path: '/a b',
    query: 'x=%zz',
    fragment: 'f ',
  });
  assert.deepEqual(parsed('x://[fe80::1%25en%20]:1'), { scheme: 'x', host: '[fe80::1%en ]:1', hostname: 'fe80::1%en ' });
  assert.deepEqual(parsed('a:b?c'), { scheme: 'a', opaque: 'b', query: 'c' });
  assert.deepEqual(parsed('///p'), { path: '///p' });
  assert.deepEqual(parsed('*'), { path: '*' });
});

test('a URL that net/url refuses is refused in its words', () => {
  const says = (url: string, why: string) => `unable to parse url: parse ${JSON.stringify(url)}: ${why}`;
  const refused: readonly (readonly [url: string, why: string])[] = [
    [':x', 'missing protocol scheme'],
    ['a:b:c@d/e:', 'none'],
    ['1:2', 'first path segment in URL cannot contain colon'],
    ['x://h:8a', 'invalid port ":8a" after host'],
    ['http://a:1:2', 'invalid port ":1:2" after host'],
    ['x://a[b', 'invalid IP-literal'],
    ['x://[::1', "missing ']' in host"],
    ['x://[1.2.3.4]', 'invalid IP-literal'],
    ['x://[1:2]', 'invalid host: ParseAddr("1:2"): address string too short'],
    ['x://[::12345]', 'invalid host: ParseAddr("::12345"): each group must have 4 or less digits (at "12345")'],
    ['x://[::1.2.3.256]', 'invalid host: ParseAddr("::1.2.3.256"): IPv4 field has value >255'],
    ['x://h%41', 'invalid URL escape "%41"'],
    ['x://h^', 'invalid character "^" in host name'],
    ['x://a b@h', 'net/url: invalid userinfo'],
    ['/%2', 'invalid URL escape "%2"'],
  ];
  for (const [url, why] of refused) assert.equal(refusal(url), why === 'none' ? why : says(url, why));
  assert.equal(refusal('a\x7f'), 'unable to parse url: parse "a\\x7f": net/url: invalid control character in URL');
});

test('a URL is put together from its parts, each escaped as its place asks', () => {
  const join = (parts: Readonly<Record<string, string>>) => encoding.urlJoin(dict(Object.entries(parts)));
  assert.equal(join({ scheme: 'x', host: 'h', path: 'a?b', query: '?', fragment: '#"' }), 'x://h/a%3Fb??#%23%22');
  assert.equal(join({ path: 'a:b/c' }), './a:b/c');
  assert.equal(join({ userinfo: 'u:p@:q', host: 'h' }), '//u:p%40%3Aq@h');
  assert.equal(join({ scheme: 'x', opaque: 'o', host: 'h', query: 'q' }), 'x:o?q');
  assert.throws(() => join({ userinfo: '%' }), {
    message: 'unable to parse userinfo in dict: parse "proto://%@host": invalid URL escape "%"',
  });
  assert.throws(() => encoding.urlJoin(dict([['path', int(1)]])), {
    message: 'unable to parse path key, must be of type string, but int found',
  });
});

test('what a URL was parsed into can be joined again', () => {
  const url = 'https://u:p@h.example:8443/a/b%20c?x=1&y=%32#part';
  assert.equal(encoding.urlJoin(encoding.urlParse(url)), url);
});

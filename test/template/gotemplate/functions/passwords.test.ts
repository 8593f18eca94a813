import assert from 'node:assert/strict';
import test from 'node:test';
import { compareSync } from 'bcryptjs';
import fc from 'fast-check';
import { functions } from '../../../../agent/template/gotemplate/functions/passwords.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { randomStream } from '../../../../agent/template/gotemplate/random-stream.ts';

function seeded(seed: string) {
  let steps = 0;
  return functions({
    now: () => 0,
    randomBytes: randomStream(Buffer.from(seed)),
    room: () => {},
    spend: (more) => {
      steps += more;
      if (steps > 10_000_000) throw new LimitExceeded('too many steps');
    },
  });
}

const bytes = fc.uint8Array({ maxLength: 70 }).map((array) => Buffer.from(array).toString('latin1'));

test('bcrypt makes a hash that others accept, and the same one from the same seed', () => {
  const hash = seeded('a').bcrypt('p4ss');
  assert.match(hash, /^\$2a\$10\$[./A-Za-z0-9]{53}$/);
  assert.ok(compareSync('p4ss', hash));
  assert.equal(seeded('a').bcrypt('p4ss'), hash);
  assert.notEqual(seeded('b').bcrypt('p4ss'), hash);
});

test('bcrypt takes the bytes of UTF-8 text, and up to 72 of them', () => {
  const { bcrypt } = seeded('utf8');
  assert.ok(compareSync('pässwörd', bcrypt(Buffer.from('pässwörd').toString('latin1'))));
  assert.ok(compareSync('x'.repeat(72), bcrypt('x'.repeat(72))));
  assert.equal(bcrypt('x'.repeat(73)), 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes');
});

test('bcrypt of other bytes is refused rather than wrong', () => {
  assert.throws(() => seeded('bytes').bcrypt('\xff'), GoError);
});

test('htpasswd is bcrypt for any algorithm but sha', () => {
  const { htpasswd } = seeded('htpasswd');
  assert.equal(htpasswd('u', 'p', 'sha'), 'u:{SHA}UWuXg/ylF+7L0dBk2i0WUxCxl1k=');
  assert.match(htpasswd('u', 'p', 'bcrypt'), /^u:\$2a\$10\$/);
  assert.match(htpasswd('u', 'p', 'md5'), /^u:\$2a\$10\$/);
  assert.equal(htpasswd('a:b', 'p', 'sha'), 'invalid username: a:b');
});

test('what is encrypted decrypts to the same bytes, under keys of any length', () => {
  const { encryptAES, decryptAES } = seeded('aes');
  fc.assert(
    fc.property(bytes, bytes, (key, text) => {
      assert.equal(decryptAES(key, encryptAES(key, text)), text);
    }),
  );
});

test('the same text encrypts to something else the next time, and to the same after a restart', () => {
  const { encryptAES } = seeded('a');
  const first = encryptAES('key', 'text');
  assert.notEqual(encryptAES('key', 'text'), first);
  assert.equal(seeded('a').encryptAES('key', 'text'), first);
});

test('what Go panics at when it decrypts is an error with its words', () => {
  const { decryptAES } = seeded('broken');
  const base64 = (size: number) => Buffer.alloc(size, 1).toString('base64');
  const messages = new Map([
    ['x', 'illegal base64 data at input byte 0'],
    ['YWJj\nZA==Z', 'illegal base64 data at input byte 9'],
    [base64(9), 'runtime error: slice bounds out of range [:16] with capacity 9'],
    [`${base64(9)}${'\n'.repeat(12)}`, 'runtime error: slice bounds out of range [16:9]'],
    [base64(17), 'crypto/cipher: input not full blocks'],
    [base64(16), 'runtime error: index out of range [-1]'],
  ]);
  for (const [text, message] of messages) assert.throws(() => decryptAES('k', text), { name: 'GoError', message });
});

test('a derived password depends on everything that it is derived from', () => {
  const { derivePassword } = seeded('derive');
  const first = derivePassword(1n, 'long', 'master', 'user', 'site');
  assert.match(first, /^[A-Za-z0-9@&%?,=[\]_:\-+*$#!'^~;()/.]{14}$/);
  assert.equal(derivePassword(1n, 'long', 'master', 'user', 'site'), first);
  assert.notEqual(derivePassword(2n, 'long', 'master', 'user', 'site'), first);
  assert.notEqual(derivePassword(1n, 'long', 'master', 'user', 'site2'), first);
  assert.equal(derivePassword(1n, 'other', 'master', 'user', 'site'), 'cannot find password template other');
});

test('a loop of costly functions comes to an end', () => {
  let calls = 0;
  const limited = functions({
    now: () => 0,
    randomBytes: (count) => new Uint8Array(count),
    room: () => {},
    spend: () => {
      calls += 1;
      if (calls > 1) throw new LimitExceeded('too many steps');
    },
  });
  limited.bcrypt('x');
  assert.throws(() => limited.bcrypt('x'), LimitExceeded);
});

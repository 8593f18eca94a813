import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { createMasker } from '../../agent/observe/masker.ts';

/** How a value may look outside: what a log line, a URL, a header, a hook's output or a server's message makes of it. */
const encodings: Readonly<Record<string, (text: string) => string>> = {
  plain: (text) => text,
  base64: (text) => Buffer.from(text).toString('base64'),
  'base64 within a longer text': (text) => Buffer.from(`user:${text}@host`).toString('base64'),
  'base64 after one byte': (text) => Buffer.from(`1${text}`).toString('base64'),
  'base64 after two bytes': (text) => Buffer.from(`12${text}34`).toString('base64'),
  base64url: (text) => Buffer.from(text).toString('base64url'),
  'base64url after one byte': (text) => Buffer.from(`?${text}`).toString('base64url'),
  'base64 in lines': (text) =>
    Buffer.from(text)
      .toString('base64')
      .replace(/(.{16})/g, '$1\n'),
  hex: (text) => Buffer.from(text).toString('hex'),
  'upper-case hex': (text) => Buffer.from(text).toString('hex').toUpperCase(),
  'URL component': (text) => encodeURIComponent(text),
  'URL, every byte': (text) => Buffer.from(text).toString('hex').replace(/../g, '%$&'),
  form: (text) => new URLSearchParams({ a: text }).toString().slice(2),
  JSON: (text) => JSON.stringify(text).slice(1, -1),
  'JSON in JSON': (text) => JSON.stringify(JSON.stringify(text)),
  'JSON in ASCII': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[^ -~]/g, escaped),
  'JSON as Go writes it': (text) =>
    JSON.stringify(text)
      .slice(1, -1)
      .replace(/[<>&\u2028\u2029]/g, escaped),
  'JSON with escaped slashes': (text) => JSON.stringify(text).slice(1, -1).replaceAll('/', '\\/'),
  'URL in JSON': (text) => JSON.stringify({ url: `https://a/?q=${encodeURIComponent(text)}` }),
  'JSON in URL': (text) => encodeURIComponent(JSON.stringify({ a: text })),
};

function escaped(char: string): string {
  return `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`;
}

/** No white space at the ends: that is cut off before a value is hidden, as logs cut it off. */
const canary = fc
  .oneof(fc.string({ unit: 'binary', minLength: 6, maxLength: 90 }), fc.string({ minLength: 6, maxLength: 90 }))
  .map((text) => text.toWellFormed().trim())
  .filter((text) => Buffer.byteLength(text) >= 6 && !/[\r\n]/.test(text));

const around = fc.string({ maxLength: 20 }).map((text) => text.replace(/[\\%+\w/-]/g, ' '));

for (const [name, encode] of Object.entries(encodings)) {
  test(`a value never survives: ${name}`, () => {
    fc.assert(
      fc.property(canary, around, around, (value, before, after) => {
        const masker = createMasker();
        masker.learn([SecretValue.ofText(value)]);
        const shown = masker.mask(`${before}|${encode(value)}|${after}`);
        assert.ok(shown.includes('***'), `not hidden: ${shown}`);
        assert.ok(!shown.includes(encode(value)), `still there: ${shown}`);
        assert.ok(shown.startsWith(`${before}|`) && shown.endsWith(`|${after}`), `too much hidden: ${shown}`);
      }),
      { numRuns: 200 },
    );
  });
}

test('base64 of a value leaves nothing of it, not even the bits it shares with its neighbours', () => {
  const masker = createMasker();
  masker.learn([SecretValue.ofText('correct horse')]);
  for (const before of ['', '1', '12']) {
    const shown = masker.mask(Buffer.from(`${before}correct horse`).toString('base64'));
    assert.match(shown, /^[\w+/]{0,2}\*\*\*$/);
  }
});

test('hides values of any size among a thousand others', () => {
  const masker = createMasker();
  const values = Array.from({ length: 1_000 }, (_, i) => `postgres://app:${`${i}-`.repeat(i % 50 === 0 ? 12_000 : 8)}@db/app`);
  masker.learn(values.map((value) => SecretValue.ofText(value)));
  const shown = masker.mask(`first ${values[500]}, then ${values[999]} and ${JSON.stringify(values[0])}`);
  assert.equal(shown, 'first ***, then *** and "***"');
});

test('hides binary values as they would be printed', () => {
  const masker = createMasker();
  const value = Buffer.concat([Buffer.from([0xff, 0x00, 0x8f]), Buffer.from('private'), Buffer.from([0xc3])]);
  masker.learn([new SecretValue(value)]);
  for (const encoding of ['utf8', 'base64', 'base64url', 'hex'] as const)
    assert.equal(masker.mask(`[${value.toString(encoding)}]`), '[***]', encoding);
});

test('leaves short values and everyday texts alone', () => {
  const masker = createMasker();
  masker.learn(['', 'yes', 'admin', '12345'].map((text) => SecretValue.ofText(text)));
  assert.equal(masker.mask('yes, admin has 12345'), 'yes, admin has 12345');
  masker.learn([SecretValue.ofText('hunter2hunter2')]);
  assert.equal(masker.mask('päss\\nword 100% + äöü \u{1f511} \\'), 'päss\\nword 100% + äöü \u{1f511} \\');
});

test('leaves alone what the spec itself says, and hides it once the spec no longer does', () => {
  const masker = createMasker();
  masker.leaveAlone('name: production-db\nkey: prod/db');
  masker.learn([SecretValue.ofText('production-db'), SecretValue.ofText('s3cret-value')]);
  assert.equal(masker.mask('production-db s3cret-value'), 'production-db ***');
  masker.leaveAlone('name: other');
  assert.equal(masker.mask('production-db s3cret-value'), '*** ***');
});

test('hides what is cut off at its ends, single lines of a long value, and strings of a JSON document', () => {
  const masker = createMasker();
  masker.learn([
    SecretValue.ofText('trailing newline\n'),
    SecretValue.ofText('-----BEGIN KEY-----\r\nMIIEowIBAAKCAQEA\r\nq83vEjRWeJq83v\r\n-----END KEY-----\r\n'),
    SecretValue.ofText('{"username":"app","nested":[{"password":"p\\u00e4ssw\\"ord"}]}'),
  ]);
  assert.equal(masker.mask('a trailing newline.'), 'a ***.');
  assert.equal(masker.mask('line 2: q83vEjRWeJq83v'), 'line 2: ***');
  assert.equal(masker.mask('-----BEGIN KEY----- app'), '-----BEGIN KEY----- app');
  assert.equal(masker.mask('login with pässw"ord failed'), 'login with *** failed');
});

test('hides all of a text that would take too long to search', () => {
  const masker = createMasker();
  masker.learn([SecretValue.ofText(`${'a'.repeat(64 * 1024)}b`)]);
  assert.equal(masker.mask('a'.repeat(1024 * 1024)), '***');
});

test('forgets the oldest values beyond its bound, and keeps those that are learned again', () => {
  const masker = createMasker();
  const value = (i: number): SecretValue => SecretValue.ofText(`value number ${i}.`);
  masker.learn([value(0), value(1)]);
  for (let i = 2; i < 10_001; i += 1) masker.learn([value(0), value(i)]);
  assert.equal(masker.mask('value number 0. value number 1. value number 2.'), '*** value number 1. ***');
});

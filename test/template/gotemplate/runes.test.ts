import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { encodeRune, isPrint, isSpace, runesOf } from '../../../agent/template/gotemplate/runes.ts';
import { goString } from '../../../agent/template/gotemplate/value.ts';

test('takes UTF-8 apart as Go does, an invalid byte on its own', () => {
  const overlong = '\xc0\x80';
  const surrogate = '\xed\xa0\x80';
  const beyond = '\xf4\x90\x80\x80';
  const cut = '\xe2\x82';
  for (const invalid of [overlong, surrogate, beyond, cut, '\xff', '\x80', '\xf8\x88\x80\x80\x80']) {
    assert.deepEqual(
      runesOf(`${invalid}a`).map(({ rune, bytes, isValid }) => [rune, bytes, isValid]),
      [...[...invalid].map((byte) => [0xfffd, byte, false]), [0x61, 'a', true]],
    );
  }
  assert.deepEqual(runesOf('\xef\xbf\xbd'), [{ rune: 0xfffd, bytes: '\xef\xbf\xbd', isValid: true }]);
});

test('gives back every scalar value it encodes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      const points = [...text].map((char) => char.codePointAt(0) ?? 0);
      assert.deepEqual(
        runesOf(points.map(encodeRune).join('')).map(({ rune }) => rune),
        points.map((point) => (point >= 0xd800 && point <= 0xdfff ? 0xfffd : point)),
      );
    }),
  );
  assert.equal(encodeRune(0x110000), goString('\ufffd'));
  assert.equal(encodeRune(-1), goString('\ufffd'));
});

test('loses no byte', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      assert.equal(
        runesOf(text)
          .map((rune) => rune.bytes)
          .join(''),
        text,
      );
    }),
  );
});

test('prints what Unicode 15.0 prints, whatever Unicode the runtime knows', () => {
  const printed = Uint8Array.from({ length: 0x110000 }, (_, rune) => (isPrint(rune) ? 1 : 0));
  // Of the same table made with Go 1.26.
  const expected = 'a24a109bc8e347f9490466c59e4160d0dc9dd1006a5be9a4c91af71cd2e7fa99';
  assert.equal(createHash('sha256').update(printed).digest('hex'), expected);
});

test('knows the spaces of Go', () => {
  const spaces = [...Array(0x110000).keys()].filter(isSpace);
  const generalPunctuation = Array.from({ length: 11 }, (_, index) => 0x2000 + index);
  assert.deepEqual(spaces, [
    ...[0x09, 0x0a, 0x0b, 0x0c, 0x0d, 0x20, 0x85, 0xa0, 0x1680],
    ...generalPunctuation,
    ...[0x2028, 0x2029, 0x202f, 0x205f, 0x3000],
  ]);
});

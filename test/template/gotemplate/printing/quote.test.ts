import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { canBackquote, quoteAscii, quoteGo, quoteRune } from '../../../../agent/template/gotemplate/printing/quote.ts';
import { goString } from '../../../../agent/template/gotemplate/value.ts';

test('escapes what is not printable, and each byte that is no UTF-8', () => {
  assert.equal(quoteGo('a"\\\x07\x00\x7f\xff'), '"a\\"\\\\\\a\\x00\\x7f\\xff"');
  assert.equal(quoteGo(goString('é\u00a0\u200b\u{e0001}\u{1f600}')), goString('"é\\u00a0\\u200b\\U000e0001\u{1f600}"'));
  assert.equal(quoteGo(goString('\ufffd')), goString('"\ufffd"'));
});

test('quotes in ASCII when asked', () => {
  assert.equal(quoteAscii(goString("é'\u{1f600}")), '"\\u00e9\'\\U0001f600"');
});

test('quotes a rune, and takes what is none for U+FFFD', () => {
  assert.equal(quoteRune(0x27), "'\\''");
  assert.equal(quoteRune(0x22), "'\"'");
  assert.equal(quoteRune(0xd800), goString("'\ufffd'"));
});

test('puts nothing between backquotes that would not be seen', () => {
  assert.ok(canBackquote(goString('a\té"')));
  for (const text of ['`', '\n', '\x7f', '\xff', goString('\ufeff')]) assert.ok(!canBackquote(text));
});

test('gives printable text of one line for all bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(bytes).toString('latin1');
      assert.match(quoteAscii(text), /^"[ -~]*"$/);
      assert.match(Buffer.from(quoteGo(text), 'latin1').toString('utf8'), /^"[^\p{C}\n]*"$/u);
    }),
  );
});

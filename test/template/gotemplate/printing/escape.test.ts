import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { html, js, urlquery } from '../../../../agent/template/gotemplate/printing/escape.ts';
import { goString } from '../../../../agent/template/gotemplate/value.ts';

test('html escapes five characters and replaces NUL', () => {
  assert.equal(html('<a href="x">\'&\0\xff'), `${goString('&lt;a href=&#34;x&#34;&gt;&#39;&amp;\ufffd')}\xff`);
});

test('js escapes what would end a string or a script, and passes bytes that are no UTF-8', () => {
  assert.equal(js(`'"\\<>&=\n\x7f`), `\\'\\"\\\\\\u003C\\u003E\\u0026\\u003D\\u000A\x7f`);
  assert.equal(js(goString('é\u2028\u{e0001}')), goString('é\\u2028\\uE0001'));
  assert.equal(js('\xff'), '\xff');
});

test('urlquery is read back by a form', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme' }), (text) => {
      assert.equal(new URLSearchParams(`a=${urlquery(goString(text))}`).get('a'), text);
    }),
  );
  assert.equal(urlquery("a b~*'\xff"), 'a+b~%2A%27%FF');
});

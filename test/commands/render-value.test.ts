import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { valueReport } from '../../agent/commands/render-value.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';

const formOf = (bytes: string | Uint8Array): string => {
  return valueReport(new SecretValue(Buffer.from(bytes)), 'masked').form;
};

test('the form tells what a reader could do with the value', () => {
  for (const text of ['plain', 'zwölf\r\n\tTabs', '42', '"quoted"', 'true', '{not json', '\ufeffwith a mark'])
    assert.equal(formOf(text), 'text', text);
  for (const text of ['{}', ' [1]\n', '{"a":"b"}']) assert.equal(formOf(text), 'json', text);
  for (const bytes of ['a\0b', '\u001b[2J', 'del\u007f', '\u009b2J', Buffer.from([0xff, 0xfe])])
    assert.equal(formOf(bytes), 'binary');
  assert.equal(formOf(''), 'empty');
});

test('a masked value is its size and form; a shown one is all of its bytes, in a form that a terminal takes', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.uint8Array(),
        fc.string().map((text) => Buffer.from(text)),
      ),
      (bytes) => {
        const value = new SecretValue(bytes);
        assert.deepEqual(Object.keys(valueReport(value, 'masked')), ['bytes', 'form']);
        const { value: shown = '', encoding, bytes: size } = valueReport(value, 'shown');
        assert.deepEqual(Buffer.from(shown, encoding === 'text' ? 'utf8' : 'base64'), Buffer.from(bytes));
        assert.equal(size, bytes.byteLength);
        assert.doesNotMatch(shown, /[^\P{Cc}\t\r\n]/u);
      },
    ),
  );
});

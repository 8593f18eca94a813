import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { parseGoJson, rawMembers, type WriteRules, writeGoJson } from '../../agent/core/go-json.ts';
import { jsonProblem } from '../../agent/core/json-text.ts';
import { plainDecimal } from '../../agent/core/plain-decimal.ts';

const marshalled: WriteRules = { html: 'escaped', numbers: 'float' };

function rewritten(text: string, rules: WriteRules = marshalled): string {
  const parsed = parseGoJson(text);
  return 'wrong' in parsed ? `wrong: ${parsed.wrong}` : writeGoJson(parsed.value, rules);
}

test('members are sorted by their bytes, of equal ones the last wins', () => {
  assert.equal(rewritten('{ "b":1, "a":[ 1, 2 ], "B":null, "b":2 }'), '{"B":null,"a":[1,2],"b":2}');
});

test('numbers go through float64, or keep their text', () => {
  const text = '[1e3,1.50,12345678901234567890,1e21,1e-7,-0]';
  assert.equal(rewritten(text), '[1000,1.5,12345678901234567000,1e+21,1e-7,-0]');
  assert.equal(rewritten(text, { html: 'plain', numbers: 'literal' }), text);
});

test('angle brackets and ampersands are escaped when asked, line separators always', () => {
  assert.equal(rewritten('"<&>\xe2\x80\xa8"'), '"\\u003c\\u0026\\u003e\\u2028"');
  assert.equal(rewritten('"<&>\xe2\x80\xa8"', { html: 'plain', numbers: 'float' }), '"<&>\\u2028"');
  assert.equal(rewritten('"\\b\\f\\n\\r\\t\\u0001\x7f\\/"'), '"\\b\\f\\n\\r\\t\\u0001\x7f/"');
});

test('what is no UTF-8, and surrogates alone, become U+FFFD, each byte on its own', () => {
  const replacement = '\xef\xbf\xbd';
  assert.equal(rewritten('"\xe2\x82\xff"'), `"${replacement.repeat(3)}"`);
  assert.equal(rewritten('"\\ud83d"'), `"${replacement}"`);
  assert.equal(rewritten('"\\ud83d\\ude00"'), '"\xf0\x9f\x98\x80"');
});

test('raw members keep their source text', () => {
  assert.deepEqual(rawMembers(' {"a" : [ 1 ,"x"] , "\\u0062":1e3} '), {
    value: [
      ['a', '[ 1 ,"x"]'],
      ['b', '1e3'],
    ],
  });
  assert.deepEqual(rawMembers(' null '), { value: undefined });
  assert.deepEqual(rawMembers('[1]'), { wrong: 'no JSON object' });
});

test('problems name the byte and what was wanted there, and never show the text', () => {
  assert.equal(jsonProblem('{"a":1} x'), 'invalid character at byte 8 after top-level value');
  assert.equal(jsonProblem(''), 'unexpected end of JSON input');
  assert.equal(jsonProblem('{"a" 1}'), 'invalid character at byte 5 after object key');
  assert.equal(jsonProblem('[1,]'), 'invalid character at byte 3 looking for beginning of value');
  assert.equal(jsonProblem('hunter2'), 'invalid character at byte 0 looking for beginning of value');
  assert.equal(jsonProblem('"\n"'), 'invalid character at byte 1 in string literal');
});

test('a number that no float64 holds, and nesting without an end, are refused', () => {
  assert.match(rewritten('[1e999]'), /^wrong: a number in it is too large/);
  assert.match(rewritten('['.repeat(5_000) + ']'.repeat(5_000)), /^wrong: nests deeper than/);
  assert.equal(jsonProblem('['.repeat(200_000)), 'exceeded max depth');
});

test('it takes what JSON.parse takes, refuses what it refuses, and means the same', () => {
  const noise = fc.array(
    fc.constantFrom('{', '}', '[', ']', '"a"', ':', ',', '1', '-', '"', '\\', 'true', 'null', ' ', '1.5e3', '01'),
  );
  const text = fc.oneof(
    fc.json({ noUnicodeString: true }),
    noise.map((pieces) => pieces.join('')),
  );
  fc.assert(
    fc.property(text, (each) => {
      let parsed: unknown;
      try {
        parsed = JSON.parse(each);
      } catch {
        return assert.ok(jsonProblem(each) !== undefined, each);
      }
      assert.equal(jsonProblem(each), undefined);
      assert.deepEqual(JSON.parse(rewritten(each)), parsed);
    }),
  );
});

test('a plain decimal has no exponent and reads back as the same number', () => {
  assert.equal(plainDecimal(1e21), '1000000000000000000000');
  assert.equal(plainDecimal(1.5e-7), '0.00000015');
  assert.equal(plainDecimal(-0), '-0');
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      assert.doesNotMatch(plainDecimal(value), /e/);
      assert.equal(Number(plainDecimal(value)), value);
    }),
  );
});

test('writing and reading again changes nothing more', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const once = rewritten(Buffer.from(text).toString('latin1'));
      assert.equal(rewritten(once), once);
    }),
  );
});

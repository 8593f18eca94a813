import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { functions } from '../../../../agent/template/gotemplate/functions/json.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import {
  dict,
  GoInt,
  GoMap,
  GoObject,
  type GoValue,
  goString,
  int64,
  list,
} from '../../../../agent/template/gotemplate/value.ts';

const room = (size: number) => {
  if (size > 1 << 20) throw new LimitExceeded('too large');
};
const json = functions({ now: () => 0, randomBytes: (count: number) => new Uint8Array(count), room, spend: () => {} });

function problem(text: string): string {
  try {
    json.mustFromJson(text);
  } catch (error) {
    if (error instanceof GoError) return error.message;
  }
  return 'none';
}

class Pair extends GoObject {
  override readonly type = 'pair';
  override readonly goKind = 'struct';

  override fields(): readonly (readonly [string, GoValue])[] {
    return [
      ['Key', 'k'],
      ['Cert', list(null)],
    ];
  }
}

class Late extends GoObject {
  override readonly type = 'time.Time';
  override readonly goKind = 'struct';

  override json(): string {
    throw new GoError('year outside of range');
  }
}

test('bytes that are no UTF-8 become U+FFFD, as an escape, and the rest stays as it is', () => {
  assert.equal(json.toJson(`\xff${goString('é😀\u2028')}\x7f\b`), `"\\ufffd${goString('é😀')}\\u2028\x7f\\b"`);
  assert.equal(json.toJson('<&>'), '"\\u003c\\u0026\\u003e"');
  assert.equal(json.toRawJson('<&>'), '"<&>"');
});

test('integers keep all their digits, floats have the shortest, and a nil list is null', () => {
  const value = list([int64(9007199254740993n), new GoInt('time.Month', 11n), 1e21, 1e-7, -0, null, list(null), list([])]);
  assert.equal(json.toJson(value), '[9007199254740993,11,1e+21,1e-7,-0,null,null,[]]');
});

test('a struct is its exported fields, in their order', () => {
  assert.equal(json.toJson(dict([['p', new Pair()]])), '{"p":{"Key":"k","Cert":null}}');
});

test('what has no JSON is no text, except raw or with must', () => {
  assert.equal(json.toJson(list([Number.POSITIVE_INFINITY])), '');
  assert.equal(json.toPrettyJson(Number.NaN), '');
  assert.throws(() => json.toRawJson(Number.NEGATIVE_INFINITY), { message: 'json: unsupported value: -Inf' });
  assert.throws(() => json.mustToJson(new Late()), {
    message: 'json: error calling MarshalJSON for type time.Time: year outside of range',
  });
});

test('pretty JSON leaves what is empty in one piece, and what stands in quotes alone', () => {
  const value = dict([
    ['a', list([])],
    ['b', dict([['{[,:"', list(['x', dict()])]])],
  ]);
  assert.equal(json.toPrettyJson(value), '{\n  "a": [],\n  "b": {\n    "{[,:\\"": [\n      "x",\n      {}\n    ]\n  }\n}');
});

test("what is wrong with a text is said in Go's words, with the byte as a code point", () => {
  assert.equal(problem(''), 'unexpected end of JSON input');
  assert.equal(problem('"abc'), 'unexpected end of JSON input');
  assert.equal(problem('tru'), "invalid character ' ' in literal true (expecting 'e')");
  assert.equal(problem('nux'), "invalid character 'x' in literal null (expecting 'l')");
  assert.equal(problem('1.'), "invalid character ' ' after decimal point in numeric literal");
  assert.equal(problem('[1e+]'), "invalid character ']' in exponent of numeric literal");
  assert.equal(problem('01'), "invalid character '1' after top-level value");
  assert.equal(problem('"\\u12x4"'), "invalid character 'x' in \\u hexadecimal character escape");
  assert.equal(problem('"\\\xe9"'), `invalid character '${goString('é')}' in string escape code`);
  assert.equal(problem("'"), "invalid character '\\'' looking for beginning of value");
  assert.equal(problem('{"a":1 "b"}'), "invalid character '\"' after object key:value pair");
  assert.equal(problem('[\x80'), "invalid character '\\u0080' looking for beginning of value");
  assert.equal(problem('"\n"'), "invalid character '\\n' in string literal");
  assert.equal(problem('['.repeat(10_001)), "invalid character '[' exceeded max depth");
});

test('without must a faulty text is nil, but a number that is too large only itself', () => {
  assert.equal(json.fromJson('{"a":1'), null);
  assert.deepEqual(json.fromJson('[1e400,2]'), list([null, 2]));
  assert.equal(problem('[1e400,-2e999]'), 'json: cannot unmarshal number 1e400 into Go value of type float64');
});

test('ten thousand levels are read and written', () => {
  const deep = `${'[{"a":'.repeat(5_000)}[]${'}]'.repeat(5_000)}`.replace('[]', '1');
  assert.equal(json.toJson(json.fromJson(deep)), deep);
});

test('a dict within itself is told from a deep one, and named by what is met again', () => {
  const of = dict();
  of.entries.set('a', list([of]));
  const cycle = (type: string) => ({ message: `json: unsupported value: encountered a cycle via ${type}` });
  assert.throws(() => json.mustToJson(of), cycle('map[string]interface {}'));
  assert.throws(() => json.mustToJson(list([of])), cycle('[]interface {}'));
  assert.throws(() => json.toRawJson(of), cycle('[]interface {}'));
  assert.equal(json.toJson(of), '');
});

test('what would be large for a small value asks for room', () => {
  let of: GoValue = dict();
  for (let i = 0; i < 40; i += 1) {
    of = new GoMap('map[string]interface {}', [
      ['a', of],
      ['b', of],
    ]);
  }
  assert.throws(() => json.toJson(of), LimitExceeded);
  assert.throws(() => json.toPrettyJson(json.fromJson('['.repeat(5_000) + ']'.repeat(5_000))), LimitExceeded);
});

test('what JavaScript writes is read, and means the same when it is written again', () => {
  fc.assert(
    fc.property(fc.jsonValue(), (value) => {
      const text = goString(JSON.stringify(value));
      const again = Buffer.from(json.toJson(json.fromJson(text)), 'latin1').toString('utf8');
      assert.deepEqual(JSON.parse(again), JSON.parse(JSON.stringify(value)));
    }),
  );
});

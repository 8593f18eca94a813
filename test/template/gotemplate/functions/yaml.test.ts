import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { encodeJson } from '../../../../agent/template/gotemplate/functions/json-encode.ts';
import { functions } from '../../../../agent/template/gotemplate/functions/yaml.ts';
import { LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { dict, GoInt, type GoMap, type GoValue, goString, list } from '../../../../agent/template/gotemplate/value.ts';

const quiet = { now: () => 0, randomBytes: (count: number) => new Uint8Array(count), room: () => {}, spend: () => {} };
const { toYaml, fromYaml } = functions(quiet);
const read = (text: string): string => encodeJson(fromYaml(goString(text)), 'plain');
const errorOf = (text: string): GoValue | undefined => fromYaml(goString(text)).entries.get('Error');
const yamlError = (text: string): string => String(errorOf(text)).replace('error converting YAML to JSON: ', '');

test('what was written is read back', () => {
  // What the library's own rules change is left out: `<<` as a key, -0, NEL, LS and PS, and what its reader refuses.
  const text = fc.string({ unit: fc.constantFrom(...'abz019 -.:#\'"\\?!&*%@[]{},|>~=_+\t\n\réß漢😀') });
  const key = text.filter((each) => each !== '<<' && each.length < 100).map(goString);
  const { tree } = fc.letrec<{ tree: GoValue; leaf: GoValue; items: GoValue; members: GoMap }>((tie) => ({
    leaf: fc.oneof(
      text.map(goString),
      fc.double({ noNaN: true, noDefaultInfinity: true }).map((each) => each + 0),
      fc.boolean(),
      fc.constant(null),
    ),
    items: fc.array(tie('tree'), { maxLength: 4 }).map(list),
    members: fc.array(fc.tuple(key, tie('tree')), { maxLength: 4 }).map((entries) => dict(entries)),
    tree: fc.oneof({ maxDepth: 4 }, tie('leaf'), tie('items'), tie('members')),
  }));
  fc.assert(
    fc.property(fc.array(fc.tuple(key, tree), { maxLength: 5 }), (entries) => {
      const value = dict(entries);
      const expected = encodeJson(value, 'plain');
      // toYaml cuts the last line break off, even where it is part of a text.
      assert.equal(encodeJson(fromYaml(`${toYaml(value)}\n`), 'plain'), expected);
    }),
  );
});

test('no text makes fromYaml fail', () => {
  const piece = fc.constantFrom(
    ...'ab1 \t\n\r-?:,[]{}#&*!|>\'"%@`~<.\\',
    '- ',
    ': ',
    '&a ',
    '*a',
    '<<: ',
    '---\n',
    '!!int ',
    '\xff',
    '\xc2\x85',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 40 }), (pieces) => {
      const result = fromYaml(pieces.join(''));
      const error = result.entries.get('Error');
      if (error !== undefined) assert.match(String(error), /^error (converting YAML to JSON|unmarshaling JSON): /);
    }),
    { numRuns: 1_000 },
  );
});

test('integers keep their digits on the way out, and become float64 on the way in', () => {
  assert.equal(toYaml(dict([['a', new GoInt('int', 9007199254740993n)]])), 'a: 9007199254740993');
  assert.equal(read('a: 9007199254740993'), '{"a":9007199254740992}');
});

test('bytes that are no UTF-8 are written as U+FFFD', () => {
  assert.equal(toYaml('a\xffb'), goString('a\ufffdb'));
});

test('what the reader refuses is not written at all', () => {
  assert.equal(toYaml(dict([['a', '\x7f']])), '');
  assert.equal(toYaml(dict([['k'.repeat(1_025), 1]])), '');
  assert.equal(toYaml(Number.POSITIVE_INFINITY), '');
});

test('a text that begins with a byte order mark has every character escaped', () => {
  assert.equal(toYaml(goString('\ufeffab')), '"\\uFEFF\\x61\\x62"');
});

test('a merge gives way to keys behind it, and replaces those before it', () => {
  assert.equal(read('<<: {a: 1, b: 1}\na: 2'), '{"a":2,"b":1}');
  assert.equal(read('a: 2\n<<: {a: 1}'), '{"a":1}');
  assert.equal(read('<<: [{a: 1}, {a: 2, b: 2}]'), '{"a":1,"b":2}');
  assert.equal(yamlError('<<: 1'), 'yaml: map merge requires map or sequence of maps as the value');
});

test('an alias of itself, of nothing, or of too much is an error', () => {
  assert.equal(yamlError('a: &a\n  b: *a'), "yaml: anchor 'a' value contains itself");
  assert.equal(yamlError('a: *b'), "yaml: unknown anchor 'b' referenced");
  const levels = Array.from({ length: 9 }, (_, level) => `a${level + 1}: &a${level + 1} [${`*a${level},`.repeat(10)}]`);
  assert.equal(yamlError(`a0: &a0 [x]\n${levels.join('\n')}`), 'yaml: document contains excessive aliasing');
});

test('syntax errors name the line as Go does: the scanner one more than the parser, and none in the first line', () => {
  assert.equal(yamlError('a: b: c'), 'yaml: mapping values are not allowed in this context');
  assert.equal(yamlError('\na: b: c'), 'yaml: line 2: mapping values are not allowed in this context');
  assert.equal(yamlError('a: 1\n- b'), 'yaml: line 1: did not find expected key');
  assert.equal(yamlError('a: 1\n\n- b'), 'yaml: line 2: did not find expected key');
});

test('a byte that is not allowed is found when its 512 bytes are read, before what is wrong in them', () => {
  assert.equal(yamlError(`a: b: c\n${'#'.repeat(100)}\x07`), 'yaml: control characters are not allowed');
  assert.equal(yamlError(`a: b: c\n${'#'.repeat(600)}\x07`), 'yaml: mapping values are not allowed in this context');
});

test('UTF-16 is read', () => {
  assert.equal(encodeJson(fromYaml(Buffer.from('\ufeffa: é', 'utf16le').toString('latin1')), 'plain'), goString('{"a":"é"}'));
});

test('only the first document counts, and what is wrong behind it does not', () => {
  assert.equal(read('a: 1\n---\nb: ['), '{"a":1}');
});

test('keys become text, floats with 32 bits', () => {
  assert.equal(
    read('1: a\ntrue: b\n0.1: c\n-0.0: z\n16777217.0: d\n1e300: e\n9.8607613152626476e-32: f'),
    '{"-0":"z",".inf":"e","0.1":"c","1":"a","1.6777216e+07":"d","9.8607613e-32":"f","true":"b"}',
  );
});

test('a key that JSON has no text for is an error that shows it as Go would', () => {
  const value = 'map[interface {}]interface {}{"b":interface {}(nil), 1:[]interface {}{1.5, true}}';
  const error = yamlError('~: {b: , 1: [1.5, true]}');
  assert.equal(error, `unsupported map key of type: %!s(<nil>), key: <nil>, value: ${value}`);
  assert.equal(yamlError('? [a]\n: b'), 'yaml: invalid map key: []interface {}{"a"}');
});

test("brackets and blocks end at Go's depth with Go's error, and values at ours", () => {
  for (const open of ['[', '{a: ', '- ', '? ']) assert.equal(yamlError(open.repeat(20_000)), 'yaml: exceeded max depth of 10000');
  assert.throws(() => fromYaml(`a: ${'['.repeat(5_000)}${']'.repeat(5_000)}`), LimitExceeded);
  let nested: GoValue = 'x';
  for (let depth = 0; depth < 5_000; depth += 1) nested = list([nested]);
  assert.throws(() => toYaml(nested), LimitExceeded);
});

test('what is made of little asks first', () => {
  const stop = (): never => {
    throw new LimitExceeded('enough');
  };
  let nested: GoValue = list(Array.from({ length: 1_000 }, () => 1));
  for (let depth = 0; depth < 900; depth += 1) nested = dict([['a', nested]]);
  const room = (size: number): void => (size > 100_000 ? stop() : undefined);
  assert.throws(() => functions({ ...quiet, room }).toYaml(nested), LimitExceeded);
  assert.throws(() => functions({ ...quiet, spend: stop }).fromYaml('a: 1'), LimitExceeded);
});

import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { EffortExceeded } from '../../agent/resolve/gjson/effort.ts';
import { gjsonGet } from '../../agent/resolve/gjson/get.ts';

const users = '{"users":[{"n":"bob","id":1,"t":["x"]},{"n":"al","id":2,"t":[]}],"a.b":"lit","a":{"b":1},"dup":1,"dup":2}';
const get = (document: string, path: string) => gjsonGet(document, path);

/** What the read comes to: its result, or that it took too much. */
function effortOf(document: string, path: string): string | undefined {
  try {
    return get(document, path);
  } catch (error) {
    assert.ok(error instanceof EffortExceeded, String(error));
    return 'too much';
  }
}

test('the first of equal members counts, if the path leads to something in it', () => {
  assert.equal(get(users, 'dup'), '1');
  assert.equal(get('{"a":{"x":1},"a":{"y":2}}', 'a.y'), '2');
});

test('a dot separates, a backslash takes it literally', () => {
  assert.equal(get(users, 'a.b'), '1');
  assert.equal(get(users, 'a\\.b'), 'lit');
});

test('numbers keep their digits only when they are nothing but digits', () => {
  assert.equal(get('{"a":12345678901234567890}', 'a'), '12345678901234567890');
  assert.equal(get('{"a":1e3}', 'a'), '1000');
  assert.equal(get('{"a":1.50}', 'a'), '1.5');
  assert.equal(get('{"a":-0.0}', 'a'), '-0');
  assert.equal(get('{"a":1E-7}', 'a'), '0.0000001');
  assert.equal(get('{"a":1e21}', 'a'), '1000000000000000000000');
});

test('null exists and is empty, what is not there does not exist', () => {
  assert.equal(get('{"a":null}', 'a'), '');
  assert.equal(get('{"a":null}', 'b'), undefined);
  assert.equal(get('{"a":null}', 'a.b'), undefined);
});

test('raw results keep every byte of the document', () => {
  assert.equal(get('{"a":{ "b" :\t[1 , "\xff\xe9"] } }', 'a'), '{ "b" :\t[1 , "\xff\xe9"] }');
});

test('queries find the first or all, a pipe reads from what was collected', () => {
  assert.equal(get(users, 'users.#(n=="al").id'), '2');
  assert.equal(get(users, 'users.#(id>0)#.n'), '["bob","al"]');
  assert.equal(get(users, 'users.#(id>0)#.n|1'), 'al');
  assert.equal(get(users, 'users.#(t.#>0)#.n'), '["bob"]');
  assert.equal(get(users, 'users.#(n%"b*").id'), '1');
  assert.equal(get(users, 'users.#(n!)#.id'), '[]');
});

test('wildcards match whole runes of UTF-8', () => {
  const key = Buffer.from('é1').toString('latin1');
  assert.equal(get(`{"${key}":5}`, '??'), '5');
  assert.equal(get(`{"${key}":5}`, '???'), undefined);
});

test('multipaths build JSON from raw pieces', () => {
  assert.equal(get('{"a":1e3,"b":{"c":"x"}}', '{a,"n":b.c}'), '{"a":1e3,"n":"x"}');
  assert.equal(get('{"a":1e3,"b":{"c":"x"}}', '[b.c,none,a]'), '["x",1e3]');
});

test('modifiers apply to what was found before them', () => {
  assert.equal(get('{"a":[3,[1,[2]]]}', 'a.@flatten:{"deep":true}'), '[3,1,2]');
  assert.equal(get('{"a":{"x":1,"y":2}}', 'a.@reverse.@keys'), '["y","x"]');
  assert.equal(get('{"a":"{\\"b\\":1}"}', 'a.@fromstr.b'), '1');
  assert.equal(get('[{"a":1,"b":1},{"a":2}]', '@join'), '{"a":2,"b":1}');
  assert.equal(get('{"a":[1,2],"b":[3]}', '@group'), '[{"a":1,"b":3},{"a":2}]');
});

test('pretty sorts when asked, and keeps short arrays on one line', () => {
  assert.equal(get('{"b":[1,2],"a":{}}', '@pretty:{"sortKeys":true}'), '{\n  "a": {},\n  "b": [1, 2]\n}\n');
  assert.equal(get('[1,2]', '@pretty:{"width":0,"indent":"\\t"}'), '[\n\t1,\n\t2\n]\n');
});

test('documents need not be JSON', () => {
  assert.equal(get('{"a":"x"}trailing', 'a'), 'x');
  assert.equal(get('not json', 'a'), undefined);
  assert.equal(get('{"a":1', 'a'), '1');
  assert.equal(get('{"a":1}\n{"a":2}', '..#.a'), '[1,2]');
});

test('hostile documents and paths end, and never overflow the stack', () => {
  const deep = '['.repeat(200_000);
  for (const path of ['0.0.0', '@pretty', '@flatten:{"deep":true}', '@dig:a', '@tostr|'.repeat(60), '#.'.repeat(300)])
    effortOf(deep, path);
  for (const path of ['a.'.repeat(50_000), '@this|'.repeat(50_000), '{'.repeat(50_000), '#('.repeat(50_000)])
    effortOf('{"a":[1]}', path);
  assert.equal(effortOf(`["${'a'.repeat(20_000)}"]`, `#(%"${'*a'.repeat(2_000)}b")`), undefined);
});

const path = fc
  .array(
    fc.constantFrom(
      ...[
        'a',
        'b',
        '0',
        '1',
        '#',
        '*',
        'a?',
        '\\',
        '.',
        '.',
        '|',
        '#(',
        'a==1',
        ')',
        ')#',
        '{',
        '}',
        '[',
        ']',
        ',',
        ':',
        '"',
        '!true',
        '~',
      ],
      ...[
        '@this',
        '@keys',
        '@values',
        '@reverse',
        '@flatten',
        '@join',
        '@ugly',
        '@pretty',
        '@valid',
        '@tostr',
        '@fromstr',
        '@group',
        '@dig:a',
        '..',
      ],
    ),
    { maxLength: 12 },
  )
  .map((pieces) => pieces.join(''));

test('no path and no document makes it throw anything but that it takes too much', () => {
  const noise = fc.array(fc.constantFrom('{', '}', '[', ']', '"a"', ':', ',', '1', '-', '"', '\\', 'tru', 'null', ' ', '\xff'), {
    maxLength: 20,
  });
  fc.assert(fc.property(fc.json(), path, (document, each) => void effortOf(document, each)));
  fc.assert(fc.property(noise, path, (pieces, each) => void effortOf(pieces.join(''), each)));
});

test('every member of an object is found under its name', () => {
  const key = fc.stringMatching(/^[a-z][a-z0-9_-]{0,8}$/);
  fc.assert(
    fc.property(fc.dictionary(key, fc.oneof(fc.integer(), fc.boolean(), fc.stringMatching(/^[ -!#-[\]-~]*$/))), (members) => {
      for (const [name, value] of Object.entries(members)) assert.equal(get(JSON.stringify(members), name), String(value));
    }),
  );
});

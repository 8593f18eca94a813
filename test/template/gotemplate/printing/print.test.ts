import assert from 'node:assert/strict';
import test from 'node:test';
import { LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { joinedText, print, println, valueText } from '../../../../agent/template/gotemplate/printing/print.ts';
import { dict, type GoValue, int, list } from '../../../../agent/template/gotemplate/value.ts';

test('puts a space between two neighbours only when both are no strings', () => {
  assert.equal(print([int(1), int(2), 'a', int(3), null, true]), '1 2a3 <nil> true');
  assert.equal(print([]), '');
});

test('println keeps all apart', () => {
  assert.equal(println(['a', 'b', 1e6]), 'a b 1e+06\n');
  assert.equal(println([]), '\n');
});

test('text for escaping takes absent and nil for the same words, which count as a string', () => {
  assert.equal(joinedText([int(1), null, int(2), undefined]), '1<no value>2<no value>');
  assert.equal(joinedText(['a\xff']), 'a\xff');
});

test('shows a nil within something as <nil>', () => {
  assert.equal(valueText(list([null, dict([['a', null]])])), '[<nil> map[a:<nil>]]');
});

test('sorts keys by their bytes', () => {
  assert.equal(
    valueText(
      dict([
        ['b', int(1)],
        ['\xc3\xa9', int(2)],
        ['B', int(3)],
      ]),
    ),
    'map[B:3 b:1 \xc3\xa9:2]',
  );
});

test('ends at a limit with a map that holds itself', () => {
  const map = dict();
  map.entries.set('self', map);
  assert.throws(() => valueText(map), LimitExceeded);
});

test('ends at a limit with a small value that prints as a large text', () => {
  let value: GoValue = 'x';
  for (let level = 0; level < 40; level += 1) value = list([value, value]);
  assert.throws(() => valueText(value), LimitExceeded);
});

test('shows what is nested as deep as a reader would ever nest', () => {
  let value: GoValue = 'x';
  for (let level = 0; level < 1000; level += 1) value = list([value]);
  assert.equal(valueText(value), `${'['.repeat(1000)}x${']'.repeat(1000)}`);
});

// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Go's templates, not JavaScript's.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { compileRegexp } from '../../agent/core/re2.ts';

const replaced = (source: string, text: string, template: string) => compileRegexp(source).replaceAll(text, template);
const refusal = (source: string): string => {
  try {
    compileRegexp(source);
  } catch (error) {
    return error instanceof Error ? error.message : '';
  }
  return 'compiled';
};

test('a search is unanchored and prefers the first alternative, not the longest', () => {
  assert.equal(compileRegexp('b').matches('abc'), true);
  assert.equal(replaced('a|ab', 'ab', '-'), '-b');
});

test('an empty match right behind another match does not count', () => {
  assert.equal(replaced('x*', 'abc', '-'), '-a-b-c-');
  assert.equal(replaced('a*', 'baac', '-'), '-b-c-');
  assert.equal(replaced('(.*)', 'password', 'dev_$1'), 'dev_password');
  assert.equal(replaced('', 'a\u{1f600}', '-'), '-a-\u{1f600}-');
});

test('a name without braces is as long as it can be', () => {
  assert.equal(replaced('(\\w+)-(\\w+)', 'foo-bar', '$2_$1'), 'foo');
  assert.equal(replaced('(\\w+)-(\\w+)', 'foo-bar', '${2}_$1'), 'bar_foo');
  assert.equal(replaced('(?P<n>a)', 'a', '$n-${n}-$\u00e9-${\u00e9}'), 'a-a--');
});

test('numbers beyond the groups, numbers with leading zeros and unknown names are empty', () => {
  assert.equal(replaced('(a)', 'a', '[$9$01$zz$0]'), '[a]');
});

test('a dollar that begins no reference stands for itself, backslashes always do', () => {
  assert.equal(replaced('a', 'a', '$$ $- ${} ${a b} \\1 ${'), '$ $- ${} ${a b} \\1 ${');
});

test('of groups with equal names the first that took part is meant', () => {
  assert.equal(replaced('(?P<n>a)|(?P<n>b)', 'ab', '<$n>'), '<a><b>');
});

test('named groups may be written in both ways', () => {
  assert.equal(replaced('(?<a>x)(?P<b>y)', 'xy', '$b$a'), 'yx');
});

test('classes have the long names that Go knows', () => {
  assert.equal(compileRegexp('^\\p{Uppercase_Letter}\\p{greek}[\\p{decimal number}]$').matches('A\u03b15'), true);
});

test('refusals have the words of Go', () => {
  assert.equal(refusal('(?=x)'), 'error parsing regexp: invalid or unsupported Perl syntax: `(?=`');
  assert.equal(refusal('a**'), 'error parsing regexp: invalid nested repetition operator: `**`');
  assert.equal(refusal('['), 'error parsing regexp: missing closing ]: `[`');
  assert.equal(refusal('\\y'), 'error parsing regexp: invalid escape sequence: `\\y`');
  assert.equal(refusal('(\\p{letter}'), 'error parsing regexp: missing closing ): `(\\p{letter}`');
  assert.equal(refusal('\\p{Klingonish}'), 'error parsing regexp: invalid character class range: `\\p{Klingonish}`');
});

test('a hostile expression takes linear time', () => {
  assert.equal(compileRegexp('(a+)+$').matches(`${'a'.repeat(5_000)}b`), false);
});

test('no expression, text or template makes it hang or throw anything but a refusal', () => {
  const piece = fc.constantFrom(
    'a',
    '(',
    ')',
    '(?P<n>',
    '|',
    '*',
    '+?',
    '.',
    '^',
    '$',
    '[^a]',
    '\\d',
    '\\b',
    '{2,}',
    '\\pL',
    '\u{1f600}',
    '(?i)',
  );
  const source = fc.array(piece, { maxLength: 8 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(source, fc.string({ unit: 'grapheme' }), fc.string(), (expression, text, template) => {
      const message = refusal(expression);
      if (message === 'compiled') compileRegexp(expression).replaceAll(text, template);
      else assert.match(message, /^error parsing regexp: /);
    }),
  );
});

test('refusals show the expression as it was written', () => {
  assert.equal(refusal('\\p{lu}\\p{Uppercase_Letter})'), 'error parsing regexp: unexpected ): `\\p{lu}\\p{Uppercase_Letter})`');
  assert.equal(refusal('a\\'), 'error parsing regexp: trailing backslash at end of expression: ``');
  assert.equal(refusal('(?P<n-1>a)'), 'error parsing regexp: invalid named capture: `(?P<n-1>`');
  assert.equal(refusal('\\x{110000}'), 'error parsing regexp: invalid escape sequence: `\\x{110000`');
  assert.equal(refusal('(?i-)'), 'error parsing regexp: invalid or unsupported Perl syntax: `(?i-)`');
  assert.equal(refusal('[b-a'), 'error parsing regexp: invalid character class range: `b-a`');
  assert.equal(refusal('a**[b-a'), 'error parsing regexp: invalid nested repetition operator: `**`');
});

test('what only re2js knows is refused', () => {
  assert.match(refusal('\\p{Uppercase}'), /invalid character class range/);
  assert.match(refusal('\\p{Old_Italic}'), /invalid character class range/);
});

test('a bracket within a class is no beginning of another', () => {
  assert.equal(replaced('[[:]+', 'a[:b', '-'), 'a-b');
  assert.equal(replaced('[]a]|[^]a]', ']b', '-'), '--');
});

test('a name that stands in for an equal one is free', () => {
  assert.equal(replaced('(?P<again0_n>c)(?P<n>a)(?P<n>b)', 'cab', '$again0_n$n'), 'ca');
});

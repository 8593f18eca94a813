// biome-ignore-all lint/suspicious/noTemplateCurlyInString: Go's templates, not JavaScript's.
import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { openBudget } from '../../../../agent/template/gotemplate/budget.ts';
import { functions } from '../../../../agent/template/gotemplate/functions/regexps.ts';
import { LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { goString } from '../../../../agent/template/gotemplate/value.ts';

const withBudget = (limits = {}) =>
  functions({ now: () => 0, randomBytes: (count) => new Uint8Array(count), ...openBudget(limits) });
const f = withBudget();

test('a byte that is no UTF-8 matches as one rune, and stays what it is', () => {
  assert.equal(f.regexReplaceAll('(.)b', '\xffb', '${1}-'), '\xff-');
  assert.deepEqual(f.regexFindAll('.', `\xff${goString('é')}\xe9`, -1n), ['\xff', goString('é'), '\xe9']);
  assert.deepEqual(f.regexSplit('-', 'a\x80-\xfe', -1n), ['a\x80', '\xfe']);
  assert.equal(f.regexMatch(goString('^\ufffd$'), '\xff'), true);
  assert.equal(f.regexReplaceAllLiteral('x', 'axb', '$1\xff'), 'a$1\xffb');
});

test('names in a replacement end at a byte that is no UTF-8', () => {
  assert.equal(f.regexReplaceAll('(?P<n>a)', 'a', '$n\xff$\xff'), 'a\xff$\xff');
  assert.equal(f.regexReplaceAll('(?P<n>a)', 'a', goString('[$né]')), '[]');
});

test('nothing found is a nil list, and a limit of 0 is, too', () => {
  assert.equal(f.regexFindAll('x', 'abc', -1n), null);
  assert.equal(f.regexFindAll('a', 'abc', 0n), null);
  assert.equal(f.regexSplit('a', 'abc', 0n), null);
  assert.deepEqual(f.regexSplit('', '', -1n), []);
  assert.deepEqual(f.regexSplit('x', '', -1n), ['']);
  assert.deepEqual(f.regexFindAll('a', 'aaa', 2n), ['a', 'a']);
});

test('pieces between matches are as many as the limit', () => {
  assert.deepEqual(f.regexSplit('x*', 'axbxc', -1n), ['a', 'b', 'c']);
  assert.deepEqual(f.regexSplit(',', 'a,b,c', 2n), ['a', 'b,c']);
  assert.deepEqual(f.regexSplit(',', 'a,b,', -1n), ['a', 'b', '']);
});

test('a wrong expression is quoted between backquotes if it can be', () => {
  const words = 'error parsing regexp: missing closing ): `';
  assert.throws(() => f.regexFind('(', ''), { message: `regexp: Compile(\`(\`): ${words}(\`` });
  assert.throws(() => f.regexFind('(`', ''), { message: `regexp: Compile("(\`"): ${words}(\`\`` });
  assert.throws(() => f.mustRegexFind('(', ''), { message: `${words}(\`` });
  assert.equal(f.regexMatch('(', ''), false);
  assert.throws(() => f.mustRegexMatch('(', ''), { message: `${words}(\`` });
});

test('an expression that is no UTF-8 is refused from the byte on that makes it so', () => {
  const refusal = (source: string, message: string) =>
    assert.throws(() => f.mustRegexMatch(source, ''), { message: `error parsing regexp: ${message}` });
  refusal('(a\xffb', 'invalid UTF-8: `\xffb`');
  refusal('a**\xff', 'invalid nested repetition operator: `**`');
  refusal('\\Qa\xff\\Eb', 'invalid UTF-8: `\xff`');
  refusal('(?P<n\xff>a)', 'invalid UTF-8: `\xff`');
  refusal('[[:x\xff:]]', 'invalid character class range: `[:x\xff:]`');
});

test('quoting an expression makes it match itself', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }).map(goString), (text) => {
      const fresh = withBudget();
      assert.equal(fresh.regexFind(`^${fresh.regexQuoteMeta(text)}$`, text), text);
    }),
  );
});

test('a search that takes too long ends, and so does a result that grows too large', () => {
  const short = withBudget({ timeoutMs: 50 });
  assert.throws(() => short.regexFindAll('a.*b|a', 'a'.repeat(100_000), -1n), LimitExceeded);
  assert.equal(withBudget().regexMatch('(a+)+$', `${'a'.repeat(100_000)}b`), false);
  assert.throws(() => withBudget().regexReplaceAll('', 'a'.repeat(10_000), 'b'.repeat(10_000)), LimitExceeded);
});

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { isUpperRune, lowerRune, titleRune, upperRune } from '../../../../agent/template/gotemplate/functions/letter-case.ts';
import { functions } from '../../../../agent/template/gotemplate/functions/text.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { GoList, goString, int, list } from '../../../../agent/template/gotemplate/value.ts';

const world = {
  now: () => 0,
  randomBytes: (count: number) => new Uint8Array(count),
  room: (size: number) => {
    if (size > 1000) throw new LimitExceeded('too large');
  },
  spend: () => {},
};
const text = functions(world);

test('every rune has the cases that Go 1.26 gives it, whatever Unicode this Node knows', () => {
  const hash = createHash('sha256');
  for (let rune = 0; rune <= 0x10ffff; rune += 1) {
    if (rune >= 0xd800 && rune < 0xe000) continue;
    const cases = [upperRune(rune), lowerRune(rune), titleRune(rune)];
    const isUpper = isUpperRune(rune);
    if (isUpper || cases.some((each) => each !== rune)) hash.update(`${[rune, ...cases].join(' ')} ${isUpper ? 1 : 0}\n`);
  }
  // Of the same lines, printed by a Go program with package unicode.
  assert.equal(hash.digest('hex'), '2eb96dc2668b6ec05e11dfda57e5434f0080ce8b7a745b5fcb3d885762cbe7d8');
});

test('a byte that is no UTF-8 passes where text is cut, and is U+FFFD where letters change', () => {
  assert.equal(text.trimSuffix('b', '\xffb'), '\xff');
  assert.deepEqual(text.splitList('', '\xff\xc3\xa9'), ['\xff', '\xc3\xa9']);
  assert.equal(text.replace('', '-', '\xffa'), '-\xff-a-');
  assert.equal(text.upper('\xffa'), `${goString('\ufffd')}A`);
  assert.equal(text.snakecase('\xffa'), '\xffa');
  assert.equal(text.snakecase('\xffA'), `${goString('\ufffd')}a`);
});

test('a byte that is no UTF-8 in the set of trimAll takes away all such bytes', () => {
  assert.equal(text.trimAll('\xff', '\xfe\x80a\xc3'), 'a');
  assert.equal(text.trimAll(goString('é'), goString('éaé')), 'a');
});

test('nospace and initials take bytes for letters, as sprig does', () => {
  assert.equal(text.nospace(goString('é')), goString('é'));
  assert.equal(text.nospace(goString('é à')), '\xc3\x83\xc2\xa9\xc3\x83'); // The second byte of à is a space of its own.
  assert.equal(text.initials(goString('été ab')), '\xc3\x83a');
});

test('case changes are those of single letters', () => {
  assert.equal(text.upper(goString('straße ŉ ᾳ')), goString('STRAßE ŉ ᾼ'));
  assert.equal(text.lower(goString('İΣ')), goString('iσ'));
  assert.equal(text.title(goString('ǆ o’neil')), goString('ǅ O’neil'));
  assert.equal(text.swapcase(goString('ǆx ᾼ')), goString('ǅX ᾳ'));
});

test('a text of nothing but connectors gets one more from camelcase', () => {
  assert.equal(text.camelcase('__'), '___');
  assert.equal(text.camelcase(' -foo_-bar'), ' -Foo_Bar');
});

test('what is cut out of range is the panic of Go', () => {
  const fails = (start: bigint, end: bigint, message: string) =>
    assert.throws(
      () => text.substr(start, end, 'abc'),
      (error) => error instanceof GoError && error.message === message,
    );
  fails(-1n, -2n, 'runtime error: slice bounds out of range [:-2]');
  fails(-1n, 4n, 'runtime error: slice bounds out of range [:4] with length 3');
  fails(4n, -1n, 'runtime error: slice bounds out of range [4:3]');
  fails(2n, 1n, 'runtime error: slice bounds out of range [2:1]');
});

test('sizes of 64 bits neither hang nor fail', () => {
  const largest = 2n ** 63n - 1n;
  for (const size of [largest, -largest - 1n]) {
    for (const name of ['abbrev', 'trunc', 'wrap'] as const) assert.equal(text[name](size, 'a'), 'a');
  }
  assert.equal(text.abbrevboth(-largest - 1n, 5n, 'abcdefgh'), '');
  assert.equal(text.repeat(largest, ''), '');
  assert.throws(() => text.repeat(largest, 'ab'), { message: 'strings: Repeat output length overflow' });
  assert.throws(() => text.indent(-1n, ''), { message: 'strings: negative Repeat count' });
});

test('what grows asks for room first', () => {
  const long = '\n'.repeat(100);
  for (const grow of [
    () => text.repeat(2000n, 'a'),
    () => text.indent(20n, long),
    () => text.nindent(20n, long),
    () => text.replace('\n', '0123456789ab', long),
    () => text.wrapWith(1n, '0123456789ab', 'a'.repeat(100)),
    () => text.join('0123456789ab', list([...long])),
    () => text.cat(...Array(100).fill(list(['0123456789ab']))),
    () => text.toString(list(Array(100).fill(list(['0123456789ab'])))),
  ]) {
    assert.throws(grow, LimitExceeded);
  }
});

test('sortAlpha sorts a []string where it is, and no other list', () => {
  const texts = new GoList('[]string', ['b', 'a']);
  assert.deepEqual(text.sortAlpha(texts), ['a', 'b']);
  assert.deepEqual(texts.items, ['a', 'b']);
  const values = list(['b', 'a', null, int(1)]);
  assert.deepEqual(text.sortAlpha(values), ['1', 'a', 'b']);
  assert.equal(values.items[0], 'b');
});

test('what was split is whole again when joined', () => {
  const bytes = fc.string({ unit: fc.constantFrom('a', ',', '\xff', '\xc3', '\xa9', ' '), maxLength: 20 });
  fc.assert(fc.property(bytes, bytes, (separator, whole) => (text.splitList(separator, whole) ?? []).join(separator) === whole));
});

test('splitn keeps the rest in its last part', () => {
  assert.deepEqual(
    [...text.splitn('', 2n, 'abc')],
    [
      ['_0', 'a'],
      ['_1', 'bc'],
    ],
  );
  assert.deepEqual([...text.splitn(',', 0n, 'a,b')], []);
  assert.deepEqual([...text.split('', '')], []);
});

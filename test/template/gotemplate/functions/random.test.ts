import assert from 'node:assert/strict';
import test from 'node:test';
import { functions } from '../../../../agent/template/gotemplate/functions/random.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { randomStream } from '../../../../agent/template/gotemplate/random-stream.ts';

const limit = 1 << 20;

function seeded(seed: string) {
  return functions({
    now: () => 0,
    randomBytes: randomStream(Buffer.from(seed)),
    room: (size) => {
      if (size > limit) throw new LimitExceeded('too large');
    },
    spend: () => {},
  });
}

test('the same seed gives the same texts, another one others', () => {
  const all = ({ randAlphaNum, randInt, randBytes, shuffle, uuidv4 }: ReturnType<typeof seeded>) =>
    [randAlphaNum(20n), String(randInt(0n, 1n << 60n)), randBytes(9n), shuffle('abcdefghijklmnop'), uuidv4()] as const;
  assert.deepEqual(all(seeded('a')), all(seeded('a')));
  const [first, second] = [all(seeded('a')), all(seeded('b'))];
  for (const [index, text] of first.entries()) assert.notEqual(text, second[index]);
});

test('each function keeps to its characters, and uses all of them', () => {
  const random = seeded('characters');
  const distinct = (text: string) => [...new Set(text)].sort().join('');
  const digits = '0123456789';
  const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
  assert.equal(distinct(random.randNumeric(2_000n)), digits);
  assert.equal(distinct(random.randAlpha(2_000n)), upper + upper.toLowerCase());
  assert.equal(distinct(random.randAlphaNum(2_000n)), digits + upper + upper.toLowerCase());
  assert.match(random.randAscii(5_000n), /^[ -~]{5000}$/);
  assert.equal(distinct(random.randAscii(5_000n)).length, 95);
});

test('no character is favoured', () => {
  const counts = new Map<string, number>();
  for (const char of seeded('fair').randAlphaNum(62_000n)) counts.set(char, (counts.get(char) ?? 0) + 1);
  for (const count of counts.values()) assert.ok(Math.abs(count - 1_000) < 160, `${count} of about 1000`);
});

test('a number is from the lower bound to below the upper one', () => {
  const { randInt } = seeded('numbers');
  const seen = new Set(Array.from({ length: 200 }, () => randInt(-2n, 3n)));
  assert.deepEqual(
    [...seen].sort((a, b) => Number(a - b)),
    [-2n, -1n, 0n, 1n, 2n],
  );
  assert.equal(randInt(7n, 8n), 7n);
});

test('bounds that leave nothing to choose are an error, also those too far apart for 64 bits', () => {
  const { randInt } = seeded('bounds');
  for (const [low, high] of [
    [1n, 1n],
    [2n, 1n],
    [-(1n << 63n), (1n << 63n) - 1n],
  ] as const) {
    assert.throws(() => randInt(low, high), new GoError('invalid argument to Intn', 'fixed'));
  }
});

test('a negative length is empty for text, and an error for bytes', () => {
  const { randAlpha, randBytes } = seeded('negative');
  assert.equal(randAlpha(-1n), '');
  assert.equal(randBytes(0n), '');
  assert.throws(() => randBytes(-1n), new GoError('runtime error: makeslice: len out of range', 'fixed'));
});

test('a text that is too long is refused before it is made', () => {
  const { randAscii, randBytes } = seeded('long');
  assert.throws(() => randAscii(1n << 40n), LimitExceeded);
  assert.throws(() => randBytes(1n << 40n), LimitExceeded);
  assert.throws(() => randAscii(1n << 47n), GoError);
});

test('shuffling keeps the runes; a byte that is no UTF-8 becomes U+FFFD', () => {
  const { shuffle } = seeded('shuffle');
  const runes = (text: string) => [...Buffer.from(text, 'latin1').toString('utf8')].sort().join('');
  const text = Buffer.from('aäß😀zz').toString('latin1');
  assert.equal(runes(shuffle(text)), runes(text));
  assert.equal(shuffle('\xff'), '\xef\xbf\xbd');
  assert.equal(shuffle(''), '');
});

test('a UUID is of version 4', () => {
  const { uuidv4 } = seeded('uuid');
  for (let count = 0; count < 20; count += 1) {
    assert.match(uuidv4(), /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  }
});

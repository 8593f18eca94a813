import assert from 'node:assert/strict';
import test from 'node:test';
import fc from 'fast-check';
import { GoTime } from '../../../../agent/template/gotemplate/dates/go-time.ts';
import { fromUnix } from '../../../../agent/template/gotemplate/dates/instant.ts';
import { integerMethod } from '../../../../agent/template/gotemplate/dates/integer-methods.ts';
import { fixedZone, utc } from '../../../../agent/template/gotemplate/dates/location.ts';
import { functions } from '../../../../agent/template/gotemplate/functions/dates.ts';
import { functions as zonedFunctions } from '../../../../agent/template/gotemplate/functions/zoned-dates.ts';
import { GoInt, type GoObject, type GoValue, int, int64 } from '../../../../agent/template/gotemplate/value.ts';

const nowMs = Date.UTC(2024, 1, 29, 12, 30, 15, 250);
const world = { now: () => nowMs, randomBytes: (count: number) => new Uint8Array(count), room: () => {}, spend: () => {} };
const [f, zoned] = [functions(world), zonedFunctions(world)];
const call = (value: GoObject, name: string, ...args: GoValue[]) => value.method(name)?.call(...args);
const text = (value: GoValue | undefined) => (value instanceof GoTime ? value.text() : value);

test('now is the time of the world, without the monotonic clock that Go prints', () => {
  assert.equal(f.now().text(), '2024-02-29 12:30:15.25 +0000 UTC');
  assert.equal(f.date('2006', 'any text'), '2024');
  assert.equal(f.ago(int64(BigInt(nowMs / 1000 - 90.25))), '1m30s');
  assert.equal(f.ago('text'), '0s');
});

test('a zone is in force as the tz database has it, before its first change and long after its last', () => {
  const shown = (unix: bigint, zone: string) => zoned.dateInZone('2006-01-02 15:04:05 MST -07:00:00', int64(unix), zone);
  assert.equal(shown(2_540_000_000n, 'Europe/Berlin'), '2050-06-28 05:33:20 CEST +02:00:00');
  assert.equal(shown(-5_364_662_400n, 'Europe/Berlin'), '1800-01-01 00:53:28 LMT +00:53:28');
  assert.equal(shown(95_617_584_000n, 'America/New_York'), '4999-12-31 19:00:00 EST -05:00:00');
  assert.equal(shown(95_632_000_000n, 'Australia/Lord_Howe'), '5000-06-17 06:56:40 +1030 +10:30:00');
  assert.equal(shown(0n, 'US/Pacific'), '1969-12-31 16:00:00 PST -08:00:00');
  assert.equal(shown(-5_364_662_400n, 'EST'), '1799-12-31 19:00:00 EST -05:00:00');
  assert.equal(shown(0n, 'europe/berlin'), '1970-01-01 00:00:00 UTC +00:00:00');
  assert.equal(shown(0n, 'Europe/Berlin|x'), '1970-01-01 00:00:00 UTC +00:00:00');
});

test('an abbreviation without an offset says nothing of the time', () => {
  assert.equal(f.toDate('15:04 MST', '10:00 AST').text(), '0000-01-01 10:00:00 +0000 AST');
  assert.equal(f.toDate('15:04 MST', '10:00 GMT+3').text(), '0000-01-01 13:00:00 +0300 GMT+3');
  assert.equal(f.toDate('15:04 MST -0700', '10:00 AST -0400').text(), '0000-01-01 10:00:00 -0400 AST');
  assert.equal(f.toDate('2006', 'no year').text(), '0001-01-01 00:00:00 +0000 UTC');
});

test('an error quotes byte by byte', () => {
  assert.throws(() => f.mustToDate('2006\xff"', '2020é'), {
    message: 'parsing time "2020\\xe9" as "2006\\xff\\"": cannot parse "\\xe9" as "\\xff\\""',
  });
  assert.throws(() => f.mustDateModify('1\xff', f.now()), { message: 'time: unknown unit "\\xff" in duration "1\\xff"' });
  assert.equal(f.mustDateModify('1\xc2\xb5s', f.now()).text(), '2024-02-29 12:30:15.250001 +0000 UTC');
});

test('times are equal when their zones are the same object, too', () => {
  const parse = (value: string) => f.toDate('2006-01-02T15:04:05Z07:00', value);
  assert.equal(parse('2020-01-01T00:00:00+02:00').equals(parse('2020-01-01T00:00:00+02:00')), true);
  assert.equal(parse('2020-01-01T00:00:00+02:30').equals(parse('2020-01-01T00:00:00+02:30')), false);
  assert.equal(parse('2020-01-01T00:00:00+00:00').equals(parse('2020-01-01T00:00:00Z')), false);
  assert.equal(call(parse('2020-01-01T00:00:00+02:30'), 'Equal', parse('2019-12-31T21:30:00Z')), true);
});

test('months that are too short run over', () => {
  assert.equal(
    text(call(f.toDate('2006-01-02', '2023-01-31'), 'AddDate', int(0), int(1), int(0))),
    '2023-03-03 00:00:00 +0000 UTC',
  );
});

test('durations, months and weekdays have the methods of Go', () => {
  const duration = new GoInt('time.Duration', -5_400_000_000_001n);
  const value = (of: GoInt, name: string, ...args: GoValue[]) => integerMethod(of, name)?.call(...args);
  assert.equal(value(duration, 'Hours'), -1.5000000000002778);
  assert.equal(value(duration, 'String'), '-1h30m0.000000001s');
  assert.deepEqual(value(duration, 'Milliseconds'), int64(-5_400_000n));
  assert.deepEqual(value(duration, 'Round', int64(3_600_000_000_000n)), new GoInt('time.Duration', -7_200_000_000_000n));
  assert.deepEqual(value(duration, 'Truncate', int64(3_600_000_000_000n)), new GoInt('time.Duration', -3_600_000_000_000n));
  assert.deepEqual(value(new GoInt('time.Duration', -(2n ** 63n)), 'Abs'), new GoInt('time.Duration', 2n ** 63n - 1n));
  assert.equal(value(new GoInt('time.Month', 5n), 'String'), 'May');
  assert.equal(integerMethod(new GoInt('time.Month', 5n), 'Hours'), undefined);
  assert.equal(integerMethod(int64(5n), 'String'), undefined);
});

test('a method with several results has them in its signature, by which the caller refuses it', () => {
  assert.equal(f.now().method('Date')?.signature, 'Date() (int, time.Month, int)');
});

test('JSON has years of four digits', () => {
  assert.equal(new GoTime(fromUnix(0n, 5, fixedZone('', 5400))).json(), '"1970-01-01T01:30:00.000000005+01:30"');
  assert.throws(() => new GoTime(fromUnix(2n ** 40n)).json(), { message: 'Time.MarshalJSON: year outside of range [0,9999]' });
});

test('no time of 64 bits is too far, and sums stop at the ends', () => {
  assert.equal(f.date('2006-01-02', int64(2n ** 63n - 1n)), '292277026596-12-04');
  const far = new GoTime(fromUnix(2n ** 63n - 1n - 62135596800n));
  assert.equal(text(call(far, 'Add', new GoInt('time.Duration', 2n * 10n ** 18n))), far.text());
});

test('a day is what JavaScript says it is, and comes back from its text', () => {
  const layout = '2006-01-02T15:04:05.000000000Z07:00';
  const range = { min: -62_135_596_800, max: 253_402_300_799 };
  fc.assert(
    fc.property(fc.integer(range), fc.nat(999_999_999), fc.integer({ min: -86_340, max: 86_340 }), (unix, ns, offset) => {
      assert.equal(f.date('2006-01-02T15:04:05.000Z07:00', int64(BigInt(unix))), new Date(unix * 1000).toISOString());
      const time = new GoTime(fromUnix(BigInt(unix), ns, offset === 0 ? utc : fixedZone('', offset - (offset % 60))));
      const shown = String(call(time, 'Format', layout));
      if (/^\d{4}-/.test(shown)) assert.equal(text(call(f.mustToDate(layout, shown), 'UTC')), text(call(time, 'UTC')));
    }),
  );
});

test('no layout and no text makes parsing throw anything but an error of Go', () => {
  const piece = fc.constantFrom(
    ...'2006 06 Jan 1 02 _2 002 Mon 15 03 4 05 PM MST -0700 Z07:00 .000 ,999'.split(' '),
    ' ',
    '-',
    '\xff',
    '2020',
    '+1',
  );
  const several = fc.array(piece, { maxLength: 6 }).map((pieces) => pieces.join(''));
  fc.assert(
    fc.property(several, several, (layout, value) => {
      try {
        f.mustToDate(layout, value);
      } catch (error) {
        assert.match(error instanceof Error ? error.message : '', /^parsing time "/);
      }
    }),
  );
});

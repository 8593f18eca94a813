import assert from 'node:assert/strict';
import test from 'node:test';
import { parseSchedule } from '../../agent/core/cron.ts';
import { nextAllowed, refreshAllowed } from '../../agent/core/sync-windows.ts';

const hourMs = 3_600_000;
const nightly = (kind: 'allow' | 'deny') => ({ kind, windows: [{ schedule: '0 22 * * *', durationMs: 2 * hourMs }] });
const next = (schedule: string, after: string) => parseSchedule(schedule)?.next(new Date(after))?.toISOString();

test('a window holds its first and its last instant', () => {
  const at = (text: string) => refreshAllowed(nightly('allow'), new Date(text));
  assert.deepEqual(
    ['2026-01-01T21:59:59.999Z', '2026-01-01T22:00:00Z', '2026-01-02T00:00:00Z', '2026-01-02T00:00:00.001Z'].map(at),
    [false, true, true, false],
  );
});

test('deny turns it around', () => {
  assert.equal(refreshAllowed(nightly('deny'), new Date('2026-01-01T23:00:00Z')), false);
  assert.equal(refreshAllowed(nightly('deny'), new Date('2026-01-01T12:00:00Z')), true);
});

test('a schedule that does not parse is never active', () => {
  const broken = [{ schedule: '61 * * * *', durationMs: hourMs }];
  assert.equal(refreshAllowed({ kind: 'allow', windows: broken }, new Date()), false);
  assert.equal(refreshAllowed({ kind: 'deny', windows: broken }, new Date()), true);
  assert.equal(nextAllowed({ kind: 'allow', windows: broken }, new Date()), undefined);
});

test('the next allowed moment is now, the next opening, or right behind the denied time', () => {
  const allow = (text: string) => nextAllowed(nightly('allow'), new Date(text))?.toISOString();
  assert.equal(allow('2026-01-01T23:00:00Z'), '2026-01-01T23:00:00.000Z');
  assert.equal(allow('2026-01-01T10:00:00Z'), '2026-01-01T22:00:00.000Z');
  assert.equal(nextAllowed(nightly('deny'), new Date('2026-01-01T23:00:00Z'))?.toISOString(), '2026-01-02T00:00:00.001Z');
});

test('denied windows that touch are one; windows without a gap end the search', () => {
  const windows = [
    { schedule: '0 8 * * *', durationMs: hourMs },
    { schedule: '0 9 * * *', durationMs: hourMs },
  ];
  assert.equal(
    nextAllowed({ kind: 'deny', windows }, new Date('2026-01-01T08:30:00Z'))?.toISOString(),
    '2026-01-01T10:00:00.001Z',
  );
  const always = [{ schedule: '* * * * *', durationMs: hourMs }];
  assert.equal(nextAllowed({ kind: 'deny', windows: always }, new Date('2026-01-01T08:30:00Z')), undefined);
});

test('cron fields take lists, ranges, steps and names', () => {
  assert.equal(next('*/15 8-10 * * MON-FRI', '2026-01-03T09:00:00Z'), '2026-01-05T08:00:00.000Z');
  assert.equal(next('50/5 * * * *', '2026-01-01T00:51:00Z'), '2026-01-01T00:55:00.000Z');
  assert.equal(next('0 0 1 jan,jul ?', '2026-02-01T00:00:00Z'), '2026-07-01T00:00:00.000Z');
  assert.equal(next('0 0 29 2 *', '2026-01-01T00:00:00Z'), '2028-02-29T00:00:00.000Z');
  assert.equal(next('0 0 31 2 *', '2026-01-01T00:00:00Z'), undefined);
});

test('a day of the month and a day of the week are alternatives; a star leaves the choice to the other', () => {
  assert.equal(next('0 0 13 * 5', '2026-01-01T00:00:00Z'), '2026-01-02T00:00:00.000Z');
  assert.equal(next('0 0 13 * *', '2026-01-01T00:00:00Z'), '2026-01-13T00:00:00.000Z');
  assert.equal(next('0 0 */2 * 5', '2026-01-01T00:00:00Z'), '2026-01-02T00:00:00.000Z');
});

test('descriptors are known by name, @every counts from the moment asked for', () => {
  assert.equal(next('@daily', '2026-01-01T10:00:00Z'), '2026-01-02T00:00:00.000Z');
  assert.equal(next('@weekly', '2026-01-01T10:00:00Z'), '2026-01-04T00:00:00.000Z');
  assert.equal(next('@every 1h30m', '2026-01-01T10:00:00Z'), '2026-01-01T11:30:00.000Z');
});

test('what is no 5-field cron line is refused', () => {
  for (const text of ['', '* * * *', '* * * * * *', '60 * * * *', '* 24 * * *', '* * 0 * *', '* * * 13 *', '* * * * 7']) {
    assert.equal(parseSchedule(text), undefined, text);
  }
  for (const text of ['5-1 * * * *', '*/0 * * * *', '1-2-3 * * * *', '1/2/3 * * * *', 'x * * * *', '@never', '@every 1d']) {
    assert.equal(parseSchedule(text), undefined, text);
  }
});

import assert from 'node:assert/strict';
import test from 'node:test';
import { type RefreshFacts, type RefreshSettings, refreshReason } from '../../agent/core/refresh-decision.ts';

const hourMs = 3_600_000;
const now = Date.parse('2026-01-01T12:00:00Z');
const periodic: RefreshSettings = { refreshPolicy: 'Periodic', refreshIntervalMs: hourMs, creationPolicy: 'Owner' };
const fresh: RefreshFacts = { refreshedAt: now - 1000, isChanged: false, isForced: false, isTargetDamaged: false };

const decide = (settings: Partial<RefreshSettings>, facts: Partial<RefreshFacts>, rules: 'agent' | 'eso' = 'agent') =>
  refreshReason({ ...periodic, ...settings }, { ...fresh, ...facts }, now, rules);

test('what never succeeded is fetched under every policy', () => {
  for (const refreshPolicy of ['Periodic', 'CreatedOnce', 'OnChange'] as const) {
    assert.equal(decide({ refreshPolicy }, { refreshedAt: undefined }), 'first');
  }
});

test('a periodic secret is due when more than its interval has passed, or the clock was set back', () => {
  assert.equal(decide({}, { refreshedAt: now - hourMs }), undefined);
  assert.equal(decide({}, { refreshedAt: now - hourMs - 1 }), 'due');
  assert.equal(decide({}, { refreshedAt: now + 1 }), 'due');
});

test('sync windows hold back only what time drives', () => {
  const syncWindows = { kind: 'allow', windows: [{ schedule: '0 22 * * *', durationMs: hourMs }] } as const;
  assert.equal(decide({ syncWindows }, { refreshedAt: now - 2 * hourMs }), undefined);
  assert.equal(decide({ syncWindows }, { isChanged: true }), 'changed');
  assert.equal(decide({ syncWindows }, { refreshedAt: undefined }), 'first');
});

test('a change counts for Periodic and OnChange, not for CreatedOnce nor with interval 0', () => {
  assert.equal(decide({}, { isChanged: true }), 'changed');
  assert.equal(decide({ refreshPolicy: 'OnChange' }, { isChanged: true }), 'changed');
  assert.equal(decide({ refreshPolicy: 'CreatedOnce' }, { isChanged: true }), undefined);
  assert.equal(decide({ refreshIntervalMs: 0 }, { isChanged: true }), undefined);
});

test('forcing works always in the agent; in ESO it is a changed annotation', () => {
  for (const rules of ['agent', 'eso'] as const) {
    const wanted = rules === 'agent' ? 'forced' : undefined;
    assert.equal(decide({ refreshIntervalMs: 0 }, { isForced: true }, rules), wanted);
    assert.equal(decide({ refreshPolicy: 'CreatedOnce' }, { isForced: true }, rules), wanted);
  }
  assert.equal(decide({}, { isForced: true }, 'eso'), 'changed');
});

test('ESO fetches again for a damaged target that is no orphan; the agent mends it from what it holds', () => {
  const damaged = { isTargetDamaged: true };
  assert.equal(decide({ refreshPolicy: 'CreatedOnce' }, damaged, 'eso'), 'damaged');
  assert.equal(decide({ creationPolicy: 'Orphan' }, damaged, 'eso'), undefined);
  assert.equal(decide({}, damaged), undefined);
});

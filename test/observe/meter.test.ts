import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import fc from 'fast-check';
import { expositionText } from '../../agent/observe/exposition.ts';
import { createMeter, type Meter } from '../../agent/observe/meter.ts';
import { parseMetrics } from './prometheus-text.ts';
import { externalSecret, startedMs, statusOf, store } from './statuses.ts';

const page = (meter: Meter, status = statusOf(), nowMs = startedMs + 90_000) => parseMetrics(meter.render(status, nowMs));

function newMeter(): Meter {
  return createMeter({ version: '1.2.3', node: 'v24.0.0' });
}

/** The value of one series, in a page. */
function valueIn(families: ReturnType<typeof page>, id: string): number | undefined {
  return families.get(/^\w+?(?=(_bucket|_sum|_count)?(\{|$))/.exec(id)?.[0] ?? '')?.samples.get(id);
}

test('before anything happened the page is whole: ages, generations, and counters at 0', () => {
  const families = page(newMeter());
  assert.equal(valueIn(families, 'keytide_external_secret_age_seconds{name="db"}'), 30);
  assert.equal(valueIn(families, 'keytide_generation{delivery="db",state="published"}'), 2);
  assert.equal(valueIn(families, 'keytide_generation{delivery="db",state="acknowledged"}'), 1);
  assert.equal(valueIn(families, 'keytide_spec_refused'), 0);
  assert.equal(valueIn(families, 'keytide_build_info{version="1.2.3",node="v24.0.0"}'), 1);
  assert.equal(valueIn(families, 'process_start_time_seconds'), startedMs / 1000);
  assert.equal(valueIn(families, 'externalsecret_sync_calls_total{name="db",namespace="shop"}'), 0);
  assert.equal(valueIn(families, 'externalsecrets_sync_calls_total{name="db",namespace="shop",status="error"}'), 0);
});

test('an age counts from the start of the process until the first success', () => {
  const { refreshedAt: _, ...never } = externalSecret({ ready: false, reason: 'Pending' });
  const families = page(newMeter(), statusOf({ externalSecrets: [never] }));
  assert.equal(valueIn(families, 'keytide_external_secret_age_seconds{name="db"}'), 90);
  assert.ok(!families.has('externalsecret_status_condition'), 'no condition before the first try');
});

test("refreshes are counted under the operator's names and under those of tutorials", () => {
  const meter = newMeter();
  meter.recordSync({ name: 'db', namespace: 'shop', result: 'ok', durationMs: 12 });
  meter.recordSync({ name: 'db', namespace: 'shop', result: 'failed', durationMs: 1.5 });
  meter.recordSync({ name: 'gone', namespace: 'shop', result: 'failed', durationMs: 1 });
  const failing = externalSecret({ ready: false, reason: 'SecretSyncedError' });
  const families = page(meter, statusOf({ externalSecrets: [failing], spec: { accepted: false, errors: ['x'] } }));
  const labels = 'name="db",namespace="shop"';
  assert.equal(valueIn(families, `externalsecret_sync_calls_total{${labels}}`), 2);
  assert.equal(valueIn(families, `externalsecret_sync_calls_error{${labels}}`), 1);
  assert.equal(valueIn(families, `externalsecret_reconcile_duration{${labels}}`), 1_500_000);
  assert.equal(valueIn(families, `externalsecret_status_condition{${labels},condition="Ready",status="True"}`), 0);
  assert.equal(valueIn(families, `externalsecret_status_condition{${labels},condition="Ready",status="False"}`), 1);
  assert.equal(valueIn(families, `externalsecrets_sync_calls_total{${labels},status="success"}`), 1);
  assert.equal(valueIn(families, `externalsecrets_sync_calls_total{${labels},status="error"}`), 1);
  assert.equal(valueIn(families, `externalsecrets_sync_call_errors_total{${labels}}`), 1);
  assert.equal(valueIn(families, 'keytide_spec_refused'), 1);
  assert.ok(![...families.values()].some(({ samples }) => [...samples.keys()].some((id) => id.includes('gone'))));
});

test('stores have the conditions of the operator, by kind', () => {
  const stores = [store({ ready: false, reason: 'ValidationFailed' }), store({ name: 'all', kind: 'ClusterSecretStore' })];
  const families = page(newMeter(), statusOf({ stores }));
  assert.equal(
    valueIn(families, 'secretstore_status_condition{name="aws",namespace="shop",condition="Ready",status="False"}'),
    1,
  );
  assert.equal(
    valueIn(families, 'clustersecretstore_status_condition{name="all",namespace="",condition="Ready",status="True"}'),
    1,
  );
  assert.equal(valueIn(families, 'externalsecrets_store_last_sync_error_condition{name="aws",kind="SecretStore"}'), 1);
});

test('requests are counted by store, operation and class, with their times; the operator counts no logins', () => {
  const meter = newMeter();
  const request = { store: 'SecretStore/aws', operation: 'GetSecretValue', class: 'ok', seconds: 0.03 } as const;
  meter.recordRequest('aws', request);
  meter.recordRequest('aws', { ...request, seconds: 60 });
  meter.recordRequest('aws', { ...request, class: 'throttled' });
  meter.recordRequest('aws', { ...request, operation: 'DescribeParameters' });
  meter.recordRequest('aws', { ...request, operation: 'AssumeRoleWithWebIdentity' });
  for (const operation of ['read secret', 'list secrets', 'login kubernetes'])
    meter.recordRequest('vault', { ...request, operation });
  meter.recordRequest('openBao', { ...request, operation: 'read secret' });
  const families = page(meter);
  const labels = 'store="SecretStore/aws",operation="GetSecretValue"';
  assert.equal(valueIn(families, `keytide_store_requests_total{${labels},class="ok"}`), 2);
  assert.equal(valueIn(families, `keytide_store_requests_total{${labels},class="throttled"}`), 1);
  const times = (suffix: string): number | undefined => valueIn(families, `keytide_store_request_seconds_${suffix}`);
  assert.equal(times(`bucket{${labels},class="ok",le="0.025"}`), 0);
  assert.equal(times(`bucket{${labels},class="ok",le="0.05"}`), 1);
  assert.equal(times(`bucket{${labels},class="ok",le="10"}`), 1);
  assert.equal(times(`bucket{${labels},class="ok",le="+Inf"}`), 2);
  assert.equal(times(`sum{${labels},class="ok"}`), 60.03);
  const eso = families.get('externalsecret_provider_api_calls_count')?.samples;
  assert.deepEqual(
    [...(eso ?? [])],
    [
      ['externalsecret_provider_api_calls_count{provider="AWS/SecretsManager",call="GetSecretValue",status="success"}', 2],
      ['externalsecret_provider_api_calls_count{provider="AWS/SecretsManager",call="GetSecretValue",status="error"}', 1],
      ['externalsecret_provider_api_calls_count{provider="AWS/ParameterStore",call="DescribeParameter",status="success"}', 1],
      ['externalsecret_provider_api_calls_count{provider="HashiCorp/Vault",call="ReadSecretData",status="success"}', 1],
      ['externalsecret_provider_api_calls_count{provider="HashiCorp/Vault",call="ListSecrets",status="success"}', 1],
      ['externalsecret_provider_api_calls_count{provider="OpenBao",call="ReadSecretData",status="success"}', 1],
    ],
  );
});

test('reload steps are counted by result', () => {
  const meter = newMeter();
  meter.recordReload({ delivery: 'web', step: 'signal', result: 'ok' });
  meter.recordReload({ delivery: 'web', step: 'signal', result: 'failed' });
  meter.recordReload({ delivery: 'web', step: 'signal', result: 'ok' });
  const families = page(meter);
  assert.equal(valueIn(families, 'keytide_reloads_total{delivery="web",step="signal",result="ok"}'), 2);
  assert.equal(valueIn(families, 'keytide_reloads_total{delivery="web",step="signal",result="failed"}'), 1);
});

test('any label value and any number is a line that a strict reader takes', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.double({ noNaN: true, min: 0 }), (text, value) => {
      const samples = [{ labels: { a: text.toWellFormed(), b: 'plain' }, value }];
      const families = parseMetrics(
        expositionText([{ name: 'a_total', type: 'gauge', help: 'Back\\slash and\nline.', samples }]),
      );
      assert.equal([...(families.get('a_total')?.samples.values() ?? [])][0], value);
    }),
  );
});

const lease = { generator: 'VaultDynamicSecret/db', secondsLeft: 60, outgoing: 0 };
const leases = [
  { ...lease, expiresAt: new Date(startedMs + 120_000).toISOString() },
  { ...lease, expiresAt: new Date(startedMs + 100_000).toISOString() },
];

function tellOfVault(meter: Meter): void {
  const [generator, method] = ['VaultDynamicSecret/db', 'kubernetes'];
  meter.recordSession({ store: generator, kind: 'login', method, result: 'ok' }, startedMs);
  meter.recordSession({ store: generator, kind: 'renewal', method, result: 'unavailable' }, startedMs);
  meter.recordSession({ store: generator, kind: 'token', ttlSeconds: 100 }, startedMs);
  meter.recordLeaseRenewal(generator, 'ok');
}

test('logins, tokens and leases are told of where there are some', () => {
  const meter = newMeter();
  assert.ok(![...page(meter).keys()].some((name) => /vault|lease/.test(name)));
  tellOfVault(meter);
  const families = page(meter, statusOf({ externalSecrets: [externalSecret({ leases })] }));
  const labels = 'store="VaultDynamicSecret/db",method="kubernetes"';
  assert.equal(valueIn(families, `keytide_vault_logins_total{${labels},result="ok"}`), 1);
  assert.equal(valueIn(families, `keytide_vault_token_renewals_total{${labels},result="unavailable"}`), 1);
  assert.equal(valueIn(families, 'keytide_vault_token_ttl_seconds{store="VaultDynamicSecret/db"}'), 10);
  assert.equal(valueIn(families, 'keytide_lease_renewals_total{generator="VaultDynamicSecret/db",result="ok"}'), 1);
  assert.equal(valueIn(families, 'keytide_lease_expiry_timestamp_seconds{name="db"}'), startedMs / 1_000 + 100);
});

test('proofs are timed, rollbacks counted, and what is held back is shown', () => {
  const meter = newMeter();
  meter.recordVerify({ delivery: 'db', step: 'http', result: 'ok', seconds: 0.2 });
  meter.recordVerify({ delivery: 'db', step: 'http', result: 'failed', seconds: 20 });
  meter.recordRollback('db');
  const [delivery] = statusOf().deliveries;
  const families = page(meter, statusOf({ deliveries: delivery ? [delivery, { ...delivery, name: 'web', held: true }] : [] }));
  assert.equal(valueIn(families, 'keytide_verify_seconds_count{delivery="db",step="http",result="ok"}'), 1);
  assert.equal(valueIn(families, 'keytide_verify_seconds_bucket{delivery="db",step="http",result="failed",le="10"}'), 0);
  assert.equal(valueIn(families, 'keytide_rollbacks_total{delivery="db"}'), 1);
  assert.deepEqual(
    ['db', 'web'].map((name) => valueIn(families, `keytide_held{delivery="${name}"}`)),
    [0, 1],
  );
});

test('docs/contract.md names every metric of the page, and no other', () => {
  const meter = newMeter();
  meter.recordSync({ name: 'db', namespace: 'shop', result: 'ok', durationMs: 1 });
  meter.recordRequest('fake', { store: 's', operation: 'o', class: 'ok', seconds: 1 });
  meter.recordReload({ delivery: 'db', step: 'signal', result: 'ok' });
  meter.recordVerify({ delivery: 'db', step: 'http', result: 'ok', seconds: 0.2 });
  meter.recordRollback('db');
  tellOfVault(meter);
  const stores = [store(), store({ kind: 'ClusterSecretStore' })];
  const certificates = [{ file: 'tls.crt', expiresAt: new Date(startedMs).toISOString() }];
  const deliveries = statusOf().deliveries.map((each) => ({ ...each, certificates }));
  const served = page(meter, statusOf({ stores, deliveries, externalSecrets: [externalSecret({ leases })] }));
  const contract = readFileSync(join(import.meta.dirname, '../../docs/contract.md'), 'utf8');
  const section = contract.split(/^## /m).find((text) => text.startsWith('Metrics')) ?? '';
  const named = new Set(section.match(/\b(?:keytide|externalsecrets?|(?:cluster)?secretstore|process)_[a-z_]+/g));
  assert.deepEqual([...named].sort(), [...served.keys()].sort());
});

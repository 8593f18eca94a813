import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { type CheckReport, checkReport } from '../../agent/commands/check-report.ts';
import { checkText } from '../../agent/commands/check-text.ts';
import { goTemplateProblem } from '../../agent/commands/template-problem.ts';
import { knownProviders } from '../../agent/providers/known.ts';
import { readSpec } from '../../agent/spec/read-spec.ts';

async function reportOn(t: TestContext, manifests: string): Promise<CheckReport> {
  const dir = mkdtempSync(join(tmpdir(), 'keytide-check-'));
  t.after(() => rmSync(dir, { recursive: true, force: true }));
  writeFileSync(join(dir, 'spec.yaml'), manifests);
  const found = await readSpec({
    ...{
      paths: [dir],
      providers: knownProviders,
      namespace: 'shop',
      strictIdentity: false,
      goTemplateProblem,
      templates: ['eta', 'go'],
    },
  });
  return checkReport(found, '/run/keytide/', knownProviders);
}

const awsStore = `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: aws }
spec: { provider: { aws: { service: SecretsManager, region: eu-west-1 } } }
`;

function externalSecret(name: string, spec: string): string {
  return `---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: ${name} }
spec: { secretStoreRef: { name: aws }, ${spec} }
`;
}

test('twenty properties of one secret are one read, and calls of one interval are counted together', async (t) => {
  const keys = Array.from({ length: 40 }, (_, i) => `{ secretKey: k${i}, remoteRef: { key: s${i % 20}, property: p${i} } }`);
  const report = await reportOn(
    t,
    awsStore +
      externalSecret('many', `refreshInterval: 1h, data: [${keys.join(', ')}]`) +
      externalSecret('same', 'refreshInterval: 60m, data: [{ secretKey: a, remoteRef: { key: s0 } }]'),
  );
  assert.equal(report.accepted, true, checkText(report));
  const [store] = report.stores;
  assert.equal(store?.reads.length, 20);
  assert.deepEqual(store?.reads.find(({ what }) => what === 's0')?.externalSecrets, ['many', 'same']);
  assert.deepEqual([store?.callsAtStart, store?.callsPerDay, report.callsPerDay], [1, 24, 24]);
});

test('what never refreshes by itself costs its first calls only', async (t) => {
  const data = 'data: [{ secretKey: a, remoteRef: { key: a } }]';
  const report = await reportOn(
    t,
    awsStore +
      externalSecret('once', `refreshPolicy: CreatedOnce, ${data}`) +
      externalSecret('zero', `refreshInterval: "0", ${data}`) +
      externalSecret('change', `refreshPolicy: OnChange, ${data}`) +
      externalSecret('hourly', `refreshInterval: 1h, ${data}`),
  );
  assert.equal(report.callsPerDay, 24);
  assert.deepEqual(
    report.deliveries.map(({ externalSecrets: [first] }) => first?.refresh),
    ['once', 'once, and when forced', 'when its manifest changes', 'every 1h'],
  );
});

test('names of files that only the store knows are told in words', async (t) => {
  const from = [
    '{ extract: { key: prod/db, property: a.b } }',
    '{ find: { path: app, name: { regexp: ^x }, tags: { env: prod } } }',
  ];
  const rewritten = '{ extract: { key: tls }, rewrite: [{ regexp: { source: a, target: b } }] }';
  const report = await reportOn(
    t,
    awsStore +
      externalSecret(
        'es',
        `dataFrom: [${[...from, rewritten].join(', ')}], data: [{ secretKey: z, remoteRef: { key: z, version: v1, metadataPolicy: Fetch } }]`,
      ),
  );
  assert.equal(report.accepted, true, checkText(report));
  const [delivery] = report.deliveries;
  assert.equal(delivery?.directory, '/run/keytide/es');
  assert.deepEqual(
    delivery?.files.map(({ path, isKnown }) => [path, isKnown]),
    [
      ['each key of prod/db, a.b', false],
      ['all below app, named like ^x, tagged env=prod', false],
      ['each key of tls, rewritten', false],
      ['z', true],
    ],
  );
  assert.ok(report.stores[0]?.reads.some(({ what }) => what === 'z (version v1), its tags'));
});

test('modes, owners and reload steps of a Delivery are shown as they will be', async (t) => {
  const delivery = `---
apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: web }
spec:
  externalSecrets: [es]
  directory: web/live
  defaults: { mode: "0400", group: 2000 }
  files:
    - { path: app.env, format: dotenv, mode: "0444", owner: 1000 }
  reload:
    - signal: { name: SIGUSR1, process: { pidFile: /run/app.pid } }
    - signal: { process: { name: java }, handled: true }
`;
  const report = await reportOn(t, awsStore + externalSecret('es', 'data: [{ secretKey: a, remoteRef: { key: a } }]') + delivery);
  assert.equal(report.accepted, true, checkText(report));
  const [web] = report.deliveries;
  assert.equal(web?.directory, '/run/keytide/web/live');
  assert.deepEqual(web?.files, [
    { path: 'a', isKnown: true, mode: '0400', group: 2000 },
    { path: 'app.env', isKnown: true, mode: '0444', owner: 1000, group: 2000 },
  ]);
  assert.deepEqual(web?.reload, ['SIGUSR1 to the process of /run/app.pid', 'SIGHUP to java, said to be handled']);
  assert.match(checkText(report), /\n {2}file {3}0444 1000:2000 +app\.env\n/);
});

test('checks, proofs and what becomes of a failure are told in words', async (t) => {
  const delivery = `---
apiVersion: keytide.dev/v1alpha1
kind: Delivery
metadata: { name: web }
spec:
  externalSecrets: [es]
  check: { exec: [nginx, -t], timeout: 10s, validate: [{ keypair: { certificate: tls.crt, key: tls.key, host: web } }] }
  reload:
    - signal: { process: { name: nginx } }
    - http: { url: /reload, socket: /run/app.sock }
    - exec: { command: [/reload.sh, now] }
    - touch: { path: "{feedback}/reload" }
  verify:
    timeout: 5s
    steps:
      - http: { url: "https://127.0.0.1:8443/healthz" }
      - exec: { command: [pg_isready] }
      - tcp: { address: "127.0.0.1:5432" }
      - tlsServes: { address: "127.0.0.1:5432", certificate: tls.crt, startTls: postgres }
      - ackFile: {}
      - processAlive: { for: 3s }
      - processAlive: { for: 1s, expect: restarted, process: { name: app } }
  onVerifyFailure: keep
  stagger: { perOrdinal: 30s }
`;
  const data = 'data: [{ secretKey: tls.crt, remoteRef: { key: a } }, { secretKey: tls.key, remoteRef: { key: b } }]';
  const report = await reportOn(t, awsStore + externalSecret('es', data) + delivery);
  const text = checkText(report);
  assert.equal(report.accepted, true, text);
  for (const line of [
    'wait   changes wait 30s for each pod before this one',
    'check  tls.key fits tls.crt, which is valid for web',
    'check  run nginx -t, within 10s',
    'reload SIGHUP to nginx',
    'reload POST http://localhost/reload at /run/app.sock',
    'reload run /reload.sh now',
    'reload touch {feedback}/reload',
    'verify GET https://127.0.0.1:8443/healthz, within 5s',
    'verify run pg_isready, within 5s',
    'verify 127.0.0.1:5432 accepts connections, within 5s',
    'verify 127.0.0.1:5432 serves the certificate of tls.crt (postgres), within 5s',
    'verify the app writes the number of the generation to its ack file, within 5s',
    'verify nginx lives on for 3s, within 5s',
    'verify app is another one, and lives for 1s, within 5s',
    'else   the new files stay, and the app is told again',
  ])
    assert.ok(text.includes(`\n  ${line}\n`), line);
});

test('documents of others are listed as skipped, and cost nothing', async (t) => {
  const report = await reportOn(
    t,
    `${awsStore}${externalSecret('es', 'data: [{ secretKey: a, remoteRef: { key: a } }]')}---\napiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\n`,
  );
  assert.equal(report.accepted, true);
  assert.ok(report.objects.some(({ kind, use }) => kind === 'Deployment' && use === 'foreign'));
  assert.match(checkText(report), /note: Deployment web: skipped/);
});

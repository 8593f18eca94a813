import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { documents, externalSecret, oneEntry, reportOf, specOf, store } from './given-spec.ts';

describe('an ExternalSecret', () => {
  it('gets the defaults of the CRD', async () => {
    const { externalSecrets, deliveries } = await specOf(documents(store, externalSecret(`{ ${oneEntry} }`)));
    const [secret] = externalSecrets;
    assert.equal(secret?.refreshPolicy, 'Periodic');
    assert.equal(secret?.refreshIntervalMs, 3_600_000);
    assert.deepEqual(secret?.target, { name: 'db', creationPolicy: 'Owner', deletionPolicy: 'Retain', immutable: false });
    assert.deepEqual(secret?.data[0]?.remoteRef, {
      ...{ key: 'db', property: '', version: '', metadataPolicy: 'None', conversionStrategy: 'Default' },
      ...{ decodingStrategy: 'None', nullBytePolicy: 'Ignore' },
    });
    const [delivery] = deliveries;
    assert.deepEqual([delivery?.directory, delivery?.defaults.mode, delivery?.keepPreviousMs], ['db', 0o440, 60_000]);
  });

  const refused: Readonly<Record<string, [spec: string, message: RegExp]>> = {
    'without data or dataFrom': ['{ secretStoreRef: { name: store } }', /data/],
    'that deletes what it merges into': [
      `{ ${oneEntry}, target: { creationPolicy: Merge, deletionPolicy: Delete } }`,
      /deletionPolicy/,
    ],
    'that merges into nothing': [`{ ${oneEntry}, target: { creationPolicy: None, deletionPolicy: Merge } }`, /deletionPolicy/],
    'with extract and find in one entry': [
      '{ secretStoreRef: { name: store }, dataFrom: [{ extract: { key: a }, find: { name: { regexp: b } } }] }',
      /find/,
    ],
    'whose dataFrom entry has only a store': ['{ dataFrom: [{ sourceRef: { storeRef: { name: store } } }] }', /extract/],
    'with one key twice': [
      '{ secretStoreRef: { name: store }, data: [{ secretKey: a, remoteRef: { key: x } }, { secretKey: a, remoteRef: { key: z } }] }',
      /twice|same/,
    ],
    'with a regular expression that RE2 has not': [
      '{ secretStoreRef: { name: store }, dataFrom: [{ find: { name: { regexp: "(?=a)" } } }] }',
      /error parsing regexp/,
    ],
    'with a duration in days': [`{ ${oneEntry}, refreshInterval: 1d }`, /duration/],
    'with a number for text': [`{ ${oneEntry}, target: { name: 010 } }`, /quote/],
    'whose store is not there': [
      '{ secretStoreRef: { name: stor }, data: [{ secretKey: a, remoteRef: { key: x } }] }',
      /stor.*did you mean "store"/s,
    ],
    'with a generator that a later version brings': [
      '{ dataFrom: [{ sourceRef: { generatorRef: { apiVersion: generators.external-secrets.io/v1alpha1, kind: Password, name: p } } }] }',
      /later version/,
    ],
    'with an unknown field': [`{ ${oneEntry}, refreshIntervall: 1h }`, /refreshIntervall.*did you mean "refreshInterval"/s],
    'with an unknown policy': [`{ ${oneEntry}, target: { creationPolicy: Ownr } }`, /did you mean "Owner"/],
  };
  for (const [what, [spec, message]] of Object.entries(refused)) {
    it(`${what} is refused with its place`, async () => {
      const { errors } = await reportOf(documents(store, externalSecret(spec)));
      assert.notEqual(errors.length, 0);
      for (const error of errors) assert.match(error, /^spec\.yaml:\d+:\d+: /);
      assert.match(errors.join('\n'), message);
    });
  }

  it('passes with a template that has only type, metadata or engineVersion', async () => {
    await specOf(
      documents(
        store,
        externalSecret(
          `{ ${oneEntry}, target: { template: { type: Opaque, engineVersion: v2, metadata: { labels: { a: b } } } } }`,
        ),
      ),
    );
  });

  it('passes as kubectl get -o yaml prints it, and as v1beta1', async () => {
    const exported = externalSecret(`{ ${oneEntry} }\nstatus: { refreshTime: "2026-01-01T00:00:00Z", binding: { name: db } }`)
      .replace('external-secrets.io/v1', 'external-secrets.io/v1beta1')
      .replace(
        '{ name: db }\nspec',
        '{ name: db, uid: 7e1, resourceVersion: "5", generation: 2, creationTimestamp: "2026-01-01T00:00:00Z", managedFields: [{ manager: kubectl }] }\nspec',
      );
    await specOf(documents(store, exported));
  });

  it('keeps the first of two that want one directory from overwriting the other: refused', async () => {
    const { errors } = await reportOf(
      documents(
        store,
        externalSecret(`{ ${oneEntry}, target: { name: x } }`, 'a'),
        externalSecret(`{ ${oneEntry}, target: { name: x } }`, 'b'),
      ),
    );
    assert.match(errors.join('\n'), /directory/);
  });

  it('all problems are in one report', async () => {
    const { errors } = await reportOf(
      documents(store, externalSecret('{ data: [{ secretKey: "a b", remoteRef: {} }], refreshPolicy: Never }')),
    );
    assert.ok(errors.length >= 3, errors.join('\n'));
  });
});

describe('other documents', () => {
  const es = externalSecret(`{ ${oneEntry} }`);

  it('that are not ours are skipped with a note; unused stores are a warning', async () => {
    const deployment = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: { name: web }\nspec: {}\n';
    const other = store.replace('name: store', 'name: other');
    const { errors, warnings, notes } = await reportOf(documents(store, es, deployment, other));
    assert.deepEqual(errors, []);
    assert.match(notes.join('\n'), /Deployment/);
    assert.match(warnings.join('\n'), /SecretStore other/);
  });

  it('of a provider that comes later are refused by name when used, and a warning when not', async () => {
    const gcpsm = (name: string): string =>
      store.replace('name: store', `name: ${name}`).replace('fake: { data: [] }', 'gcpsm: { projectID: "p" }');
    assert.match((await reportOf(documents(gcpsm('store'), es))).errors.join('\n'), /gcpsm/);
    const unused = await reportOf(documents(store, es, gcpsm('unused')));
    assert.deepEqual(unused.errors, []);
    assert.match(unused.warnings.join('\n'), /SecretStore unused/);
  });

  it('of an unknown provider are refused with the nearest name', async () => {
    const { errors } = await reportOf(documents(store.replace('fake', 'fke'), es));
    assert.match(errors.join('\n'), /fke.*did you mean "fake"/s);
  });

  it('twice under one name are refused', async () => {
    assert.match((await reportOf(documents(store, store, es))).errors.join('\n'), /SecretStore store/);
  });

  it('with Helm braces are told to be rendered first', async () => {
    assert.match((await reportOf('metadata:\n  name: {{ .Values.name }}\n')).errors.join('\n'), /helm template/);
  });

  it('in a List are read one by one', async () => {
    const items = [store, es].map((text) => `  - ${text.trim().replaceAll('\n', '\n    ')}`).join('\n');
    assert.equal((await specOf(`apiVersion: v1\nkind: List\nitems:\n${items}\n`)).externalSecrets.length, 1);
  });

  it('a ClusterSecretStore whose conditions leave out the namespace is refused', async () => {
    const cluster = (conditions: string): string =>
      documents(
        store.replace('kind: SecretStore', 'kind: ClusterSecretStore').replace('spec: {', `spec: { conditions: ${conditions},`),
        externalSecret(`{ ${oneEntry.replace('name: store', 'name: store, kind: ClusterSecretStore')} }`),
      );
    assert.deepEqual((await reportOf(cluster('[{ namespaces: [web] }]'))).errors, []);
    assert.match((await reportOf(cluster('[{ namespaces: [other] }]'))).errors.join('\n'), /condition|namespace/);
    assert.match(
      (await reportOf(cluster('[{ namespaceSelector: { matchLabels: { a: b } } }]'))).errors.join('\n'),
      /Namespace|namespace/,
    );
  });

  it('a service account that is not the pod’s own is a warning, and an error when strict', async () => {
    const aws = store.replace(
      'fake: { data: [] }',
      'aws: { service: SecretsManager, region: eu-west-1, auth: { jwt: { serviceAccountRef: { name: other, namespace: web } } } }',
    );
    const lenient = await reportOf(documents(aws, es));
    assert.deepEqual(lenient.errors, []);
    assert.match(lenient.warnings.join('\n'), /other/);
    assert.match((await reportOf(documents(aws, es), { strictIdentity: true })).errors.join('\n'), /other/);
  });
});

describe('a Delivery', () => {
  const delivery = (spec: string): string =>
    `apiVersion: keytide.dev/v1alpha1\nkind: Delivery\nmetadata: { name: web }\nspec: ${spec}\n`;
  const given = (spec: string): string =>
    documents(
      store,
      externalSecret(`{ ${oneEntry} }`, 'a'),
      externalSecret(`{ ${oneEntry.replace('password', 'other')} }`, 'b'),
      delivery(spec),
    );

  it('takes its external secrets out of those delivered alone, and settles a second for several', async () => {
    const { deliveries } = await specOf(given('{ externalSecrets: [a, b] }'));
    assert.deepEqual(
      deliveries.map(({ name }) => name),
      ['web'],
    );
    assert.equal(deliveries[0]?.settle.quietMs, 1_000);
  });

  it('reloads by name, pid file or command line', async () => {
    const { deliveries } = await specOf(
      given('{ externalSecrets: [a, b], reload: [{ signal: { name: SIGUSR2, process: { name: nginx } } }] }'),
    );
    assert.deepEqual(deliveries[0]?.reload, [
      { kind: 'signal', signal: 'SIGUSR2', process: { kind: 'name', name: 'nginx' }, all: false, handled: false },
    ]);
  });

  it('whose members have a key in common is refused, naming both', async () => {
    const both = documents(
      store,
      externalSecret(`{ ${oneEntry} }`, 'a'),
      externalSecret(`{ ${oneEntry} }`, 'b'),
      delivery('{ externalSecrets: [a, b] }'),
    );
    assert.match((await reportOf(both)).errors.join('\n'), /password.*\ba\b.*\bb\b|\ba\b.*\bb\b.*password/s);
  });

  it('that would leave the volume is refused', async () => {
    for (const directory of ['../x', '/abs', '.keytide', 'a/../../b']) {
      assert.notEqual(
        (await reportOf(given(`{ externalSecrets: [a, b], directory: "${directory}" }`))).errors.length,
        0,
        directory,
      );
    }
  });
});

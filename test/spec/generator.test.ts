import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { documents, externalSecret, oneEntry, reportOf, specOf, store } from './given-spec.ts';

const provider = 'provider: { server: "http://vault:8200", auth: { kubernetes: { role: app } } }';

function dynamic(spec: string, name = 'db'): string {
  return `
apiVersion: generators.external-secrets.io/v1alpha1
kind: VaultDynamicSecret
metadata: { name: ${name} }
spec: ${spec}
`;
}

function cluster(spec: string, name = 'shared'): string {
  return dynamic(spec, name).replace('kind: VaultDynamicSecret', 'kind: ClusterGenerator');
}

function using(kind: string, name: string, more = ''): string {
  return externalSecret(`{ dataFrom: [{ sourceRef: { generatorRef: { kind: ${kind}, name: ${name} } }${more} }] }`);
}

const database = dynamic(`{ path: /database/creds/app, ${provider} }`);

describe('a generator', () => {
  it('is linked with its defaults; an external secret of generators alone needs no store', async () => {
    const { generators, externalSecrets, stores } = await specOf(documents(database, using('VaultDynamicSecret', 'db')));
    assert.deepEqual(generators[0]?.request, {
      ...{ path: 'database/creds/app', method: 'GET', query: {}, resultType: 'Data', allowEmptyResponse: false },
    });
    assert.deepEqual(externalSecrets[0]?.dataFrom, [{ kind: 'generator', generator: 'VaultDynamicSecret/db', rewrite: [] }]);
    assert.deepEqual(stores, []);
  });

  it('has parameters as JSON, query parameters, retries', async () => {
    const spec = `{ path: pki/issue/web, method: POST, parameters: { common_name: a.b, ttl: 60, nested: { a: [true, null] } }, getParameters: { a: [x, z] }, resultType: Raw, allowEmptyResponse: true, retrySettings: { maxRetries: 5, retryInterval: 2s }, ${provider} }`;
    const { generators } = await specOf(documents(dynamic(spec), using('VaultDynamicSecret', 'db')));
    assert.deepEqual(generators[0]?.request, {
      ...{ path: 'pki/issue/web', method: 'write', parameters: { common_name: 'a.b', ttl: 60, nested: { a: [true, null] } } },
      ...{ query: { a: ['x', 'z'] }, resultType: 'Raw', allowEmptyResponse: true },
    });
    assert.deepEqual(generators[0]?.retry, { maxRetries: 5, retryIntervalMs: 2_000 });
  });

  it('of the cluster is the one that it wraps', async () => {
    const wrapped = cluster(`{ kind: VaultDynamicSecret, generator: { vaultDynamicSecretSpec: { path: a/b, ${provider} } } }`);
    const { generators } = await specOf(documents(wrapped, using('ClusterGenerator', 'shared')));
    assert.deepEqual([generators[0]?.id, generators[0]?.request.path], ['ClusterGenerator/shared', 'a/b']);
  });

  it('that was changed changes the external secrets that use it', async () => {
    const [a, b] = [
      await specOf(documents(database, using('VaultDynamicSecret', 'db'))),
      await specOf(documents(database.replace('app,', 'other,'), using('VaultDynamicSecret', 'db'))),
    ];
    assert.notEqual(a.externalSecrets[0]?.digest, b.externalSecrets[0]?.digest);
  });

  const refused: Readonly<Record<string, [text: string, message: RegExp]>> = {
    'that is not there': [
      documents(database, using('VaultDynamicSecret', 'dbb')),
      /no VaultDynamicSecret "dbb".*did you mean "db"/s,
    ],
    'of the other kind': [documents(database, using('ClusterGenerator', 'db')), /write kind: VaultDynamicSecret/],
    'of a kind that a later version brings': [documents(database, using('Password', 'p')), /Password comes with a later version/],
    'of a kind that nobody has': [documents(database, using('VaultDynamicSecrets', 'p')), /did you mean "VaultDynamicSecret"/],
    'without a path': [documents(dynamic(`{ ${provider} }`), using('VaultDynamicSecret', 'db')), /path: must be given/],
    'with an unknown field': [
      documents(dynamic(`{ path: a, paramters: {}, ${provider} }`), using('VaultDynamicSecret', 'db')),
      /did you mean "parameters"/,
    ],
    'with a wrong provider': [
      documents(dynamic('{ path: a, provider: { servr: x } }'), using('VaultDynamicSecret', 'db')),
      /did you mean "server"/,
    ],
    'beside an extract': [
      documents(database, store, using('VaultDynamicSecret', 'db', ', extract: { key: a }')),
      /extract and generator stand here together/,
    ],
    'in data': [
      documents(
        database,
        store,
        externalSecret(
          '{ secretStoreRef: { name: store }, data: [{ secretKey: a, remoteRef: { key: b }, sourceRef: { generatorRef: { kind: VaultDynamicSecret, name: db } } }] }',
        ),
      ),
      /move it to dataFrom/,
    ],
    'of the cluster that wraps a later one': [
      documents(cluster('{ kind: Password, generator: { passwordSpec: {} } }'), using('ClusterGenerator', 'shared')),
      /Password comes with a later version/,
    ],
    'of the cluster that wraps nothing': [
      documents(cluster('{ kind: VaultDynamicSecret, generator: {} }'), using('ClusterGenerator', 'shared')),
      /vaultDynamicSecretSpec must be given/,
    ],
    'of another version': [
      documents(database.replace('v1alpha1', 'v1'), using('VaultDynamicSecret', 'db')),
      /no apiVersion of a VaultDynamicSecret/,
    ],
  };
  for (const [what, [text, message]] of Object.entries(refused)) {
    it(`${what} is refused with its place`, async () => {
      const { errors } = await reportOf(text);
      assert.match(errors.join('\n'), message);
      for (const error of errors) assert.match(error, /^spec\.yaml:\d+:\d+: /);
    });
  }

  it('that nobody uses is a warning, whatever it wraps', async () => {
    const later = cluster('{ kind: Password, generator: { passwordSpec: { length: 3 } } }');
    const { errors, warnings } = await reportOf(documents(store, externalSecret(`{ ${oneEntry} }`), database, later));
    assert.deepEqual(errors, []);
    assert.match(warnings.join('\n'), /VaultDynamicSecret db: not used/);
    assert.match(warnings.join('\n'), /ClusterGenerator shared: not used/);
  });
});

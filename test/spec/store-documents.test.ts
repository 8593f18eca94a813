import assert from 'node:assert/strict';
import test from 'node:test';
import { documents, externalSecret, oneEntry, reportOf, specOf } from './given-spec.ts';

const pem = '-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n';

function spec(ca: string): string {
  const store = `
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: store }
spec: { provider: { vault: { server: "https://vault:8200", caProvider: { type: ConfigMap, name: ca, key: ca.crt } } } }
`;
  const configMap = `
apiVersion: v1
kind: ConfigMap
metadata: { name: ca }
data: { ca.crt: ${JSON.stringify(ca)} }
`;
  return documents(store, configMap, externalSecret(`{ ${oneEntry} }`));
}

test('a ConfigMap document with the CA of a store is used, and a changed one opens the store anew', async () => {
  const { notes } = await reportOf(spec(pem));
  assert.deepEqual(
    notes.filter((note) => note.includes('not used')),
    [],
  );
  const digests = await Promise.all([pem, pem, `${pem}${pem}`].map(async (ca) => (await specOf(spec(ca))).stores[0]?.digest));
  assert.equal(digests[0], digests[1]);
  assert.notEqual(digests[0], digests[2]);
});

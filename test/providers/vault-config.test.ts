import assert from 'node:assert/strict';
import test, { describe } from 'node:test';
import { compileRegexp } from '../../agent/core/re2.ts';
import { openBaoShape, type VaultConfig, vaultShape } from '../../agent/providers/vault/config.ts';
import { openBao, vault } from '../../agent/providers/vault/vault.ts';
import { ref } from '../contract/provider-contract.ts';
import { storeForTests } from '../contract/provider-effects.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { type Decoded, decode } from './spec-node.ts';
import { vaultConfig } from './vault-world.ts';

const server = 'https://vault.example:8200';
const secret = { name: 'n', key: 'k' };

function decoded(value: object): Decoded<VaultConfig> {
  return decode(vaultShape, { server, ...value }, 'vault');
}

function authOf(auth: object): unknown {
  const { value, problems } = decoded({ auth });
  assert.deepEqual(problems, []);
  return value?.auth;
}

function notesOf(value: VaultConfig): string {
  return vault.plan(storeForTests('vault', value), value, { namespace: 'shop', annotations: {} }).notes.join('\n');
}

describe('spec.provider.vault', () => {
  test('with only a server has every default', () => {
    const { path: _, ...config } = vaultConfig(server);
    assert.deepEqual(decoded({}), { value: config, problems: [] });
  });

  test('is read with every field that External Secrets Operator takes', () => {
    const { cert } = selfSigned();
    const { value, problems } = decoded({
      ...{ path: '/secret/', version: 'v1', namespace: 'team', readYourWrites: true, forwardInconsistent: true },
      ...{ caBundle: Buffer.from(cert).toString('base64'), caProvider: { type: 'ConfigMap', name: 'ca', key: 'ca.crt' } },
      tls: { certSecretRef: { name: 'client' }, keySecretRef: { name: 'client' } },
      headers: { 'X-Team': 'shop' },
      auth: { tokenSecretRef: secret },
    });
    assert.deepEqual(problems, []);
    assert.deepEqual(value && { ...value, headers: { ...value.headers } }, {
      ...{ kind: 'vault', server, path: 'secret', version: 'v1', namespace: 'team' },
      ...{ readYourWrites: true, forwardInconsistent: true, headers: { 'X-Team': 'shop' } },
      ...{ caBundle: cert, caProvider: { type: 'ConfigMap', name: 'ca', key: 'ca.crt' } },
      tls: { certSecretRef: { name: 'client', key: 'tls.crt' }, keySecretRef: { name: 'client', key: 'tls.key' } },
      auth: { kind: 'tokenSecretRef', tokenSecretRef: secret, namespace: 'team' },
    });
  });

  test('refuses what is unknown or unfit, with the nearest name', () => {
    const refused = (value: object): string => {
      const { value: config, problems } = decoded(value);
      assert.equal(config, undefined, JSON.stringify(value));
      return problems.join('\n');
    };
    assert.match(refused({ servr: 'x' }), /servr: unknown field.*did you mean "server"/);
    assert.match(refused({ auth: { kuberntes: {} } }), /auth\.kuberntes: unknown field.*did you mean "kubernetes"/);
    assert.match(refused({ server: 'vault:8200' }), /https:\/\/vault/);
    assert.match(refused({ server: 'https://user:pass@vault' }), /https:\/\/vault/);
    assert.match(refused({ version: 'v3' }), /v1, v2/);
    assert.match(refused({ caBundle: 'nonsense' }), /PEM/);
    assert.match(refused({ tls: { certSecretRef: { name: 'x' } } }), /belong together/);
    assert.match(refused({ headers: { 'a b': 'x' } }), /"a b"/);
    assert.doesNotMatch(refused({ headers: { a: 'hidden\u0001value' } }), /hidden/);
    assert.match(refused({ auth: { appRole: { secretRef: secret } } }), /roleId or roleRef/);
    assert.match(refused({ auth: { jwt: { role: 'x' } } }), /secretRef or kubernetesServiceAccountToken/);
  });

  test('says that checkAndSet means nothing here', () => {
    assert.match(decoded({ checkAndSet: { required: true } }).problems.join(), /note vault\.checkAndSet: .*PushSecret/);
  });
});

describe("a vault store's auth", () => {
  test('is read with the defaults of each method', () => {
    const account = { serviceAccountRef: { name: 'app' } };
    const found = { serviceAccountRef: { name: 'app', audiences: [] } };
    assert.deepEqual(authOf({ kubernetes: { role: 'r' } }), { kind: 'kubernetes', mountPath: 'kubernetes', role: 'r' });
    assert.deepEqual(authOf({ kubernetes: { role: 'r', mountPath: 'k8s/a', secretRef: { name: 'n' }, ...account } }), {
      ...{ kind: 'kubernetes', mountPath: 'k8s/a', role: 'r', secretRef: { name: 'n', key: 'token' } },
      ...found,
    });
    const appRole = { roleId: 'id', secretRef: secret };
    assert.deepEqual(authOf({ appRole }), { kind: 'appRole', path: 'approle', ...appRole });
    const user = { username: 'u', secretRef: secret };
    assert.deepEqual(authOf({ ldap: user }), { kind: 'ldap', path: 'ldap', ...user });
    assert.deepEqual(authOf({ userPass: user }), { kind: 'userPass', path: 'userpass', ...user });
    assert.deepEqual(authOf({ jwt: { kubernetesServiceAccountToken: { ...account } } }), {
      ...{ kind: 'jwt', path: 'jwt', kubernetesServiceAccountToken: { ...found, audiences: ['vault'] } },
    });
    assert.deepEqual(authOf({ cert: { clientCert: { name: 'c' }, secretRef: { name: 'c' }, vaultRole: '' } }), {
      ...{ kind: 'cert', path: 'cert', clientCert: { name: 'c', key: 'tls.crt' }, secretRef: { name: 'c', key: 'tls.key' } },
    });
    assert.deepEqual(authOf({ iam: { vaultRole: 'r', role: '' } }), {
      ...{ kind: 'iam', path: 'aws', region: 'us-east-1', vaultRole: 'r' },
    });
    assert.deepEqual(authOf({ gcp: { role: 'r' } }), { kind: 'gcp', path: 'gcp', role: 'r' });
    assert.deepEqual(authOf({ gcp: { role: 'r', workloadIdentity: { clusterName: 'c', serviceAccountRef: { name: 'app' } } } }), {
      ...{ kind: 'gcp', path: 'gcp', role: 'r', workloadIdentity: { serviceAccountRef: { name: 'app', audiences: [] } } },
    });
  });

  test('takes the first method in the order of ESO, and names those that have no effect', () => {
    const { value, problems } = decoded({
      auth: { jwt: { secretRef: secret }, kubernetes: { role: 'r' }, ldap: { username: 'u', secretRef: secret } },
    });
    assert.equal(value?.auth?.kind, 'kubernetes');
    assert.deepEqual(problems, [
      'warning vault.auth.ldap: has no effect: kubernetes is set, too, and goes first',
      'warning vault.auth.jwt: has no effect: kubernetes is set, too, and goes first',
    ]);
  });

  test('has a namespace of its own, or that of the store', () => {
    const auth = (namespace: object) =>
      decoded({ namespace: 'store', auth: { kubernetes: { role: 'r' }, ...namespace } }).value?.auth;
    assert.equal(auth({})?.namespace, 'store');
    assert.equal(auth({ namespace: 'login' })?.namespace, 'login');
  });

  test('without a method is VAULT_TOKEN, and check says so', () => {
    const { value, problems } = decoded({ auth: {} });
    assert.deepEqual(problems, []);
    assert.ok(value && !value.auth);
    assert.match(notesOf(value), /VAULT_TOKEN/);
  });
});

describe('spec.provider.openBao', () => {
  const bao = (value: object) => decode(openBaoShape, { server, ...value }, 'openBao');

  test('has the fields of its subset, and no others', () => {
    assert.deepEqual(bao({ auth: { userPass: { username: 'u', secretRef: secret } } }).value, {
      ...{ kind: 'openBao', server, version: 'v2', readYourWrites: false, forwardInconsistent: false, headers: {} },
      auth: { kind: 'userPass', path: 'userpass', username: 'u', secretRef: secret },
    });
    assert.match(bao({ readYourWrites: true }).problems.join(), /unknown field/);
    assert.match(bao({ auth: { ldap: {} } }).problems.join(), /unknown field/);
  });

  test('wants exactly one login', () => {
    const both = { tokenSecretRef: secret, userPass: { username: 'u', secretRef: secret } };
    assert.match(bao({ auth: both }).problems.join(), /exactly one of tokenSecretRef, appRole, userPass, kubernetes/);
  });

  test('logs in by kubernetes with path for the mount', () => {
    assert.deepEqual(bao({ auth: { kubernetes: { role: 'r', path: 'k8s' } } }).value?.auth, {
      ...{ kind: 'kubernetes', mountPath: 'k8s', role: 'r' },
    });
  });
});

test('check tells where, who, and how many calls a refresh takes', () => {
  const config = vaultConfig(server, { namespace: 'team', auth: { kind: 'kubernetes', mountPath: 'kubernetes', role: 'app' } });
  const { place, identity, calls } = vault.plan(storeForTests('vault', config), config, { namespace: 'shop', annotations: {} });
  assert.equal(place, `Vault KV v2 at secret on ${server}, namespace team`);
  assert.equal(identity, 'role app by kubernetes at auth/kubernetes');
  const refs = [ref('app'), ref('secret/app'), ref('secret/data/app'), ref('other'), { ...ref('app'), version: '2' }];
  assert.equal(calls(refs, []), 3);
  assert.equal(
    calls([{ ...ref('app'), kind: 'metadata' }, ref('../x')], [{ name: compileRegexp('x') }, { tags: { a: 'b' } }]),
    7,
  );
  assert.match(notesOf(vaultConfig('http://vault:8200')), /in the clear/);
});

test('the secrets and service accounts of the login in use, of TLS and of the CA are references', () => {
  const config = vaultConfig(server, {
    tls: { certSecretRef: secret, keySecretRef: secret },
    caProvider: { type: 'Secret', name: 'ca', key: 'ca.crt' },
    auth: {
      ...{ kind: 'iam', path: 'aws', region: 'us-east-1', vaultRole: 'r' },
      secretRef: { accessKeyIDSecretRef: secret, secretAccessKeySecretRef: secret },
    },
  });
  assert.deepEqual(
    vault.references(config).secrets.map(({ path }) => path),
    [
      ...['caProvider', 'tls.certSecretRef', 'tls.keySecretRef'],
      ...['auth.iam.secretRef.accessKeyIDSecretRef', 'auth.iam.secretRef.secretAccessKeySecretRef'],
    ],
  );
  const jwt = vaultConfig(server, {
    auth: { kind: 'kubernetes', mountPath: 'kubernetes', role: 'r', serviceAccountRef: { name: 'app', audiences: [] } },
  });
  assert.deepEqual(
    vault.references(jwt).serviceAccounts.map(({ name, path }) => `${name} ${path}`),
    ['app auth.kubernetes.serviceAccountRef'],
  );
});

test('properties of openBao stores are keys, and nothing else', () => {
  assert.equal(vault.dialect(vaultConfig(server)).order, 'exact-first');
  assert.equal(openBao.dialect(vaultConfig(server)).order, 'exact-only');
});

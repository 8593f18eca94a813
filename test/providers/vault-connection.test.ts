import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { Effects } from '../../agent/core/effects.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import type { VaultConfig } from '../../agent/providers/vault/config.ts';
import { vault } from '../../agent/providers/vault/vault.ts';
import { classOf, ref, textOf } from '../contract/provider-contract.ts';
import { storeForTests } from '../contract/provider-effects.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import { vaultConfig, vaultWorld, type World } from './vault-world.ts';

let double: VaultDouble;
let opened: Provider[];

beforeEach(async () => {
  double = await startVaultDouble({ tls: true });
  double.kv2('secret', { app: { n: '1' } });
  opened = [];
});

afterEach(async () => {
  for (const each of opened) await each.close?.();
  await double.close();
});

function world(changes: Partial<Effects> = {}): World {
  return vaultWorld({ env: { VAULT_TOKEN: `${double.root}\n` }, ...changes });
}

async function open(config: Partial<VaultConfig>, { effects }: World = world()): Promise<Provider> {
  const whole = vaultConfig(double.url, config);
  const provider = await vault.open(storeForTests('vault', whole), whole, effects);
  opened.push(provider);
  return provider;
}

async function read(provider: Provider) {
  const asked = ref('app');
  return (await provider.read([asked], new Map(), new AbortController().signal)).get(asked);
}

const caOfDouble = () => double.ca() ?? '';
const caProvider = { type: 'ConfigMap', name: 'ca', key: 'ca.crt' } as const;

describe('the connection of a Vault store', () => {
  it('trusts the CA of caBundle, and nobody else', async () => {
    assert.equal(textOf(await read(await open({ caBundle: caOfDouble() }))), '{"n":"1"}');
    assert.equal(classOf(await read(await open({ caBundle: selfSigned().cert }))), 'unavailable');
    assert.equal(classOf(await read(await open({}))), 'unavailable');
  });

  it('takes the CA from a ConfigMap, and a new one when it was replaced', async () => {
    const { effects } = world({ configMap: async () => Buffer.from(caOfDouble()) });
    const provider = await open({ caProvider }, { ...world(), effects });
    assert.equal(textOf(await read(provider)), '{"n":"1"}');
    double.rotateCertificate();
    double.dropConnections();
    assert.equal(textOf(await read(provider)), '{"n":"1"}');
  });

  it('goes on with the CA it has while that can not be read, or is none', async () => {
    let bytes: () => Uint8Array = () => Buffer.from(caOfDouble());
    const { effects } = world({ configMap: async () => bytes() });
    const provider = await open({ caProvider }, { ...world(), effects });
    assert.equal(textOf(await read(provider)), '{"n":"1"}');
    bytes = () => Buffer.from('no certificate');
    assert.equal(textOf(await read(provider)), '{"n":"1"}');
    bytes = () => {
      throw new AgentError('CREDENTIALS_MISSING', 'not mounted');
    };
    assert.equal(textOf(await read(provider)), '{"n":"1"}');
  });

  it('is not opened with a CA that is none', async () => {
    const { effects } = world({ configMap: async () => Buffer.from('no certificate') });
    await assert.rejects(open({ caProvider }, { ...world(), effects }), /"ca.crt" of ConfigMap ca holds no certificate/);
  });

  it('shows its client certificate, and the new one when it was renewed', async () => {
    let pair = selfSigned();
    const credential: Effects['credential'] = async ({ key }) => SecretValue.ofText(key === 'tls.crt' ? pair.cert : pair.key);
    const ofClient = { certSecretRef: { name: 'c', key: 'tls.crt' }, keySecretRef: { name: 'c', key: 'tls.key' } };
    const asCert = { kind: 'cert', path: 'cert', clientCert: ofClient.certSecretRef, secretRef: ofClient.keySecretRef } as const;
    const provider = await open({ caBundle: caOfDouble(), auth: asCert }, { ...world(), effects: world({ credential }).effects });
    double.policy('app', { 'secret/*': ['read'] });
    double.cert('cert', { web: { certificate: pair.cert, policies: ['app'] } });
    assert.equal(textOf(await read(provider)), '{"n":"1"}');
    pair = selfSigned();
    double.cert('cert', { web: { certificate: pair.cert, policies: ['app'] } });
    for (const token of double.liveTokens()) double.revoke(token.id);
    assert.equal(textOf(await read(provider)), '{"n":"1"}');
  });
});

describe('a Vault store without auth', () => {
  it('uses VAULT_TOKEN, and leaves it alone at the end', async () => {
    const token = double.token({ policies: ['root'] });
    const provider = await open({ caBundle: caOfDouble() }, world({ env: { VAULT_TOKEN: token.id } }));
    assert.equal(textOf(await read(provider)), '{"n":"1"}');
    await provider.close?.();
    assert.equal(double.liveTokens().length, 1);
  });

  it('says what to do where there is none', async () => {
    const answer = await read(await open({ caBundle: caOfDouble() }, world({ env: {} })));
    assert.equal(answer?.kind === 'failed' && answer.error.code, 'CREDENTIALS_MISSING');
  });
});

it('a login is told to metrics beside the reads', async () => {
  const token = double.token({ policies: ['root'] });
  const told = world({ credential: async () => SecretValue.ofText(token.id) });
  const auth = { kind: 'tokenSecretRef', tokenSecretRef: { name: 'n', key: 'k' } } as const;
  assert.equal(textOf(await read(await open({ caBundle: caOfDouble(), auth }, told))), '{"n":"1"}');
  assert.deepEqual(
    told.requests.map((each) => `${each.operation} ${each.class}`),
    ['look up token ok', 'read secret ok'],
  );
});

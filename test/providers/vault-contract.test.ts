import { SecretValue } from '../../agent/core/secret-value.ts';
import type { VaultConfig } from '../../agent/providers/vault/config.ts';
import { vault } from '../../agent/providers/vault/vault.ts';
import { type ContractServer, type ContractStore, itKeepsTheProviderContract } from '../contract/provider-contract.ts';
import { storeForTests } from '../contract/provider-effects.ts';
import { valueInObject } from '../contract/value-in-object.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import type { Trouble } from '../servers/vault-double-faults.ts';
import { vaultConfig, vaultWorld } from './vault-world.ts';

for (const version of ['v1', 'v2'] as const) itKeepsTheProviderContract(`Vault KV ${version}`, () => contractStore(version));

/** Vault keeps JSON objects, so each value stands in one. */
async function contractStore(version: VaultConfig['version']): Promise<ContractStore> {
  const double = await startVaultDouble();
  if (version === 'v1') double.kv1('secret', { any: { value: '' } });
  else double.kv2('secret', { any: { value: '' } });
  const server = serverOf(double, version === 'v1' ? 'secret/' : 'secret/data/');
  const config = vaultConfig(double.url, {
    version,
    auth: { kind: 'tokenSecretRef', tokenSecretRef: { name: 'app', key: 'token' } },
  });
  const { effects } = vaultWorld({ credential: async () => SecretValue.ofText(server.token) });
  return {
    provider: valueInObject(await vault.open(storeForTests('vault', config), config, effects)),
    put: (key, value) => void double.put('secret', key, { value: Buffer.from(value).toString() }),
    remove: (key) => double.remove('secret', key),
    holdsBytes: false,
    root: '',
    server,
    close: double.close,
  };
}

const troubles: Readonly<Record<Parameters<ContractServer['be']>[0], Trouble>> = {
  down: { kind: 'reset', when: 'before' },
  failing: { kind: 'error', status: 500, errors: ['internal error'] },
  throttling: { kind: 'error', status: 429, errors: ['request path "secret": rate limit quota exceeded'] },
  // As unlucky as an answer can be: it holds what should stay hidden, and quoting it would show it.
  'talking nonsense': { kind: 'answer', status: 200, body: 'cAnAry-ß"\\\n&<>%-7f3e91' },
  silent: { kind: 'hang', when: 'before' },
};

function serverOf(double: VaultDouble, values: string): ContractServer & { readonly token: string } {
  const denied: Record<string, readonly ['deny']> = {};
  const allow = (): void => double.policy('app', { 'secret/*': ['read', 'list'], ...denied });
  allow();
  return {
    token: double.token({ policies: ['app'] }).id,
    requests: () => double.count({ path: `${values}*`, method: 'GET' }),
    deny: (key) => {
      denied[`${values}${key}`] = ['deny'];
      allow();
    },
    be: (trouble) => void double.fault({ times: Number.POSITIVE_INFINITY, path: 'secret*', trouble: troubles[trouble] }),
    heal: double.endFaults,
  };
}

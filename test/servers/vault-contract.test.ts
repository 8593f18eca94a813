import { after, before } from 'node:test';
import type { VaultConfig } from '../../agent/providers/vault/config.ts';
import { type ContractStore, itKeepsTheProviderContract } from '../contract/provider-contract.ts';
import { valueInObject } from '../contract/value-in-object.ts';
import { startGate } from './vault-gate.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { byToken, issueToken, mountKv, openStore, writePolicy } from './vault-store.ts';

let server: VaultServer;
let mounts = 0;
before(async () => {
  server = await startVault();
});
after(() => server.close());

for (const version of ['v1', 'v2'] as const)
  itKeepsTheProviderContract(`A real Vault's KV ${version}`, () => contractStore(version));

/** A mount and a policy of its own. Vault keeps JSON objects, so each value stands in one. */
async function contractStore(version: VaultConfig['version']): Promise<ContractStore> {
  mounts += 1;
  const mount = `kv-${mounts}`;
  const [values, all] = version === 'v1' ? [`${mount}/`, `${mount}/`] : [`${mount}/data/`, `${mount}/metadata/`];
  await mountKv(server, mount, version);
  await server.set(`${values}any`, version === 'v1' ? { value: '' } : { data: { value: '' } });
  const denied: Record<string, readonly string[]> = {};
  const allow = () => writePolicy(server, mount, { [`${mount}/*`]: ['read', 'list'], ...denied });
  await allow();
  const gate = await startGate(server);
  const { auth, credential } = byToken(await issueToken(server, { policies: [mount] }));
  return {
    provider: valueInObject(await openStore(gate, { config: { path: mount, version, auth }, effects: { credential } })),
    put: async (key, value) => {
      const secret = { value: Buffer.from(value).toString() };
      await server.set(`${values}${key}`, version === 'v1' ? secret : { data: secret });
    },
    remove: async (key) => void (await server.set(`${all}${key}`, undefined, { method: 'DELETE' })),
    holdsBytes: false,
    root: '',
    server: {
      requests: () => gate.reads.filter((path) => path.startsWith(values)).length,
      deny: (key) => {
        denied[`${values}${key}`] = ['deny'];
        return allow();
      },
      be: gate.be,
      heal: gate.heal,
    },
    close: async () => {
      await gate.close();
      await server.set(`sys/mounts/${mount}`, undefined, { method: 'DELETE' });
    },
  };
}

import type { Effects } from '../../core/effects.ts';
import type { Store } from '../../core/spec.ts';
import type { Provider } from '../provider.ts';
import type { VaultConfig } from './config.ts';
import { kvStore } from './kv-store.ts';
import { sharedConnection } from './shared-connection.ts';

/** Opens a Vault or OpenBao server for one store. Nothing is sent until the first read. */
export async function openVaultStore(store: Store, config: VaultConfig, effects: Effects): Promise<Provider> {
  return kvStore(store, config, { ...(await sharedConnection(store, config, effects)), effects });
}

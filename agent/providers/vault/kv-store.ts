import type { VaultSession } from '../../auth/vault/login.ts';
import { vaultRetries } from '../../clients/vault/retries.ts';
import type { VaultClient } from '../../clients/vault/wire.ts';
import type { Effects } from '../../core/effects.ts';
import type { Store } from '../../core/spec.ts';
import type { Provider } from '../provider.ts';
import type { VaultConfig } from './config.ts';
import { openKvApi } from './kv-api.ts';
import { findSecrets } from './kv-find.ts';
import { kvReader } from './kv-reader.ts';

/** A store over a client and a session, both of which it closes. */
export function kvStore(
  store: Pick<Store, 'id' | 'retry'>,
  config: VaultConfig,
  { client, session, effects }: { readonly client: VaultClient; readonly session: VaultSession; readonly effects: Effects },
): Provider {
  const callsOf = openKvApi(config, { client, session, retries: vaultRetries(store, effects) });
  const reader = kvReader(store.id, config);
  return {
    read: async (refs, known, signal) => new Map(await reader.read(refs, known, callsOf(signal))),
    find: (query, signal) => findSecrets(query, { storeId: store.id, config, reader, calls: callsOf(signal) }),
    async close() {
      await session.close(effects.handOver?.atEnd()); // Before the client: it may have a token to revoke.
      await client.close();
    },
  };
}

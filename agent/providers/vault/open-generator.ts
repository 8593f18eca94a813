import { type VaultRetries, vaultRetries } from '../../clients/vault/retries.ts';
import type { Clock } from '../../core/clock.ts';
import type { Effects } from '../../core/effects.ts';
import type { Generator } from '../../core/generator.ts';
import type { Log } from '../../core/log.ts';
import type { VaultConfig } from './config.ts';
import { connectVault, inNamespace, type VaultConnection } from './connect.ts';

/** What a generator of Vault talks through. */
export interface GeneratorConnection extends VaultConnection {
  readonly retries: VaultRetries;
  readonly clock: Clock;
  readonly log: Log;
}

/**
 * Opens the server that a VaultDynamicSecret names, as a store's would be, but with a session of its own: when its token is revoked, its
 * leases go, and nothing else. `renounced`: tokens of an earlier agent that are not used any more.
 */
export async function openVaultGenerator(
  generator: Generator,
  renounced: readonly string[],
  effects: Effects,
): Promise<GeneratorConnection> {
  const config = generator.config as VaultConfig; // `Generator.provider` says whose it is: only this folder looks inside.
  const users = { record: generator.id, ids: () => [generator.id] as const, renounced };
  const { client, session } = await connectVault(users, config, effects);
  return {
    client: inNamespace(client, config),
    session,
    retries: vaultRetries(generator, effects),
    clock: effects.clock,
    log: effects.log,
  };
}

import type { VaultAnswer } from '../../clients/vault/wire.ts';

/** What one round asks of a KV engine. Undefined: the server says that nothing is there. Throws AgentErrors. */
export interface KvCalls {
  /** `version` '' is the current one. */
  readonly read: (path: string, version: string) => Promise<VaultAnswer | undefined>;
  readonly list: (path: string) => Promise<VaultAnswer | undefined>;
}

import type { VaultSession } from '../../agent/auth/vault/login.ts';
import { vaultClient } from '../../agent/clients/vault/client.ts';
import type { Clock } from '../../agent/core/clock.ts';
import type { Effects, StoreRequest } from '../../agent/core/effects.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { RetrySettings } from '../../agent/core/spec.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import type { VaultConfig } from '../../agent/providers/vault/config.ts';
import { kvStore } from '../../agent/providers/vault/kv-store.ts';
import { effectsForTests } from '../contract/provider-effects.ts';
import type { VaultDouble } from '../servers/vault-double.ts';

/** What a provider did to the world, and a clock whose sleeps take no time. */
export interface World {
  readonly effects: Effects;
  readonly requests: readonly StoreRequest[];
  /** Every wait that was asked for, in ms; those of 0 or less left out. */
  readonly sleeps: readonly number[];
}

export function vaultWorld(changes: Partial<Effects> = {}): World {
  const requests: StoreRequest[] = [];
  const sleeps: number[] = [];
  const clock: Clock = {
    now: Date.now,
    random: () => 0.5,
    sleep: async (ms) => {
      if (ms > 0) sleeps.push(ms);
    },
  };
  return { effects: effectsForTests({ clock, onRequest: (request) => requests.push(request), ...changes }), requests, sleeps };
}

export function vaultConfig(server: string, config: Partial<VaultConfig> = {}): VaultConfig {
  return {
    ...{ kind: 'vault', server, path: 'secret', version: 'v2', readYourWrites: false, forwardInconsistent: false, headers: {} },
    ...config,
  };
}

/** A session that has this token and no other. */
export function fixedSession(token: string): VaultSession {
  const value = SecretValue.ofText(token);
  return { token: async () => value, replaceIfDead: async () => false, close: async () => {} };
}

export interface StoreSettings {
  readonly config?: Partial<VaultConfig>;
  /** `in keys`: the store has no path. */
  readonly mount?: 'in keys';
  readonly session?: VaultSession;
  readonly world?: World;
  readonly retry?: RetrySettings;
}

/** The store of a double, with its root token unless the settings say otherwise. */
export function storeOf(double: Pick<VaultDouble, 'url' | 'root'>, settings: StoreSettings = {}): Provider {
  const { session = fixedSession(double.root), world = vaultWorld(), retry } = settings;
  const { path, ...rest } = vaultConfig(double.url, settings.config);
  const config: VaultConfig = path === undefined || settings.mount === 'in keys' ? rest : { ...rest, path };
  const store = { id: 'SecretStore/vault', ...(retry ? { retry } : {}) };
  const { server, namespace } = config;
  const client = vaultClient({ server, ...(namespace === undefined ? {} : { namespace }) });
  return kvStore(store, config, { client, session, effects: world.effects });
}

import { systemClock } from '../../agent/core/clock.ts';
import type { Effects } from '../../agent/core/effects.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Store } from '../../agent/core/spec.ts';

/** What a provider may use of the world, with nothing behind it. */
export function effectsForTests(changes: Partial<Effects> = {}): Effects {
  const none = (): void => {};
  return {
    ...{ clock: systemClock, log: { debug: none, info: none, warn: none, error: none }, env: {} },
    ...{
      identity: { namespace: 'default', annotations: {} },
      allowNodeCredentials: false,
      sessionName: 'default.app',
      onRequest: none,
    },
    credential: async ({ name, key }) => SecretValue.ofText(`${name}-${key}`),
    configMap: async () => new Uint8Array(),
    tokenFile: async () => undefined,
    ...changes,
  };
}

/** A store of this kind, called `store`. */
export function storeForTests(provider: string, config: unknown, annotations: Store['annotations'] = {}): Store {
  return {
    ...{
      id: 'SecretStore/store',
      kind: 'SecretStore',
      name: 'store',
      annotations,
      provider,
      config,
      digest: '',
      documentsDigest: '',
    },
    dialect: { order: 'path-only', numbers: 'raw', missingProperty: 'error', findKeys: 'as-listed', json: 'lenient' },
  };
}

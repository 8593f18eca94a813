import type { VaultAuth } from '../../agent/auth/vault/vault-auth.ts';
import type { Effects } from '../../agent/core/effects.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import type { Provider } from '../../agent/providers/provider.ts';
import type { VaultConfig } from '../../agent/providers/vault/config.ts';
import { vault } from '../../agent/providers/vault/vault.ts';
import { effectsForTests, storeForTests } from '../contract/provider-effects.ts';
import type { VaultServer } from './vault-server.ts';

/** A store of a real server, opened as the agent does it, with a clock that runs. */
export function openStore(
  server: Pick<VaultServer, 'url' | 'ca'>,
  more: { readonly config?: Partial<VaultConfig>; readonly effects?: Partial<Effects> },
): Promise<Provider> {
  const config: VaultConfig = {
    ...{ kind: 'vault', server: server.url, caBundle: server.ca, path: 'secret', version: 'v2' },
    ...{ readYourWrites: false, forwardInconsistent: false, headers: {} },
    ...more.config,
  };
  return vault.open(storeForTests('vault', config), config, effectsForTests(more.effects));
}

/** Auth by this token, and the credential that holds it. */
export function byToken(token: string): { readonly auth: VaultAuth; readonly credential: Effects['credential'] } {
  return {
    auth: { kind: 'tokenSecretRef', tokenSecretRef: { name: 'app', key: 'token' } },
    credential: async () => SecretValue.ofText(token),
  };
}

/** A KV engine at `mount`, ready to be written. */
export async function mountKv({ set, send }: VaultServer, mount: string, version: VaultConfig['version']): Promise<void> {
  await set(`sys/mounts/${mount}`, { type: 'kv', options: { version: version.slice(1) } });
  // A new mount of version 2 refuses everything until it has upgraded itself.
  while ((await send(`${mount}/${version === 'v2' ? 'metadata' : ''}?list=true`)).status !== 404);
}

/** A policy, as the double takes it: capabilities by path. */
export async function writePolicy(
  { set }: VaultServer,
  name: string,
  rules: Readonly<Record<string, readonly string[]>>,
): Promise<void> {
  const policy = { path: Object.fromEntries(Object.entries(rules).map(([path, capabilities]) => [path, { capabilities }])) };
  await set(`sys/policies/acl/${name}`, { policy: JSON.stringify(policy) });
}

/** A token with these policies, as an operator makes it. */
export async function issueToken({ set }: VaultServer, body: Readonly<Record<string, unknown>>): Promise<string> {
  return (await set('auth/token/create', { no_parent: true, ...body })).client_token;
}

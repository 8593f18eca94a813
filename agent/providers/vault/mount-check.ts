import { type VaultAnswer, VaultFailure, type VaultRequest } from '../../clients/vault/wire.ts';
import { AgentError } from '../../core/agent-error.ts';
import type { GoJson } from '../../core/go-json.ts';
import type { VaultConfig } from './config.ts';

/**
 * After the server said that there is nothing at a path: why there can't be anything, the way the store asks; undefined where the mount
 * fits, or nobody may know.
 */
export type Mounts = (path: string, send: (request: VaultRequest) => Promise<VaultAnswer>) => Promise<AgentError | undefined>;

/**
 * A KV v1 mount that is asked as v2 says no more than "not found", so the mount is looked up, once (vault.md M2 to M4); the other way round
 * the server says so by itself. It serves the message only: whoever may not look it up is told that the secret is missing.
 */
export function mountCheck({ version, path: mount }: VaultConfig, storeId: string): Mounts {
  /** Mounts that fit, or that this identity may not look up: asked once in the life of the store. */
  const settled = new Map<string, Promise<AgentError | undefined>>();
  return async (path, send) => {
    if (version === 'v1') return undefined;
    const id = mount ?? path.split('/')[0] ?? '';
    const looking = settled.get(id) ?? wrongMount(path, storeId, send);
    settled.set(id, looking);
    try {
      const wrong = await looking;
      if (wrong) settled.delete(id); // It may be put right.
      return wrong;
    } catch (error) {
      settled.delete(id);
      if (error instanceof AgentError || error instanceof VaultFailure) return undefined;
      throw error;
    }
  };
}

async function wrongMount(
  path: string,
  storeId: string,
  send: (request: VaultRequest) => Promise<VaultAnswer>,
): Promise<AgentError | undefined> {
  try {
    const lookUp = { operation: 'look up mount', subject: path, method: 'GET', path: `sys/internal/ui/mounts/${path}` } as const;
    return problemOf(await send(lookUp), storeId);
  } catch (error) {
    // 403 stands for "no such mount" as well as for "you may not know" (M2).
    if (error instanceof VaultFailure && [403, 404].includes(error.status)) return undefined;
    throw error;
  }
}

function problemOf({ body }: VaultAnswer, storeId: string): AgentError | undefined {
  const data = membersOf(membersOf(body)?.get('data'));
  const type = data?.get('type');
  if (typeof type !== 'string') return undefined;
  const mount = `${storeId}: the mount ${textOf(data?.get('path')).replace(/\/$/, '')}`;
  if (type !== 'kv' && type !== 'generic') {
    const hint = 'Correct path and key: a store reads KV engines only.';
    return new AgentError('REQUEST_INVALID', `${mount} is no KV engine but ${type}`, { hint });
  }
  if (membersOf(data?.get('options'))?.get('version') === '2') return undefined;
  return new AgentError('REQUEST_INVALID', `${mount} is KV v1, and was asked as v2`, { hint: 'Set version: v1 in the store.' });
}

function membersOf(value: GoJson | undefined): ReadonlyMap<string, GoJson> | undefined {
  return value instanceof Map ? value : undefined;
}

function textOf(value: GoJson | undefined): string {
  return typeof value === 'string' ? Buffer.from(value, 'latin1').toString('utf8') : '?';
}

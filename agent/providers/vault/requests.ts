import { AgentError } from '../../core/agent-error.ts';
import type { ObjectRef } from '../../core/object-ref.ts';
import { pathsOf, type VaultConfig } from './config.ts';
import { sentPath } from './paths.ts';

/** What goes to the server for a ref: refs with equal ones are one call. */
export interface KvRequest {
  readonly kind: ObjectRef['kind'];
  readonly path: string;
  readonly version: string;
}

/** What a ref asks for. Throws REQUEST_INVALID for what this kind of store doesn't have. */
export function requestOf(config: VaultConfig, { kind, key, version }: ObjectRef): KvRequest {
  const paths = pathsOf(config);
  if (kind === 'metadata') {
    if (config.version === 'v1')
      throw new AgentError('REQUEST_INVALID', `KV v1 has no metadata to fetch for ${key}`, {
        hint: 'Remove metadataPolicy: Fetch, or use a KV v2 mount.',
      });
    return { kind, path: sentPath(paths.metadata(key)), version: '' };
  }
  if (config.kind === 'openBao' && version !== '') checkOpenBaoVersion(config, key, version);
  return { kind, path: sentPath(paths.data(key)), version };
}

function checkOpenBaoVersion(config: VaultConfig, key: string, version: string): void {
  if (config.version === 'v2' && /^[+-]?\d+$/.test(version)) return;
  const why = config.version === 'v1' ? 'KV v1 has no versions' : 'a version is a whole number';
  throw new AgentError('REQUEST_INVALID', `${key} in version ${version}: ${why}`, { hint: 'Correct remoteRef.version.' });
}

import { AgentError } from '../../core/agent-error.ts';

/** Where the objects of a store are: below `mount`, or, where the store names none, below what each key begins with. */
export interface KvPlace {
  readonly mount: string | undefined;
  readonly version: 'v1' | 'v2';
}

/** A place in Vault's API, below `/v1/`. */
export interface KvPaths {
  /** Throws REQUEST_INVALID for a key that can't be one. */
  readonly data: (key: string) => string;
  readonly metadata: (key: string) => string;
  /** What a listing of a folder asks: '' is the top, other folders end with `/`. */
  readonly listing: (folder: string) => string;
  /** Where the value of a listed name is. */
  readonly listed: (name: string) => string;
}

/** As External Secrets Operator reads keys of its `vault` provider (eso.md 2.7, `vault-path-*`). */
export function vaultPaths(place: KvPlace): KvPaths {
  return {
    data: (key) => dataPath(place, key),
    metadata: (key) => metadataPath(place, key),
    listing: (folder) => metadataPath(place, folder),
    // Not dataPath: what lies in a folder called like the mount doesn't repeat the mount.
    listed: (name) => (place.mount === undefined ? dataPath(place, name) : openBaoPaths(place.mount, place.version).data(name)),
  };
}

/** As its `openBao` provider does: keys are below the mount as they stand (eso.md 2.8). */
export function openBaoPaths(mount: string, version: KvPlace['version']): KvPaths {
  const below = (part: string) => (key: string) => `${mount}/${version === 'v2' ? part : ''}${key}`;
  return { data: below('data/'), metadata: below('metadata/'), listing: below('metadata/'), listed: below('data/') };
}

/** A key may repeat the mount; behind it, and only there, a `data/` of version 2 may stand. */
export function dataPath({ mount, version }: KvPlace, key: string): string {
  if (mount === undefined) return version === 'v2' && !key.includes('/data/') ? withDataSegment(key) : key;
  const isRepeated = key.startsWith(`${mount}/`);
  const inside = isRepeated ? key.slice(mount.length + 1) : key;
  if (version === 'v1') return `${mount}/${inside}`;
  return `${mount}/data/${isRepeated && inside.startsWith('data/') ? inside.slice('data/'.length) : inside}`;
}

function withDataSegment(key: string): string {
  const [first = '', ...rest] = key.split('/');
  return [first, 'data', ...rest].join('/');
}

/** A mount that the key repeats stays: ESO has it so, and stamps of old installations lie there (eso.md section 9). */
export function metadataPath({ mount, version }: KvPlace, key: string): string {
  if (mount === undefined) {
    if (version === 'v1')
      throw new AgentError('REQUEST_INVALID', `a KV v1 store without path has no place to look for ${key || 'secrets'}`, {
        hint: 'Give spec.provider.vault.path: the mount of the KV engine.',
      });
    if (!key.includes('data'))
      throw new AgentError(
        'REQUEST_INVALID',
        `${key ? `the key ${key}` : 'a find without path'} does not say where metadata is`,
        {
          hint: 'Give spec.provider.vault.path, or begin the key with MOUNT/data/.',
        },
      );
    return key.replace('/data/', '/metadata/');
  }
  return version === 'v1' ? `${mount}/${key}` : `${mount}/metadata/${key}`;
}

/**
 * The path as it is sent: empty segments left out, as Vault's own redirect would do (vault.md R-63). Throws REQUEST_INVALID for `.` and
 * `..`, which the server refuses, and which on the way there might lead somewhere else (R-4).
 */
export function sentPath(path: string): string {
  const segments = path.split('/').filter((segment) => segment !== '');
  if (segments.length === 0 || segments.some((segment) => segment === '.' || segment === '..'))
    throw new AgentError('REQUEST_INVALID', `${path || 'an empty key'} is no path of a secret`, {
      hint: 'A key is the path of a secret without "." and ".." in it.',
    });
  return segments.join('/');
}

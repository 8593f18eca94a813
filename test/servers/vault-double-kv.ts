import type { Token } from './vault-double-tokens.ts';
import {
  type Call,
  goText,
  goTime,
  inByteOrder,
  type Json,
  type JsonObject,
  JsonText,
  nothingThere,
  type Reply,
  type SecretData,
  seconds,
  unsupported,
  VaultRefusal,
} from './vault-double-wire.ts';

/** What a mount is to the router. */
export interface Engine {
  readonly type: string;
  readonly options: Readonly<Record<string, string>> | null;
  /** `within` is the path below the mount. */
  readonly handle: (call: Call, within: string, caller: Token) => Reply;
}

export interface KvOne extends Engine {
  readonly put: (path: string, data: SecretData) => void;
  readonly remove: (path: string) => void;
}

/** KV version 1 (vault.md 11). */
export function kvOne(defaultSeconds: number): KvOne {
  const secrets = new Map<string, string>();
  return {
    type: 'kv',
    options: { version: '1' },
    put: (path, data) => void secrets.set(path, goText(data, 'literal')),
    remove: (path) => void secrets.delete(path),
    handle(call, within) {
      if (call.method === 'LIST')
        return { kind: 'envelope', mountType: 'kv', data: { keys: listed(secrets.keys(), within, call) } };
      if (call.method === 'GET') return read(call.isFolder ? '' : within);
      if (within === '') throw unsupported();
      if (call.method === 'DELETE') secrets.delete(within);
      else if (Object.keys(call.body).length === 0) throw new VaultRefusal(400, 'missing data fields');
      else secrets.set(within, goText(call.bodyText, 'literal'));
      return { kind: 'nothing' };
    },
  };

  function read(path: string): Reply {
    const content = secrets.get(path);
    if (content === undefined) throw nothingThere();
    const data: unknown = JSON.parse(content);
    const { ttl, lease } = Object(data);
    const duration = seconds(ttl ?? lease) ?? defaultSeconds;
    const asLease = { id: '', renewable: false, seconds: duration };
    return { kind: 'envelope', mountType: 'kv', data: new JsonText(content), lease: asLease };
  }
}

/** Sorted names in a folder; folders end with a slash. [B] pages by `after` and `limit`. */
export function listed(paths: Iterable<string>, folder: string, { query }: Pick<Call, 'query'>): Json {
  const prefix = folder === '' ? '' : `${folder}/`;
  const names = new Set<string>();
  for (const path of paths) {
    if (!path.startsWith(prefix)) continue;
    const rest = path.slice(prefix.length);
    const slash = rest.indexOf('/');
    names.add(slash < 0 ? rest : rest.slice(0, slash + 1));
  }
  if (names.size === 0) throw nothingThere();
  const after = query['after'] ?? '';
  const sorted = [...names].sort(inByteOrder).filter((name) => after === '' || inByteOrder(name, after) > 0);
  const limit = Number(query['limit'] ?? 0);
  return limit > 0 ? sorted.slice(0, limit) : sorted;
}

/** `null` where a merge patch (RFC 7396) removes. */
export function mergePatched(target: unknown, patch: unknown): unknown {
  if (patch === null || typeof patch !== 'object' || Array.isArray(patch)) return patch;
  const base = target !== null && typeof target === 'object' && !Array.isArray(target) ? target : {};
  const merged: Record<string, unknown> = { ...base };
  for (const [name, value] of Object.entries(patch)) {
    if (value === null) delete merged[name];
    else merged[name] = mergePatched(merged[name], value);
  }
  return merged;
}

/** What is known of one version. */
export interface KvVersion {
  readonly content: string;
  readonly createdAt: number;
  /** In ms; may lie ahead (delete_version_after). */
  deletedAt: number | undefined;
  isDestroyed: boolean;
}

export function versionEntry(version: KvVersion): JsonObject {
  return {
    created_time: goTime(version.createdAt),
    deletion_time: version.deletedAt === undefined ? '' : goTime(version.deletedAt),
    destroyed: version.isDestroyed,
  };
}

/** The structure of a value with its leaves cut off. */
export function subkeys(value: unknown, depth: number): Json {
  if (value === null || typeof value !== 'object' || Array.isArray(value) || depth < 1) return null;
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, subkeys(member, depth - 1)]));
}

export function jsonOf(value: unknown): Json {
  return new JsonText(value === undefined ? 'null' : goText(JSON.stringify(value), 'float'));
}

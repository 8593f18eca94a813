import { type Engine, jsonOf, type KvVersion, listed, mergePatched, subkeys, versionEntry } from './vault-double-kv.ts';
import {
  type Call,
  goDuration,
  goText,
  goTime,
  type JsonObject,
  JsonText,
  nothingThere,
  type Reply,
  type SecretData,
  seconds,
  unsupported,
  VaultRefusal,
} from './vault-double-wire.ts';

/** What a secret's metadata may be given. */
export interface KvMetadata {
  readonly customMetadata?: Readonly<Record<string, string>> | null;
  readonly maxVersions?: number;
  readonly casRequired?: boolean;
  /** Seconds; versions written later vanish after it. */
  readonly deleteVersionAfter?: number;
}

export interface KvTwo extends Engine {
  /** Writes the next version and returns its number. */
  readonly put: (path: string, data: SecretData) => number;
  /** As `kv delete`: the current version unless given. */
  readonly deleteVersion: (path: string, version?: number) => void;
  readonly undeleteVersion: (path: string, version?: number) => void;
  readonly destroyVersion: (path: string, version?: number) => void;
  readonly setMetadata: (path: string, metadata: KvMetadata) => void;
  /** With all versions and metadata. */
  readonly remove: (path: string) => void;
}

interface Secret {
  readonly versions: Map<number, KvVersion>;
  current: number;
  readonly createdAt: number;
  updatedAt: number;
  customMetadata: Readonly<Record<string, string>> | null;
  maxVersions: number;
  casRequired: boolean;
  deleteVersionAfter: number;
}

/** KV version 2 (vault.md 10). */
export function kvTwo(now: () => number): KvTwo {
  const secrets = new Map<string, Secret>();
  const envelope = (
    data: JsonObject | null,
    more: { readonly status?: number; readonly warnings?: readonly string[] } = {},
  ): Reply => ({
    kind: 'envelope',
    mountType: 'kv',
    data,
    ...more,
  });
  const areas: Readonly<Record<string, (call: Call, path: string) => Reply>> = {
    data: handleData,
    metadata: handleMetadata,
    delete: (call, path) => change(call, path, remove),
    undelete: (call, path) => change(call, path, undelete),
    destroy: (call, path) => change(call, path, destroy),
    subkeys: readSubkeys,
    config: () => envelope({ cas_required: false, delete_version_after: '0s', max_versions: 0 }),
  };

  return {
    type: 'kv',
    options: { version: '2' },
    put: (path, data) => write(path, goText(data, 'float')),
    deleteVersion: (path, version) => remove(known(path), version),
    undeleteVersion: (path, version) => undelete(known(path), version),
    destroyVersion: (path, version) => destroy(known(path), version),
    setMetadata,
    remove: (path) => void secrets.delete(path),
    handle(call, within) {
      const [area = '', ...rest] = within.split('/');
      const handle = areas[area];
      if (handle) return handle(call, rest.join('/'));
      const hint = { GET: 'get', LIST: 'list', POST: 'put', PUT: 'put', PATCH: 'patch', DELETE: 'delete' }[call.method];
      const message = `Invalid path for a versioned K/V secrets engine. See the API docs for the appropriate API endpoints to use. If using the Vault CLI, use 'vault kv ${hint}' for this operation.`;
      return envelope(null, { status: 404, warnings: [message] });
    },
  };

  function handleData(call: Call, path: string): Reply {
    if (call.method === 'GET' && !call.isFolder && path !== '') return read(path, versionIn(call));
    if (call.method === 'GET' || call.method === 'LIST') throw nothingThere();
    if (path === '') throw unsupported();
    if (call.method === 'DELETE') {
      const secret = secrets.get(path);
      if (secret) remove(secret);
      return { kind: 'nothing' };
    }
    const { data, options } = call.body;
    if (data === undefined) throw new VaultRefusal(400, 'no data provided');
    if (typeof data === 'string')
      throw new VaultRefusal(400, `error converting input for field "data": '' expected a map, got 'string'`);
    checkAndSet(secrets.get(path), Object(options)['cas']);
    const content = call.method === 'PATCH' ? patched(path, data) : goText(JSON.stringify(data), 'float');
    const number = write(path, content);
    const written = secrets.get(path)?.versions.get(number);
    if (!written) throw nothingThere();
    return envelope({ ...versionEntry(written), custom_metadata: secrets.get(path)?.customMetadata ?? null, version: number });
  }

  /** 0, or less, is the current one. */
  function versionIn({ query }: Call): number {
    const asked = query['version'] ?? '0';
    if (/^[+-]?\d+$/.test(asked)) return Math.max(0, Number(asked));
    const why = `error converting input for field "version": cannot parse '' as int: strconv.ParseInt: parsing "${asked}": invalid syntax`;
    throw new VaultRefusal(400, `Field validation failed: ${why}`);
  }

  function read(path: string, version: number): Reply {
    const secret = secrets.get(path);
    const number = version || secret?.current;
    const found = number === undefined ? undefined : secret?.versions.get(number);
    if (!secret || number === undefined || !found) throw nothingThere();
    const metadata = { ...versionEntry(found), custom_metadata: secret.customMetadata, version: number };
    if (isGone(found)) return envelope({ data: null, metadata }, { status: 404 });
    return envelope({ data: new JsonText(found.content), metadata });
  }

  function isGone(version: KvVersion): boolean {
    return version.isDestroyed || (version.deletedAt !== undefined && version.deletedAt <= now());
  }

  function patched(path: string, patch: unknown): string {
    const secret = secrets.get(path);
    const current = secret?.versions.get(secret.current);
    if (!current || isGone(current)) throw nothingThere();
    return goText(JSON.stringify(mergePatched(JSON.parse(current.content), patch)), 'float');
  }

  function checkAndSet(secret: Secret | undefined, cas: unknown): void {
    if (cas === undefined && secret?.casRequired) throw new VaultRefusal(400, 'check-and-set parameter required for this call');
    if (cas !== undefined && cas !== (secret?.current ?? 0))
      throw new VaultRefusal(400, 'check-and-set parameter did not match the current version');
  }

  function write(path: string, content: string): number {
    const secret = ensured(path);
    secret.current += 1;
    secret.updatedAt = now();
    const deletedAt = secret.deleteVersionAfter > 0 ? now() + secret.deleteVersionAfter * 1000 : undefined;
    secret.versions.set(secret.current, { content, createdAt: now(), deletedAt, isDestroyed: false });
    const kept = secret.maxVersions || 10;
    for (const number of secret.versions.keys()) if (number <= secret.current - kept) secret.versions.delete(number);
    return secret.current;
  }

  function ensured(path: string): Secret {
    const made: Secret = secrets.get(path) ?? {
      versions: new Map(),
      current: 0,
      createdAt: now(),
      updatedAt: now(),
      customMetadata: null,
      maxVersions: 0,
      casRequired: false,
      deleteVersionAfter: 0,
    };
    secrets.set(path, made);
    return made;
  }

  function known(path: string): Secret {
    const secret = secrets.get(path);
    if (!secret) throw new Error(`the double has no secret at ${path}`);
    return secret;
  }

  function remove(secret: Secret, version = secret.current): void {
    const found = secret.versions.get(version);
    if (found && !isGone(found)) found.deletedAt = now();
  }

  function undelete(secret: Secret, version = secret.current): void {
    const found = secret.versions.get(version);
    if (found && !found.isDestroyed) found.deletedAt = undefined;
  }

  function destroy(secret: Secret, version = secret.current): void {
    const found = secret.versions.get(version);
    if (found) found.isDestroyed = true;
  }

  function change(call: Call, path: string, deed: (secret: Secret, version: number) => void): Reply {
    const secret = secrets.get(path);
    const { versions } = call.body;
    if (!Array.isArray(versions) || versions.length === 0) throw new VaultRefusal(400, 'No version number provided');
    if (!secret) return { kind: 'nothing' };
    for (const version of versions) deed(secret, Number(version));
    return { kind: 'nothing' };
  }

  function handleMetadata(call: Call, path: string): Reply {
    if (call.method === 'LIST') return envelope({ keys: listed(secrets.keys(), path, call) });
    if (call.method === 'GET') return envelope(metadataOf(call.isFolder ? '' : path));
    if (path === '') throw unsupported();
    if (call.method === 'DELETE') secrets.delete(path);
    else setMetadata(path, metadataIn(call, secrets.get(path)));
    return { kind: 'nothing' };
  }

  function metadataIn({ body, method }: Call, secret: Secret | undefined): KvMetadata {
    const custom =
      method === 'PATCH' ? mergePatched(secret?.customMetadata ?? {}, body['custom_metadata'] ?? {}) : body['custom_metadata'];
    return {
      ...(custom === undefined ? {} : { customMetadata: Object(custom) }),
      ...(body['max_versions'] === undefined ? {} : { maxVersions: Number(body['max_versions']) }),
      ...(body['cas_required'] === undefined ? {} : { casRequired: body['cas_required'] === true }),
      ...(body['delete_version_after'] === undefined ? {} : { deleteVersionAfter: seconds(body['delete_version_after']) ?? 0 }),
    };
  }

  function setMetadata(path: string, metadata: KvMetadata): void {
    Object.assign(ensured(path), metadata, { updatedAt: now() });
  }

  function metadataOf(path: string): JsonObject {
    const secret = secrets.get(path);
    if (!secret) throw nothingThere();
    const numbers = [...secret.versions.keys()];
    const actor = { actor: 'token', client_id: 'client', operation: 'update' };
    const versions = [...secret.versions].map(([number, version]) => {
      const deleted_by = version.deletedAt === undefined ? null : actor;
      return [String(number), { created_by: actor, deleted_by, ...versionEntry(version) }] as const;
    });
    return {
      cas_required: secret.casRequired,
      created_time: goTime(secret.createdAt),
      current_version: secret.current,
      custom_metadata: secret.customMetadata,
      delete_version_after: goDuration(secret.deleteVersionAfter),
      last_updated_by: actor,
      max_versions: secret.maxVersions,
      oldest_version: secret.current > numbers.length ? Math.min(...numbers) : 0,
      updated_time: goTime(secret.updatedAt),
      versions: Object.fromEntries(versions),
    };
  }

  function readSubkeys(call: Call, path: string): Reply {
    const secret = secrets.get(path);
    const number = Number(call.query['version'] ?? 0) || secret?.current;
    const found = number === undefined ? undefined : secret?.versions.get(number);
    if (!secret || number === undefined || !found) throw nothingThere();
    const metadata = { ...versionEntry(found), custom_metadata: secret.customMetadata, version: number };
    if (isGone(found)) return envelope({ subkeys: null, metadata }, { status: 404 });
    const depth = Number(call.query['depth'] ?? 0) || Number.POSITIVE_INFINITY;
    return envelope({ subkeys: jsonOf(subkeys(JSON.parse(found.content), depth)), metadata });
  }
}

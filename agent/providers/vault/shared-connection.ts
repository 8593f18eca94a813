import { createHash } from 'node:crypto';
import type { Effects } from '../../core/effects.ts';
import type { HandOver } from '../../core/hand-over.ts';
import type { Store } from '../../core/spec.ts';
import type { VaultConfig } from './config.ts';
import { type ConnectionUsers, connectVault, inNamespace, tokenNamespace, type VaultConnection } from './connect.ts';
import { openClient } from './open-client.ts';

type VaultStore = Pick<Store, 'id' | 'documentsDigest'>;

/** One login, and the stores that use it. */
interface Shared {
  readonly opening: Promise<VaultConnection>;
  /** In the order in which they came; the last to leave stays, for what its end is told under. One that is replaced is there twice for a moment. */
  readonly users: User[];
  /** When the token in use ends, in ms since the epoch; Infinity: never. Undefined: there is none yet. */
  tokenEndsAt?: number;
}

interface User {
  readonly id: string;
}

/** By agent, which has one hand-over for as long as it lives, and then by login. */
const connections = new WeakMap<HandOver, Map<string, Shared>>();

/**
 * The connection of a store. Stores that log in alike share it: one login, one renewal, one token that is kept for the next agent. It is
 * opened for the first of them; when the last one closes it, its token is revoked. Throws CREDENTIALS_MISSING.
 */
export async function sharedConnection(
  store: VaultStore,
  config: VaultConfig,
  effects: Effects,
  open = openClient,
): Promise<VaultConnection> {
  const { handOver } = effects;
  // Headers may hold a secret (a gateway's key), and no hash of one may be in the name of a record.
  if (!handOver || Object.keys(config.headers).length > 0) {
    const { client, session } = await connectVault({ record: store.id, ids: () => [store.id] }, config, effects, open);
    return { client: inNamespace(client, config), session };
  }
  const all = connections.get(handOver) ?? new Map<string, Shared>();
  connections.set(handOver, all);
  const record = loginDigest(config);
  const key = `${record} ${store.documentsDigest}`;
  const user = { id: store.id };
  const found = all.get(key);
  if (found) join(found, user, effects);
  const shared = found ?? opened(record, user, config, effects, open);
  all.set(key, shared);
  const leave = (): 'last' | 'others stay' => {
    if (shared.users.length > 1) {
      shared.users.splice(shared.users.indexOf(user), 1);
      return 'others stay';
    }
    all.delete(key);
    return 'last';
  };
  return untilLast(shared, leave, config);
}

/** Equal for equal logins, in another process, too. Where a store looks for what it reads has no part in it. */
function loginDigest({ path: _path, version: _version, ...config }: VaultConfig): string {
  const login = JSON.stringify({ ...config, namespace: tokenNamespace(config) }, (_name, member: unknown) => inOrder(member));
  return createHash('sha256').update(login).digest('hex').slice(0, 32);
}

/** A manifest's own order of members means nothing. */
function inOrder(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function opened(record: string, first: User, config: VaultConfig, effects: Effects, open: typeof openClient): Shared {
  const users = [first];
  const ids: ConnectionUsers['ids'] = () => [users[0]?.id ?? first.id, ...users.slice(1).map(({ id }) => id)];
  const shared: Shared = { users, opening: connectVault({ record, ids }, config, { ...effects, onSession }, open) };
  return shared;

  function onSession(event: Parameters<NonNullable<Effects['onSession']>>[0]): void {
    if (event.kind === 'token')
      shared.tokenEndsAt = event.ttlSeconds === 0 ? Number.POSITIVE_INFINITY : effects.clock.now() + event.ttlSeconds * 1_000;
    effects.onSession?.(event);
  }
}

/** A store that comes later has a token already. */
function join({ users, tokenEndsAt }: Shared, user: User, { clock, onSession }: Effects): void {
  users.push(user);
  if (tokenEndsAt === undefined) return;
  const leftMs = Math.max(1, tokenEndsAt - clock.now());
  onSession?.({ store: user.id, kind: 'token', ttlSeconds: leftMs === Number.POSITIVE_INFINITY ? 0 : leftMs / 1_000 });
}

async function untilLast(
  { opening }: Shared,
  leave: () => 'last' | 'others stay',
  config: VaultConfig,
): Promise<VaultConnection> {
  const { client, session } = await opening.catch((error: unknown) => {
    leave();
    throw error;
  });
  let end: 'last' | 'others stay' | undefined;
  const left = (): 'last' | 'others stay' => (end ??= leave());
  return {
    session: { ...session, close: async (how) => (left() === 'last' ? session.close(how) : undefined) },
    client: { ...inNamespace(client, config), close: async () => (left() === 'last' ? client.close() : undefined) },
  };
}

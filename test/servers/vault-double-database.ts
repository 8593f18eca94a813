import { randomBytes } from 'node:crypto';
import type { Engine } from './vault-double-kv.ts';
import type { LeaseStore } from './vault-double-leases.ts';
import type { Token } from './vault-double-tokens.ts';
import { type Call, goTime, multiline, type Reply, unsupported, VaultRefusal } from './vault-double-wire.ts';

export interface DynamicRole {
  /** Of the lease, in seconds. */
  readonly ttl: number;
  readonly maxTtl?: number;
  /** False: as the connection says of a role that it doesn't allow. */
  readonly isAllowed?: boolean;
}

export interface StaticRole {
  readonly username: string;
  readonly rotationSeconds: number;
}

export interface DatabaseSetup {
  readonly roles?: Readonly<Record<string, DynamicRole>>;
  readonly staticRoles?: Readonly<Record<string, StaticRole>>;
}

/** A user of the database that a lease made: for ever in the list, `droppedAt` when it is no more. */
export interface DatabaseUser {
  readonly username: string;
  readonly password: string;
  readonly role: string;
  readonly leaseId: string;
  /** Of the token that asked. */
  readonly accessor: string;
  readonly createdAt: number;
  droppedAt: number | undefined;
}

export interface Database extends Engine {
  /** Every user ever made, in order. */
  readonly users: readonly DatabaseUser[];
  /** Whether the database would let this user in now. */
  readonly accepts: (username: string, password: string) => boolean;
  /** Vault can't reach the database: 500, until it can again. */
  readonly setDown: (isDown: boolean) => void;
  readonly rotate: (staticRole: string) => void;
}

interface Rotated {
  password: string;
  rotatedAt: number;
}

/** vault.md 12.1. Each read of `creds` makes a user, that ends with its lease. */
export function databaseEngine(
  { roles = {}, staticRoles = {} }: DatabaseSetup,
  leases: LeaseStore,
  now: () => number,
  settle: () => void,
): Database {
  const users: DatabaseUser[] = [];
  const rotated = new Map<string, Rotated>();
  let isDown = false;
  for (const name of Object.keys(staticRoles)) rotate(name);
  return {
    type: 'database',
    options: null,
    get users() {
      settle();
      return users;
    },
    accepts,
    setDown: (down) => {
      isDown = down;
    },
    rotate,
    handle(call, within, caller) {
      const [, area, name = ''] = /^(creds|static-creds)\/([\w.-]+)$/.exec(within) ?? [];
      if (area === undefined || call.isFolder) throw new VaultRefusal(404, multiline('unsupported path'));
      if (call.method !== 'GET') throw unsupported();
      return area === 'creds' ? created(call, name, caller) : current(name);
    },
  };

  function created(call: Call, name: string, caller: Token): Reply {
    const role = roles[name];
    if (!role) throw new VaultRefusal(400, `unknown role: ${name}`);
    if (role.isAllowed === false) throw new VaultRefusal(500, `1 error occurred:\n\t* "${name}" is not an allowed role\n\n`);
    if (isDown)
      throw new VaultRefusal(
        500,
        '1 error occurred:\n\t* error creating user: dial tcp 127.0.0.1:5432: connect: connection refused\n\n',
      );
    const lease = leases.issue(call, caller, { ttl: role.ttl, maxTtl: role.maxTtl ?? 0, renewable: true }, () => drop(user));
    const user: DatabaseUser = {
      username: usernameOf(caller.origin.displayName ?? 'token', name, now()),
      password: secret(),
      role: name,
      leaseId: lease.id,
      accessor: caller.accessor,
      createdAt: now(),
      droppedAt: undefined,
    };
    users.push(user);
    return {
      kind: 'envelope',
      mountType: 'database',
      data: { username: user.username, password: user.password },
      lease: { id: lease.id, renewable: true, seconds: Math.ceil((lease.expiresAt - now()) / 1000) },
    };
  }

  function drop(user: DatabaseUser): void {
    user.droppedAt = now();
  }

  function current(name: string): Reply {
    const role = staticRoles[name];
    const state = rotated.get(name);
    if (!role || !state) throw new VaultRefusal(400, `unknown role: ${name}`);
    catchUp(name, role);
    const data = {
      last_vault_rotation: goTime(state.rotatedAt),
      password: state.password,
      rotation_period: role.rotationSeconds,
      ttl: Math.max(0, Math.round((state.rotatedAt + role.rotationSeconds * 1000 - now()) / 1000)),
      username: role.username,
    };
    return { kind: 'envelope', mountType: 'database', data };
  }

  /** Rotates as often as the clock has gone past the period. */
  function catchUp(name: string, { rotationSeconds }: StaticRole): void {
    const state = rotated.get(name);
    const periods = state ? Math.floor((now() - state.rotatedAt) / (rotationSeconds * 1000)) : 0;
    if (!state || periods < 1) return;
    Object.assign(state, { password: secret(), rotatedAt: state.rotatedAt + periods * rotationSeconds * 1000 });
  }

  function rotate(name: string): void {
    const state = rotated.get(name) ?? { password: '', rotatedAt: 0 };
    rotated.set(name, Object.assign(state, { password: secret(), rotatedAt: now() }));
  }

  function accepts(username: string, password: string): boolean {
    settle();
    for (const [name, role] of Object.entries(staticRoles)) catchUp(name, role);
    const isStatic = Object.entries(staticRoles).some(
      ([name, each]) => each.username === username && rotated.get(name)?.password === password,
    );
    return (
      isStatic || users.some((each) => each.username === username && each.password === password && each.droppedAt === undefined)
    );
  }
}

/** By the template of the PostgreSQL engine: the first eight letters of who asks and of the role, chance, and the second. */
function usernameOf(who: string, role: string, nowMs: number): string {
  return `v-${who.slice(0, 8)}-${role.slice(0, 8)}-${randomBytes(10).toString('hex')}-${Math.trunc(nowMs / 1000)}`;
}

function secret(): string {
  return randomBytes(15).toString('base64url');
}

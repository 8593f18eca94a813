import { randomUUID } from 'node:crypto';
import { type AuthMethod, type Grant, stillThere } from './vault-double-auth.ts';
import type { TokenRules } from './vault-double-tokens.ts';
import { type Call, nothingThere, type Reply, seconds, text, VaultRefusal } from './vault-double-wire.ts';

export interface AppRole extends TokenRules {
  /** Made up unless given. */
  readonly roleId?: string;
  /** False: a role_id alone logs in. */
  readonly bindSecretId?: boolean;
  /** Logins that one secret_id is good for; 0: any number. */
  readonly secretIdUses?: number;
  /** In seconds; 0: for ever. */
  readonly secretIdTtl?: number;
}

export interface AppRoles extends AuthMethod {
  readonly roleId: (role: string) => string;
  /** A new secret_id of this role. */
  readonly secretId: (role: string) => string;
  readonly destroySecretId: (secretId: string) => void;
}

interface SecretId {
  readonly role: string;
  readonly accessor: string;
  readonly expiresAt: number;
  usesLeft: number;
}

/** vault.md 5.3. */
export function appRoleAuth(roles: Readonly<Record<string, AppRole>>, now: () => number): AppRoles {
  const secretIds = new Map<string, SecretId>();
  const roleIds = new Map<string, string>();
  return {
    type: 'approle',
    roleId,
    secretId: issue,
    destroySecretId: (secretId) => void secretIds.delete(secretId),
    login: (call, within) => (within === 'login' ? login(call) : undefined),
    handle,
  };

  function roleId(name: string): string {
    const id = roles[name]?.roleId ?? roleIds.get(name) ?? randomUUID();
    roleIds.set(name, id);
    return id;
  }

  function issue(name: string): string {
    const { secretIdTtl = 0, secretIdUses = 0 } = roles[name] ?? {};
    const id = randomUUID();
    const expiresAt = secretIdTtl > 0 ? now() + secretIdTtl * 1000 : Number.POSITIVE_INFINITY;
    secretIds.set(id, { role: name, accessor: randomUUID(), expiresAt, usesLeft: secretIdUses || Number.POSITIVE_INFINITY });
    return id;
  }

  function login({ body }: Call): Grant {
    if (text(body['role_id']) === '') throw new VaultRefusal(500, 'failed to determine alias name from login request');
    const [name, role] = Object.entries(roles).find(([each]) => roleId(each) === body['role_id']) ?? [];
    if (name === undefined || !role) throw new VaultRefusal(400, 'invalid role or secret ID');
    if (role.bindSecretId !== false) use(text(body['secret_id']), name);
    return { rules: role, metadata: { role_name: name }, displayName: 'approle', mayRenew: stillThere(roles, name) };
  }

  function use(id: string, role: string): void {
    if (id === '') throw new VaultRefusal(400, 'missing secret_id');
    const secretId = secretIds.get(id);
    if (!secretId || secretId.role !== role || secretId.expiresAt <= now())
      throw new VaultRefusal(400, 'invalid role or secret ID');
    secretId.usesLeft -= 1;
    if (secretId.usesLeft <= 0) secretIds.delete(id);
  }

  function handle(call: Call, within: string): Reply {
    const [area, name = '', deed] = within.split('/');
    if (area === 'role' && name !== '' && !roles[name]) throw new VaultRefusal(404, `role "${name}" does not exist`);
    if (area !== 'role' || !roles[name]) throw nothingThere();
    if (deed === 'role-id') return { kind: 'envelope', mountType: 'approle', data: { role_id: roleId(name) } };
    if (deed !== 'secret-id' || call.method === 'GET') throw nothingThere();
    const id = issue(name);
    const data = {
      secret_id: id,
      secret_id_accessor: secretIds.get(id)?.accessor ?? '',
      secret_id_num_uses: roles[name].secretIdUses ?? 0,
      secret_id_ttl: seconds(roles[name].secretIdTtl) ?? 0,
    };
    return { kind: 'envelope', mountType: 'approle', data };
  }
}

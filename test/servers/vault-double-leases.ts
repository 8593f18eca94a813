import { randomBytes } from 'node:crypto';
import { grantedTtl, type Token } from './vault-double-tokens.ts';
import {
  type Call,
  goTime,
  multiline,
  nothingThere,
  type Reply,
  seconds,
  text,
  unsupported,
  VaultRefusal,
} from './vault-double-wire.ts';

export interface LeaseRules {
  /** Seconds. */
  readonly ttl: number;
  readonly maxTtl: number;
  readonly renewable: boolean;
}

export interface Lease {
  readonly id: string;
  readonly path: string;
  readonly namespace: string;
  readonly owner: Token;
  readonly rules: LeaseRules;
  readonly issuedAt: number;
  /** Takes back what was leased. */
  readonly end: () => void;
  /** In ms. */
  expiresAt: number;
  renewedAt: number | undefined;
}

export interface LeaseStore {
  /** Throws 429 above the quota, before anything is made: call it first. */
  readonly issue: (call: Call, owner: Token, rules: LeaseRules, end: () => void) => Lease;
  readonly handle: (call: Call, within: string) => Reply;
  readonly revokeAllOf: (token: Token) => void;
  readonly revoke: (id: string) => void;
  readonly expire: () => void;
  readonly live: () => readonly Lease[];
  /** No more than this many leases at a time; undefined: any number. */
  readonly limit: (most: number | undefined) => void;
}

/** vault.md 7. */
export function leaseStore(now: () => number, defaultMaxTtl: number): LeaseStore {
  const leases = new Map<string, Lease>();
  let most = Number.POSITIVE_INFINITY;
  return {
    issue,
    handle,
    revokeAllOf: (token) => {
      for (const lease of [...leases.values()]) if (lease.owner === token) end(lease);
    },
    revoke: (id) => end(leases.get(id)),
    expire,
    live: () => [...leases.values()],
    limit: (count) => {
      most = count ?? Number.POSITIVE_INFINITY;
    },
  };

  function issue(call: Call, owner: Token, rules: LeaseRules, undo: () => void): Lease {
    if (leases.size >= most) throw new VaultRefusal(429, multiline('lease count quota exceeded'));
    const suffix = call.namespace === '' ? '' : `.${call.namespace.replaceAll('/', '')}`;
    const lease: Lease = {
      id: `${call.path}/${randomBytes(18).toString('base64url')}${suffix}`,
      path: call.path,
      namespace: call.namespace,
      owner,
      rules: { ...rules, maxTtl: rules.maxTtl || defaultMaxTtl },
      issuedAt: now(),
      end: undo,
      expiresAt: 0,
      renewedAt: undefined,
    };
    const wanted = grantedTtl({ increment: 0, ttl: rules.ttl, maxTtl: lease.rules.maxTtl }, now(), now()).ttl;
    lease.expiresAt = endWithin(lease, now() + wanted * 1000);
    leases.set(lease.id, lease);
    return lease;
  }

  /** What a batch token leases ends with it (L2). */
  function endWithin({ owner }: Lease, wanted: number): number {
    return owner.rules.type === 'batch' && owner.expiresAt !== undefined ? Math.min(wanted, owner.expiresAt) : wanted;
  }

  function expire(): void {
    for (const lease of [...leases.values()]) if (lease.expiresAt <= now()) end(lease);
  }

  function end(lease: Lease | undefined): void {
    if (lease && leases.delete(lease.id)) lease.end();
  }

  function handle(call: Call, within: string): Reply {
    const [deed, ...rest] = within.split('/');
    if (deed === 'lookup' && call.method === 'LIST') return listed(rest.join('/'), call.namespace);
    if (deed !== 'renew' && deed !== 'revoke' && deed !== 'lookup') throw nothingThere();
    if (call.method !== 'POST' && call.method !== 'PUT') throw unsupported();
    const id = text(call.body['lease_id']) || rest.join('/');
    if (id === '') throw new VaultRefusal(400, 'lease_id must be specified');
    if (deed === 'renew') return renew(call, id);
    const lease = leases.get(id);
    const isKnown = lease?.namespace === call.namespace;
    if (deed === 'revoke') {
      if (isKnown) end(lease);
      return { kind: 'nothing' };
    }
    if (!lease || !isKnown) throw new VaultRefusal(400, 'invalid lease');
    return { kind: 'envelope', mountType: 'system', data: described(lease), repeats: true };
  }

  /** What is directly below a prefix; folders end with a slash. */
  function listed(prefix: string, namespace: string): Reply {
    const start = prefix === '' || prefix.endsWith('/') ? prefix : `${prefix}/`;
    const below = [...leases.values()].filter((lease) => lease.namespace === namespace && lease.id.startsWith(start));
    const keys = new Set(below.map(({ id }) => id.slice(start.length).replace(/\/.*/, '/')));
    if (keys.size === 0) throw nothingThere();
    return { kind: 'envelope', mountType: 'system', data: { keys: [...keys].sort() } };
  }

  function renew(call: Call, id: string): Reply {
    const lease = leases.get(id);
    if (!lease || lease.namespace !== call.namespace) throw new VaultRefusal(400, 'lease not found');
    if (!lease.rules.renewable) throw new VaultRefusal(400, 'lease is not renewable');
    const { ttl, maxTtl } = lease.rules;
    const granted = capped(lease, seconds(call.body['increment']) ?? 0, ttl, maxTtl);
    lease.expiresAt = endWithin(lease, now() + granted.ttl * 1000);
    lease.renewedAt = now();
    return {
      kind: 'envelope',
      mountType: 'system',
      lease: { id, renewable: true, seconds: Math.ceil((lease.expiresAt - now()) / 1000) },
      warnings: granted.warnings,
    };
  }

  function capped(lease: Lease, increment: number, ttl: number, maxTtl: number) {
    try {
      return grantedTtl({ increment, ttl, maxTtl }, lease.issuedAt, now());
    } catch (error) {
      throw error instanceof VaultRefusal ? new VaultRefusal(400, error.errors) : error;
    }
  }

  function secondsLeft(lease: Lease): number {
    return Math.trunc((lease.expiresAt - now()) / 1000);
  }

  function described(lease: Lease) {
    return {
      id: lease.id,
      issue_time: goTime(lease.issuedAt),
      expire_time: goTime(lease.expiresAt),
      last_renewal: lease.renewedAt === undefined ? null : goTime(lease.renewedAt),
      renewable: lease.rules.renewable,
      ttl: secondsLeft(lease),
    };
  }
}

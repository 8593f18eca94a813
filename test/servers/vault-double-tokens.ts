import { randomBytes, randomUUID } from 'node:crypto';
import { goTime, type Json, type JsonObject, shortDuration, VaultRefusal } from './vault-double-wire.ts';

/** What a role or a creator says of a token. All times in seconds. */
export interface TokenRules {
  /** `default` is added. */
  readonly policies?: readonly string[];
  /** The double's default (768 h) unless given; 0 with the policy `root`: it never ends. */
  readonly ttl?: number;
  readonly maxTtl?: number;
  readonly explicitMaxTtl?: number;
  readonly period?: number;
  readonly numUses?: number;
  readonly type?: 'service' | 'batch';
  readonly renewable?: boolean;
  readonly orphan?: boolean;
  readonly noDefaultPolicy?: boolean;
}

/** Where a token came from. */
export interface Origin {
  /** Such as `auth/kubernetes/login`. */
  readonly path: string;
  readonly namespace: string;
  readonly metadata?: Readonly<Record<string, string>>;
  readonly displayName?: string;
  readonly parent?: Token;
  /** The user is gone: a renewal is answered with nothing, and renews nothing. */
  readonly isForgotten?: () => boolean;
  /** Asked at each renewal: throws when the role or user would not have it any more (vault.md T3). */
  readonly mayRenew?: (token: Token, certificate: Buffer | undefined) => void;
}

/** A token that lives. */
export interface Token {
  readonly id: string;
  /** '' for batch tokens. */
  readonly accessor: string;
  readonly rules: TokenRules;
  readonly origin: Origin;
  readonly policies: readonly string[];
  readonly entityId: string;
  readonly createdAt: number;
  readonly creationTtl: number;
  /** In ms; undefined: never. */
  expiresAt: number | undefined;
  renewedAt: number | undefined;
  usesLeft: number;
  /** As long as it is above 0, requests with it are rejected. */
  rejections: number;
}

export interface TokenStore {
  readonly issue: (rules: TokenRules, origin: Origin) => Token;
  /** Undefined when it never was, or has ended. */
  readonly find: (id: string) => Token | undefined;
  readonly byAccessor: (accessor: string) => Token | undefined;
  readonly revoke: (token: Token) => void;
  readonly renew: (token: Token, increment: number, certificate: Buffer | undefined) => readonly string[];
  readonly live: () => readonly Token[];
  /** Lets go of what has ended. */
  readonly expire: () => void;
  /** Tokens made from now on are rejected this many times before they are known. */
  readonly rejectNew: (requests: number) => void;
}

/** The ttl that a request is granted (vault.md 6.1), and what must be said about it. */
export function grantedTtl(
  asked: { readonly increment: number; readonly ttl: number; readonly period?: number; readonly maxTtl: number },
  issuedAt: number,
  now: number,
): { readonly ttl: number; readonly warnings: readonly string[] } {
  const left = asked.maxTtl - Math.trunc((now - issuedAt) / 1000);
  const wanted = asked.period ? Math.min(asked.period, asked.maxTtl) : asked.increment || asked.ttl;
  if (asked.period && asked.maxTtl === Number.POSITIVE_INFINITY) return { ttl: asked.period, warnings: [] };
  if (left <= 0) throw new VaultRefusal(500, 'past the max TTL, cannot renew');
  if (wanted <= left) return { ttl: wanted, warnings: [] };
  const [over, cap] = [shortDuration(wanted), shortDuration(left)];
  return {
    ttl: left,
    warnings: [`TTL of "${over}" exceeded the effective max_ttl of "${cap}"; TTL value is capped accordingly`],
  };
}

export interface TokenDefaults {
  readonly ttl: number;
  readonly maxTtl: number;
}

/** `ended` is told of each token that is revoked or expires: its leases end with it. */
export function tokenStore(now: () => number, defaults: TokenDefaults, ended: (token: Token) => void): TokenStore {
  const tokens = new Map<string, Token>();
  let rejections = 0;
  return {
    issue,
    find,
    byAccessor: (accessor) => [...tokens.values()].find((each) => each.accessor === accessor && accessor !== ''),
    revoke,
    renew,
    live: () => [...tokens.values()],
    expire,
    rejectNew: (requests) => {
      rejections = requests;
    },
  };

  function issue(rules: TokenRules, origin: Origin): Token {
    const isBatch = rules.type === 'batch';
    const policies = [
      ...new Set([...(rules.policies ?? []), ...(rules.noDefaultPolicy || rules.policies?.includes('root') ? [] : ['default'])]),
    ];
    const isForever = policies.includes('root') && !rules.ttl;
    const asked = {
      increment: 0,
      ttl: rules.ttl || defaults.ttl,
      maxTtl: maxTtl(rules),
      ...(rules.period ? { period: rules.period } : {}),
    };
    const ttl = isForever ? 0 : grantedTtl(asked, now(), now()).ttl;
    const suffix = origin.namespace === '' ? '' : `.${origin.namespace.replaceAll('/', '')}`;
    const token: Token = {
      id: `${isBatch ? 'hvb' : 'hvs'}.${randomBytes(isBatch ? 72 : 24).toString('base64url')}${suffix}`,
      accessor: isBatch ? '' : `${randomBytes(18).toString('base64url')}${suffix}`,
      rules,
      origin,
      policies: policies.sort(),
      entityId: origin.path.startsWith('auth/token/') ? '' : randomUUID(),
      createdAt: now(),
      creationTtl: ttl,
      expiresAt: isForever ? undefined : now() + ttl * 1000,
      renewedAt: undefined,
      usesLeft: rules.numUses ?? 0,
      rejections,
    };
    tokens.set(token.id, token);
    return token;
  }

  /** Total life in seconds; a periodic token has none of its own. */
  function maxTtl(rules: TokenRules): number {
    const bounds = [rules.maxTtl, rules.explicitMaxTtl].filter((each) => each !== undefined && each > 0);
    const mount = rules.period ? Number.POSITIVE_INFINITY : defaults.maxTtl;
    return Math.min(mount, ...(rules.period ? [rules.explicitMaxTtl || mount] : bounds.map(Number)));
  }

  function find(id: string): Token | undefined {
    expire();
    return tokens.get(id);
  }

  function expire(): void {
    for (const token of tokens.values()) if (token.expiresAt !== undefined && token.expiresAt <= now()) revoke(token);
  }

  function revoke(token: Token): void {
    if (!tokens.delete(token.id)) return;
    for (const child of [...tokens.values()]) if (child.origin.parent === token) revoke(child);
    ended(token);
  }

  function renew(token: Token, increment: number, certificate: Buffer | undefined): readonly string[] {
    if (token.rules.type === 'batch') throw new VaultRefusal(400, 'batch tokens cannot be renewed');
    if (!isRenewable(token)) throw new VaultRefusal(400, 'lease is not renewable');
    token.origin.mayRenew?.(token, certificate);
    const { rules } = token;
    const asked = {
      increment,
      ttl: rules.ttl || defaults.ttl,
      maxTtl: maxTtl(rules),
      ...(rules.period ? { period: rules.period } : {}),
    };
    const { ttl, warnings } = grantedTtl(asked, token.createdAt, now());
    token.expiresAt = now() + ttl * 1000;
    token.renewedAt = now();
    return warnings;
  }
}

function isRenewable(token: Token): boolean {
  return token.rules.type !== 'batch' && token.rules.renewable !== false && token.expiresAt !== undefined;
}

/** The `auth` of a login, a creation or a renewal (vault.md 2). */
export function authOf(token: Token, now: number): JsonObject {
  return {
    client_token: token.id,
    accessor: token.accessor,
    policies: token.policies,
    token_policies: token.policies,
    metadata: token.origin.metadata ?? null,
    lease_duration: secondsLeft(token, now),
    renewable: isRenewable(token),
    entity_id: token.entityId,
    token_type: token.rules.type ?? 'service',
    orphan: isOrphan(token),
    mfa_requirement: null,
    num_uses: token.rules.numUses ?? 0,
  };
}

/** The `data` of a look-up (vault.md 6). */
export function lookupOf(token: Token, now: number): JsonObject {
  const renewed =
    token.renewedAt === undefined
      ? {}
      : { last_renewal: goTime(token.renewedAt), last_renewal_time: Math.trunc(token.renewedAt / 1000) };
  const optional: Record<string, Json> = { ...renewed };
  if (token.rules.period) optional['period'] = token.rules.period;
  if (token.origin.namespace !== '') optional['namespace_path'] = `${token.origin.namespace}/`;
  return {
    accessor: token.accessor,
    creation_time: Math.trunc(token.createdAt / 1000),
    creation_ttl: token.creationTtl,
    display_name: token.origin.displayName ?? 'token',
    entity_id: token.entityId,
    expire_time: token.expiresAt === undefined ? null : goTime(token.expiresAt),
    explicit_max_ttl: token.rules.explicitMaxTtl ?? 0,
    id: token.id,
    issue_time: goTime(token.createdAt),
    meta: token.origin.metadata ?? null,
    num_uses: token.usesLeft,
    orphan: isOrphan(token),
    path: token.origin.path,
    policies: token.policies,
    renewable: isRenewable(token),
    ttl: secondsLeft(token, now),
    type: token.rules.type ?? 'service',
    ...optional,
  };
}

function secondsLeft(token: Token, now: number): number {
  return token.expiresAt === undefined ? 0 : Math.max(0, Math.trunc((token.expiresAt - now) / 1000));
}

function isOrphan(token: Token): boolean {
  return token.rules.orphan ?? token.origin.parent === undefined;
}

import type { AuthMethod } from './vault-double-auth.ts';
import type { Engine } from './vault-double-kv.ts';
import type { LeaseStore } from './vault-double-leases.ts';
import type { policyStore } from './vault-double-policies.ts';
import { tokenCalls } from './vault-double-token-calls.ts';
import { authOf, type Origin, type Token, type TokenStore } from './vault-double-tokens.ts';
import { type Call, multiline, type Reply, VaultRefusal } from './vault-double-wire.ts';
import type { Wrapping } from './vault-double-wrapping.ts';

/** What the server is made of. Mounts are named with their namespace: `team/secret`. */
export interface Core {
  readonly now: () => number;
  readonly engines: ReadonlyMap<string, Engine>;
  readonly auths: ReadonlyMap<string, AuthMethod>;
  readonly tokens: TokenStore;
  readonly policies: ReturnType<typeof policyStore>;
  readonly leases: LeaseStore;
  readonly wrapping: Wrapping;
  /** The texts of a 403: for a token that is dead, and for what a policy denies. */
  readonly refusals: { readonly deadToken: string; readonly policy: string };
}

/** Runs a request that the server takes (it is not sealed, and no quota is in the way). */
export function router(core: Core) {
  const { tokens, leases, policies, wrapping } = core;
  const ofToken = tokenCalls(tokens, core.now);
  return async (call: Call): Promise<Reply> => {
    tokens.expire();
    leases.expire();
    return (await login(call)) ?? unwrapped(call) ?? withToken(call);
  };

  async function login(call: Call): Promise<Reply | undefined> {
    const mounted = at(core.auths, full(call).replace('auth/', ''));
    const isLogin = mounted && call.path.startsWith('auth/') && /^login(\/|$)/.test(mounted.within);
    if (isLogin && call.method === 'GET') throw new VaultRefusal(405, 'unsupported operation');
    if (call.method !== 'POST' && call.method !== 'PUT') return undefined;
    const grant = call.path.startsWith('auth/') && mounted ? await mounted.found.login(call, mounted.within) : undefined;
    if (!grant) return undefined;
    const { metadata, displayName, mayRenew, isForgotten } = grant;
    const origin: Origin = {
      path: call.path,
      namespace: call.namespace,
      metadata,
      displayName,
      ...(mayRenew ? { mayRenew } : {}),
      ...(isForgotten ? { isForgotten } : {}),
    };
    return {
      kind: 'envelope',
      mountType: mounted?.found.type ?? '',
      auth: authOf(tokens.issue(grant.rules, origin), core.now()),
    };
  }

  /** A wrapping token is all that is needed, in the header or in the body (W1). */
  function unwrapped(call: Call): Reply | undefined {
    if (!call.path.startsWith('sys/wrapping/')) return undefined;
    const isLookup = call.path === 'sys/wrapping/lookup';
    const needsToken = !isLookup && call.body['token'] !== undefined && !wrapping.isWrapping(call.token);
    if (needsToken) allow(call, callerOf(call));
    return wrapping.handle(call, call.path.slice('sys/wrapping/'.length));
  }

  function withToken(call: Call): Reply {
    const caller = callerOf(call);
    use(caller);
    try {
      if (call.path.startsWith('sys/internal/ui/mounts/')) return preflight(call, caller);
      allow(call, caller);
      return answer(call, caller);
    } finally {
      used(caller);
    }
  }

  function callerOf({ token }: Call): Token {
    const caller = tokens.find(token);
    if (!caller) throw new VaultRefusal(403, token === '' ? 'permission denied' : core.refusals.deadToken);
    if (caller.rejections > 0) {
      caller.rejections -= 1;
      throw new VaultRefusal(403, core.refusals.policy);
    }
    return caller;
  }

  /** Counted as a request comes in; the last one leaves -1 for as long as it is answered. */
  function use(caller: Token): void {
    if (caller.usesLeft > 0) caller.usesLeft = caller.usesLeft - 1 || -1;
  }

  function used(caller: Token): void {
    if (caller.usesLeft < 0) tokens.revoke(caller);
  }

  function allow(call: Call, caller: Token): void {
    const path = seenBy(caller, full(call));
    if (path === undefined || !policies.allows(caller.policies, call.method, path))
      throw new VaultRefusal(403, core.refusals.policy);
  }

  function answer(call: Call, caller: Token): Reply {
    if (call.path.startsWith('auth/token/')) return ofToken(call, call.path.slice('auth/token/'.length), caller);
    if (call.path.startsWith('sys/leases/')) return leases.handle(call, call.path.slice('sys/leases/'.length));
    if (call.path.startsWith('sys/renew')) return leases.handle(call, call.path.slice('sys/'.length));
    const auth = call.path.startsWith('auth/') ? at(core.auths, full(call).replace('auth/', '')) : undefined;
    if (auth?.found.handle) return auth.found.handle(call, auth.within);
    const mounted = at(core.engines, full(call));
    if (!mounted && call.path.startsWith('sys/')) throw new VaultRefusal(404, multiline('unsupported path'));
    const slash = call.method === 'LIST' || call.isFolder ? '/' : '';
    if (!mounted) throw new VaultRefusal(404, `no handler for route "${call.path}${slash}". route entry not found.`);
    return mounted.found.handle(call, mounted.within, caller);
  }

  /** vault.md 9. */
  function preflight(call: Call, caller: Token): Reply {
    const path = call.path.slice('sys/internal/ui/mounts/'.length);
    const mounted = at(core.engines, full({ ...call, path }));
    const mount = mounted && seenBy(caller, mounted.mount);
    if (
      !mounted ||
      mount === undefined ||
      !policies.reaches(caller.policies, mount) ||
      policies.denies(caller.policies, call.path)
    )
      throw new VaultRefusal(
        403,
        `preflight capability check returned 403, please ensure client's policies grant access to path "${path}/"`,
      );
    const { found } = mounted;
    const data = {
      accessor: `${found.type}_${mounted.mount.replaceAll('/', '_')}`,
      config: { default_lease_ttl: 0, force_no_cache: false, max_lease_ttl: 0 },
      description: '',
      external_entropy_access: false,
      local: false,
      options: found.options,
      path: `${mounted.mount}/`,
      seal_wrap: false,
      type: found.type,
      uuid: '00000000-0000-4000-8000-000000000000',
    };
    return { kind: 'envelope', mountType: 'system', data };
  }
}

/** The path with its namespace. */
function full({ namespace, path }: Pick<Call, 'namespace' | 'path'>): string {
  return namespace === '' ? path : `${namespace}/${path}`;
}

/** The path as policies of this token's namespace say it; undefined outside it. */
function seenBy({ origin }: Token, path: string): string | undefined {
  if (origin.namespace === '') return path;
  return path.startsWith(`${origin.namespace}/`) ? path.slice(origin.namespace.length + 1) : undefined;
}

/** The mount with the longest name that this path is in. */
function at<T>(
  mounts: ReadonlyMap<string, T>,
  path: string,
): { readonly found: T; readonly mount: string; readonly within: string } | undefined {
  const [mount] = [...mounts.keys()]
    .filter((each) => path === each || path.startsWith(`${each}/`))
    .sort((a, b) => b.length - a.length);
  const found = mount === undefined ? undefined : mounts.get(mount);
  if (mount === undefined || found === undefined) return undefined;
  return { found, mount, within: path.slice(mount.length + 1) };
}

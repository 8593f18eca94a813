import type { Method } from './vault-double-wire.ts';

export type Capability = 'create' | 'read' | 'update' | 'patch' | 'delete' | 'list' | 'sudo' | 'deny';

/** By path, as in a policy: `secret/data/app/*`, `secret/metadata/+/db`. */
export type PolicyRules = Readonly<Record<string, readonly Capability[]>>;

/** What Vault's own default policy grants, as far as we use it. */
const defaultRules: PolicyRules = {
  'auth/token/lookup-self': ['read'],
  'auth/token/renew-self': ['update'],
  'auth/token/revoke-self': ['update'],
  'sys/capabilities-self': ['update'],
  'sys/renew': ['update'],
  'sys/leases/renew': ['update'],
  'sys/leases/lookup': ['update'],
  'sys/wrapping/wrap': ['update'],
  'sys/wrapping/lookup': ['update'],
  'sys/wrapping/unwrap': ['update'],
};

/** Policies of every namespace; a path in a rule is relative to the namespace of the token. */
export function policyStore() {
  const policies = new Map<string, PolicyRules>([['default', defaultRules]]);
  return {
    /** Adds or replaces; null removes. */
    set(name: string, rules: PolicyRules | null): void {
      if (rules) policies.set(name, rules);
      else policies.delete(name);
    },
    allows(names: readonly string[], method: Method, path: string): boolean {
      if (names.includes('root')) return true;
      const wanted = needed[method];
      const found = capabilities(names, method === 'LIST' ? [`${path}/`, path] : [path]);
      return !found.includes('deny') && found.some((each) => wanted.includes(each));
    },
    /** An explicit `deny`, for paths that need no policy otherwise. */
    denies: (names: readonly string[], path: string): boolean => capabilities(names, [path]).includes('deny'),
    /** True when some rule grants something below this mount (the preflight of sys/internal/ui/mounts). */
    reaches(names: readonly string[], mount: string): boolean {
      if (names.includes('root')) return true;
      return rulesOf(names).some(([pattern, granted]) => {
        const literal = /^[^*+]*/.exec(pattern)?.[0] ?? '';
        const isBelow = literal.startsWith(`${mount}/`) || (literal !== pattern && `${mount}/`.startsWith(literal));
        return isBelow && granted.length > 0 && !granted.includes('deny');
      });
    },
  };

  /** Of the rules that match, only the most specific path counts; for one path, what all policies grant. */
  function capabilities(names: readonly string[], paths: readonly string[]): readonly Capability[] {
    for (const path of paths) {
      const matching = rulesOf(names).filter(([pattern]) => matches(pattern, path));
      const [best] = matching.map(([pattern]) => pattern).sort(bySpecificity);
      if (best !== undefined) return matching.filter(([pattern]) => pattern === best).flatMap(([, granted]) => granted);
    }
    return [];
  }

  function rulesOf(names: readonly string[]): readonly (readonly [string, readonly Capability[]])[] {
    return names.flatMap((name) => Object.entries(policies.get(name) ?? {}));
  }
}

const needed: Readonly<Record<Method, readonly Capability[]>> = {
  GET: ['read'],
  LIST: ['list'],
  POST: ['create', 'update'],
  PUT: ['create', 'update'],
  PATCH: ['patch'],
  DELETE: ['delete'],
};

export function matches(pattern: string, path: string): boolean {
  const isPrefix = pattern.endsWith('*');
  const source = (isPrefix ? pattern.slice(0, -1) : pattern).split('+').map(quoted).join('[^/]+');
  return new RegExp(`^${source}${isPrefix ? '' : '$'}`).test(path);
}

function quoted(literal: string): string {
  return literal.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function bySpecificity(a: string, b: string): number {
  const wildcardAt = (pattern: string): number => pattern.search(/[*+]/) >>> 0;
  if (wildcardAt(a) !== wildcardAt(b)) return wildcardAt(b) - wildcardAt(a);
  if (a.endsWith('*') !== b.endsWith('*')) return a.endsWith('*') ? 1 : -1;
  return b.length - a.length;
}

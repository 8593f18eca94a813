import { type AppRole, type AppRoles, appRoleAuth } from './vault-double-approle.ts';
import {
  type AuthMethod,
  type JwtSetup,
  jwtAuth,
  type KubernetesSetup,
  kubernetesAuth,
  passwordAuth,
  type User,
} from './vault-double-auth.ts';
import { type AwsSetup, awsAuth, type CertificateRole, certificateAuth, type GcpRole, gcpAuth } from './vault-double-cloud.ts';
import { type Database, type DatabaseSetup, databaseEngine } from './vault-double-database.ts';
import { faults } from './vault-double-faults.ts';
import { type Engine, type KvOne, kvOne } from './vault-double-kv.ts';
import { type KvTwo, kvTwo } from './vault-double-kv-versions.ts';
import { leaseStore } from './vault-double-leases.ts';
import { type LoggedRequest, requestLog } from './vault-double-log.ts';
import { type Pki, type PkiRole, pkiEngine } from './vault-double-pki.ts';
import { type PolicyRules, policyStore } from './vault-double-policies.ts';
import { router } from './vault-double-router.ts';
import { nodeState, type ServerState } from './vault-double-state.ts';
import { type Token, type TokenRules, tokenStore } from './vault-double-tokens.ts';
import { type Call, multiline, type SecretData } from './vault-double-wire.ts';
import { wrapping } from './vault-double-wrapping.ts';

export interface VaultSetup {
  /** The texts and members that differ; Vault's unless given. */
  readonly flavour?: 'vault' | 'openBao';
  /** In ms since the epoch; this machine's clock unless given. `advance` comes on top. */
  readonly now?: () => number;
  /** Such as `team` and `team/app`: whatever is set up below them is named `team/secret`. */
  readonly namespaces?: readonly string[];
  /** Of mounts, in seconds; 768 h unless given. */
  readonly defaultTtl?: number;
  readonly maxTtl?: number;
  /** Whether a 403 tells that the token is the reason, as newer Vaults do; true for Vault. */
  readonly tellsDeadTokens?: boolean;
  /** Whether errors of the core are one plain line, as older servers write them. */
  readonly plainErrors?: boolean;
}

export type VaultWorld = ReturnType<typeof vaultWorld>;
type Secrets = Readonly<Record<string, SecretData>>;

/** All that the server holds, and the ways to change it from a test. */
export function vaultWorld(setup: VaultSetup) {
  let aheadMs = 0;
  const now = (): number => (setup.now ?? Date.now)() + aheadMs;
  const defaults = { ttl: setup.defaultTtl ?? 2_764_800, maxTtl: setup.maxTtl ?? 2_764_800 };
  const flavour = setup.flavour ?? 'vault';
  const policies = policyStore();
  const leases = leaseStore(now, defaults.maxTtl);
  const tokens = tokenStore(now, defaults, leases.revokeAllOf);
  const wraps = wrapping(now);
  const node = nodeState(now, flavour === 'vault' ? '1.21.0' : '2.6.0');
  const troubles = faults();
  const log = requestLog(now);
  const engines = new Map<string, Engine>();
  const versioned = new Map<string, KvTwo>();
  const plain = new Map<string, KvOne>();
  const auths = new Map<string, AuthMethod>();
  const policyText = setup.plainErrors ? 'permission denied' : multiline('permission denied');
  const deadToken = (setup.tellsDeadTokens ?? flavour === 'vault') ? multiline('permission denied', 'invalid token') : policyText;
  const refusals = { policy: policyText, deadToken: setup.plainErrors ? 'permission denied' : deadToken };
  const root = tokens.issue({ policies: ['root'] }, { path: 'auth/token/root', namespace: '', displayName: 'root' });

  return {
    core: router({ now, engines, auths, tokens, policies, leases, wrapping: wraps, refusals }),
    gate: node.gate,
    nextTrouble: (call: Call) => troubles.next(call.method, call.path),
    note: (call: Call, headers: LoggedRequest['headers']) => log.note(call, tokens.find(call.token)?.accessor ?? '', headers),
    /** A token that may do everything. */
    root: root.id,
    namespaces: new Set(setup.namespaces ?? []),
    now,
    /** Moves the server's clock; what ends by then, ends. */
    advance(seconds: number): void {
      aheadMs += seconds * 1000;
      settle();
    },

    kv1(mount: string, secrets: Secrets = {}): void {
      const engine = plain.get(mount) ?? kvOne(defaults.ttl);
      mountAt(mount, engine, plain);
      for (const [path, data] of Object.entries(secrets)) engine.put(path, data);
    },
    kv2(mount: string, secrets: Secrets = {}): void {
      const engine = versioned.get(mount) ?? kvTwo(now);
      mountAt(mount, engine, versioned);
      for (const [path, data] of Object.entries(secrets)) engine.put(path, data);
    },
    /** Writes a secret at a mount of either version; for version 2, the number of the version. */
    put(mount: string, path: string, data: SecretData): number {
      const engine = versioned.get(mount);
      if (engine) return engine.put(path, data);
      one(plain, mount).put(path, data);
      return 0;
    },
    /** Removes a secret with all that is known of it. */
    remove: (mount: string, path: string): void => (versioned.get(mount) ?? one(plain, mount)).remove(path),
    /** For deleteVersion, undeleteVersion, destroyVersion, setMetadata. */
    versions: (mount: string): KvTwo => one(versioned, mount),
    /** A database whose users come and go with their leases. */
    database(mount: string, how: DatabaseSetup): Database {
      const engine = databaseEngine(how, leases, now, settle);
      engines.set(mount, engine);
      return engine;
    },
    /** Certificates of an intermediate CA below a root. */
    pki(mount: string, roles: Readonly<Record<string, PkiRole>>): Pki {
      const engine = pkiEngine(roles, leases, now);
      engines.set(mount, engine);
      return engine;
    },
    /** Any other engine, by its mount. */
    mount: (mount: string, engine: Engine): void => void engines.set(mount, engine),
    unmount: (mount: string): void => {
      for (const map of [engines, versioned, plain, auths]) map.delete(mount);
    },

    /** Adds or replaces; null removes. */
    policy: (name: string, rules: PolicyRules | null): void => policies.set(name, rules),
    /** Auth methods, by their mount without `auth/`. Set up again, a method has new roles. */
    kubernetes: (mount: string, how: KubernetesSetup): void => void auths.set(mount, kubernetesAuth(how, mount, now)),
    jwt: (mount: string, how: JwtSetup): void => void auths.set(mount, jwtAuth(how, mount, now)),
    appRole: (mount: string, roles: Readonly<Record<string, AppRole>>): AppRoles => kept(mount, appRoleAuth(roles, now)),
    userPass: (mount: string, users: Readonly<Record<string, User>>): void =>
      void auths.set(mount, passwordAuth('userpass', users, mount, now)),
    ldap: (mount: string, users: Readonly<Record<string, User>>): void =>
      void auths.set(mount, passwordAuth('ldap', users, mount, now)),
    cert: (mount: string, roles: Readonly<Record<string, CertificateRole>>): void =>
      void auths.set(mount, certificateAuth(roles)),
    aws: (mount: string, how: AwsSetup): void => void auths.set(mount, awsAuth(how)),
    gcp: (mount: string, roles: Readonly<Record<string, GcpRole>>): void => void auths.set(mount, gcpAuth(roles, now)),

    /** A token as an operator makes it. */
    token(rules: TokenRules = {}, namespace = ''): Token {
      return tokens.issue({ orphan: true, ...rules }, { path: 'auth/token/create', namespace, displayName: 'token' });
    },
    /** Ends a token, with its children and leases. */
    revoke(tokenOrAccessor: string): void {
      const token = tokens.find(tokenOrAccessor) ?? tokens.byAccessor(tokenOrAccessor);
      if (token) tokens.revoke(token);
    },
    /** But for the root token. */
    liveTokens: (): readonly Token[] => {
      tokens.expire();
      return tokens.live().filter((each) => each !== root);
    },
    /** Tokens made from now on are rejected this many times, as on a node that lags behind. */
    rejectNewTokens: tokens.rejectNew,
    leases: {
      live: () => {
        settle();
        return leases.live();
      },
      revoke: leases.revoke,
      limit: leases.limit,
    },
    wrap: wraps.wrap,

    state: (state: ServerState): void => node.set(state),
    seal: (): void => node.set({ kind: 'sealed' }),
    unseal: (): void => node.set({ kind: 'active' }),
    rateLimit: node.limit,
    fault: troubles.add,
    endFaults: troubles.endAll,
    requests: log.requests,
    count: log.count,
    forgetRequests: (): void => void log.requests.splice(0),
  };

  /** Lets go of what has ended by now. */
  function settle(): void {
    tokens.expire();
    leases.expire();
  }

  function kept<T extends AuthMethod>(mount: string, method: T): T {
    auths.set(mount, method);
    return method;
  }

  function mountAt<T extends Engine>(mount: string, engine: T, among: Map<string, T>): void {
    engines.set(mount, engine);
    among.set(mount, engine);
  }

  function one<T>(among: ReadonlyMap<string, T>, mount: string): T {
    const engine = among.get(mount);
    if (!engine) throw new Error(`the double has no such mount: ${mount}`);
    return engine;
  }
}

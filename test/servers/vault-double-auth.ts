import type { KeyObject } from 'node:crypto';
import { audiences, type Claims, numberClaim, readJwt, verifiedJwt } from './vault-double-jwt.ts';
import type { Origin, TokenRules } from './vault-double-tokens.ts';
import { type Call, multiline, type Reply, text, VaultRefusal } from './vault-double-wire.ts';

/** What a login gives. */
export interface Grant {
  readonly rules: TokenRules;
  readonly metadata: Readonly<Record<string, string>>;
  readonly displayName: string;
  readonly mayRenew?: NonNullable<Origin['mayRenew']>;
  readonly isForgotten?: NonNullable<Origin['isForgotten']>;
}

/** One auth method at its mount. `within` is the path below the mount. */
export interface AuthMethod {
  readonly type: string;
  /** Undefined where this path is no login. */
  readonly login: (call: Call, within: string) => Grant | undefined | Promise<Grant | undefined>;
  /** What else it answers, to a token. */
  readonly handle?: (call: Call, within: string) => Reply;
}

export interface KubernetesRole extends TokenRules {
  /** Names of service accounts; `*` stands for any text. */
  readonly names: readonly string[];
  readonly namespaces: readonly string[];
  readonly audience?: string;
}

export interface KubernetesSetup {
  /** Keys of the API server. */
  readonly keys: readonly KeyObject[];
  readonly roles: Readonly<Record<string, KubernetesRole>>;
  /** What TokenReview says no to, such as the token of a pod that is gone. */
  readonly isGone?: (claims: Claims) => boolean;
}

/** vault.md 5.1. */
export function kubernetesAuth({ keys, roles, isGone }: KubernetesSetup, mount: string, now: () => number): AuthMethod {
  return { type: 'kubernetes', login: (call, within) => (within === 'login' ? login(call) : undefined) };

  function login({ body }: Call): Grant {
    const [name, token] = [text(body['role']), text(body['jwt'])];
    if (name === '') throw new VaultRefusal(400, 'missing role');
    if (token === '') throw new VaultRefusal(400, 'missing jwt');
    const role = roles[name];
    if (!role) throw new VaultRefusal(400, `invalid role name "${name}"`);
    const { serviceAccount, namespace, uid, claims } = subjectOf(token);
    if (role.audience !== undefined && !audiences(claims).includes(role.audience))
      throw new VaultRefusal(403, 'invalid audience (aud) claim: audience claim does not match any expected audience');
    if (!role.names.some((each) => globbed(each, serviceAccount)))
      throw new VaultRefusal(403, 'service account name not authorized');
    if (!role.namespaces.some((each) => globbed(each, namespace))) throw new VaultRefusal(403, 'namespace not authorized');
    const metadata = {
      role: name,
      service_account_name: serviceAccount,
      service_account_namespace: namespace,
      service_account_secret_name: '',
      service_account_uid: uid,
    };
    return {
      rules: role,
      metadata,
      displayName: `${mount.replaceAll('/', '-')}-${namespace}-${serviceAccount}`,
      mayRenew: stillThere(roles, name),
    };
  }

  function subjectOf(token: string) {
    const jwt = verifiedJwt(token, keys);
    if (!jwt || isGone?.(jwt.claims)) throw new VaultRefusal(403, 'permission denied');
    const expiresAt = numberClaim(jwt.claims, 'exp');
    if (expiresAt === undefined || expiresAt * 1000 <= now()) throw new VaultRefusal(403, 'permission denied');
    const [, , namespace = '', serviceAccount = ''] = text(jwt.claims['sub']).split(':');
    const { uid } = Object(Object(jwt.claims['kubernetes.io']).serviceaccount);
    return { serviceAccount, namespace, uid: text(uid), claims: jwt.claims };
  }
}

export interface JwtRole extends TokenRules {
  readonly audiences?: readonly string[];
  readonly subject?: string;
  /** Claims that must have these values. */
  readonly claims?: Readonly<Record<string, string>>;
  readonly userClaim?: string;
}

export interface JwtSetup {
  readonly keys: readonly KeyObject[];
  readonly issuer?: string;
  readonly defaultRole?: string;
  readonly roles: Readonly<Record<string, JwtRole>>;
}

const unknownKey = 'no known key successfully validated the token signature';
const notCompact = 'go-jose/go-jose: compact JWS format must have three parts';

/** Seconds that clocks may differ. The 150 s of vault.md 5.2 are for tokens that lack `exp` or `nbf`. */
const leewaySeconds = 60;

/** vault.md 5.2. */
export function jwtAuth({ keys, issuer, defaultRole, roles }: JwtSetup, mount: string, now: () => number): AuthMethod {
  return { type: 'jwt', login: (call, within) => (within === 'login' ? login(call) : undefined) };

  function login({ body }: Call): Grant {
    const name = text(body['role']) || (defaultRole ?? '');
    if (name === '') throw new VaultRefusal(400, 'missing role');
    const role = roles[name];
    if (!role) throw new VaultRefusal(400, `role "${name}" could not be found`);
    const token = text(body['jwt']);
    if (token === '') throw new VaultRefusal(400, 'missing token');
    const claims = validated(token, role);
    const user = text(claims[role.userClaim ?? 'sub']);
    return {
      rules: role,
      metadata: { role: name },
      displayName: `${mount.replaceAll('/', '-')}-${user}`,
      mayRenew: stillThere(roles, name),
    };
  }

  function validated(token: string, role: JwtRole): Claims {
    const jwt = verifiedJwt(token, keys);
    const fail = (why: string): never => {
      throw new VaultRefusal(400, `error validating token: ${why}`);
    };
    if (!jwt) return fail(`error verifying token signature: ${readJwt(token) ? unknownKey : notCompact}`);
    const { claims } = jwt;
    const seconds = now() / 1000;
    if ((numberClaim(claims, 'exp') ?? 0) + leewaySeconds <= seconds)
      fail('invalid expiration time (exp) claim: token is expired');
    if ((numberClaim(claims, 'nbf') ?? 0) - leewaySeconds > seconds) fail('invalid not before (nbf) claim: token not yet valid');
    if (issuer !== undefined && claims['iss'] !== issuer) fail('invalid issuer (iss) claim');
    if (role.subject !== undefined && role.subject !== claims['sub']) fail('invalid subject (sub) claim');
    if (!role.audiences && audiences(claims).length > 0)
      throw new VaultRefusal(400, 'audience claim found in JWT but no audiences bound to the role');
    if (role.audiences && !audiences(claims).some((each) => role.audiences?.includes(each)))
      fail('invalid audience (aud) claim: audience claim does not match any expected audience');
    for (const [name, wanted] of Object.entries(role.claims ?? {}))
      if (claims[name] !== wanted)
        throw new VaultRefusal(400, `error validating claims: claim "${name}" does not match any associated bound claim values`);
    return claims;
  }
}

export interface User extends TokenRules {
  readonly password: string;
}

/** userpass and ldap (vault.md 5): `users` is asked at each login, so a test may change it. After five failures a user is locked out. */
export function passwordAuth(
  type: 'userpass' | 'ldap',
  users: Readonly<Record<string, User>>,
  mount: string,
  now: () => number,
): AuthMethod {
  const failures = new Map<string, { count: number; at: number }>();
  return {
    type,
    login: (call, within) => {
      const [deed, user, ...more] = within.split('/');
      return deed === 'login' && user && more.length === 0 ? login(call, user.toLowerCase()) : undefined;
    },
  };

  function login({ body }: Call, name: string): Grant {
    const failed = failures.get(name);
    if (failed && failed.count >= 5 && now() - failed.at < 900_000) throw new VaultRefusal(403, 'permission denied');
    const password = text(body['password']);
    if (password === '') throw type === 'userpass' ? new VaultRefusal(400, 'invalid credentials') : wrong();
    const user = users[name];
    if (!user || user.password !== password) {
      // A quarter of an hour without a failure begins the count anew (request_handling.go, failedUserLoginProcess).
      const isRecent = failed !== undefined && now() - failed.at <= 900_000;
      failures.set(name, { count: (isRecent ? failed.count : 0) + 1, at: now() });
      throw wrong();
    }
    failures.delete(name);
    const granted = JSON.stringify(user.policies);
    return {
      rules: user,
      metadata: { username: name },
      displayName: `${mount.replaceAll('/', '-')}-${name}`,
      isForgotten: () => !users[name],
      mayRenew: () => {
        if (JSON.stringify(users[name]?.policies) !== granted)
          throw new VaultRefusal(500, multiline('failed to renew entry: policies have changed, not renewing'));
      },
    };
  }

  function wrong(): VaultRefusal {
    return new VaultRefusal(
      400,
      type === 'userpass' ? 'invalid username or password' : 'ldap operation failed: failed to bind as user',
    );
  }
}

/** A role that is gone renews nothing. */
export function stillThere(roles: Readonly<Record<string, unknown>>, name: string): () => void {
  return () => {
    if (!roles[name]) throw new VaultRefusal(500, multiline(`failed to renew entry: role ${name} does not exist during renewal`));
  };
}

function globbed(pattern: string, value: string): boolean {
  const source = pattern.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '.*');
  return new RegExp(`^${source}$`).test(value);
}

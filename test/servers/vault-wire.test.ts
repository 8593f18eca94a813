import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import type { VaultHands } from '../contract/vault-hands.ts';
import { wireCases, wireSigner } from '../contract/vault-wire-cases.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { signedProjectedToken } from './projected-token.ts';
import { startTokenReview, type TokenReview } from './token-review.ts';
import { addDatabaseRole, mountDatabase, skipped } from './vault-database-world.ts';
import type { TokenRules } from './vault-double-tokens.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { issueToken, mountKv, writePolicy } from './vault-store.ts';

let server: VaultServer;
let review: TokenReview;
let postgres: Postgres | undefined;

before(async () => {
  server = await startVault();
  review = await startTokenReview(wireSigner.publicKey);
  if (skipped === false) postgres = await startPostgres(process.env['KEYTIDE_POSTGRES'] ?? '/');
});
after(async () => {
  await server.close();
  await review.close();
  await postgres?.close();
});

/** Rules of a token as roles of auth methods name them. */
function roleOf(rules: TokenRules): Record<string, unknown> {
  const fields = {
    ...{ token_policies: rules.policies, token_ttl: rules.ttl, token_max_ttl: rules.maxTtl, token_num_uses: rules.numUses },
    ...{ token_explicit_max_ttl: rules.explicitMaxTtl, token_period: rules.period, token_type: rules.type },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function tokenOf(rules: TokenRules): Record<string, unknown> {
  const fields = {
    ...{ policies: rules.policies ?? ['default'], ttl: rules.ttl, explicit_max_ttl: rules.explicitMaxTtl, period: rules.period },
    ...{ num_uses: rules.numUses, type: rules.type, renewable: rules.renewable, no_default_policy: rules.noDefaultPolicy },
  };
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined));
}

function hands(): VaultHands {
  const { set, send } = server;
  const enabled = new Set<string>();
  const enable = async (mount: string, type: string): Promise<void> => {
    if (!enabled.has(mount)) await set(`sys/auth/${mount}`, { type });
    enabled.add(mount);
  };
  return {
    send,
    kv1: (mount) => mountKv(server, mount, 'v1'),
    kv2: (mount) => mountKv(server, mount, 'v2'),
    policy: (name, rules) => writePolicy(server, name, rules),
    token: (rules) => issueToken(server, tokenOf(rules)),
    userPass: async (mount, users) => {
      await enable(mount, 'userpass');
      const known = (await send(`auth/${mount}/users?list=true`)).json?.data?.keys ?? [];
      for (const name of known) if (!users[name]) await set(`auth/${mount}/users/${name}`, undefined, { method: 'DELETE' });
      for (const [name, { password, ...rules }] of Object.entries(users))
        await set(`auth/${mount}/users/${name}`, { password, ...roleOf(rules) });
    },
    appRole: async (mount, roles) => {
      await enable(mount, 'approle');
      for (const [name, { bindSecretId, secretIdUses, secretIdTtl, ...rules }] of Object.entries(roles))
        await set(`auth/${mount}/role/${name}`, {
          ...roleOf(rules),
          ...{ bind_secret_id: bindSecretId ?? true, secret_id_num_uses: secretIdUses ?? 0, secret_id_ttl: secretIdTtl ?? 0 },
          ...(bindSecretId === false ? { token_bound_cidrs: ['127.0.0.1/32'] } : {}),
        });
    },
    kubernetes: async (mount, roles) => {
      await enable(mount, 'kubernetes');
      await set(`auth/${mount}/config`, {
        ...{ kubernetes_host: review.url, kubernetes_ca_cert: server.ca, disable_local_ca_jwt: true },
        token_reviewer_jwt: signedProjectedToken(wireSigner, { namespace: 'vault', serviceAccount: 'vault' }),
      });
      for (const [name, { names, namespaces, audience, ...rules }] of Object.entries(roles))
        await set(`auth/${mount}/role/${name}`, {
          ...{ ...roleOf(rules), bound_service_account_names: names, bound_service_account_namespaces: namespaces },
          ...(audience === undefined ? {} : { audience }),
        });
    },
    jwt: async (mount, roles) => {
      await enable(mount, 'jwt');
      const pem = wireSigner.publicKey.export({ type: 'spki', format: 'pem' });
      await set(`auth/${mount}/config`, { jwt_validation_pubkeys: [pem], bound_issuer: 'https://issuer.test' });
      for (const [name, { audiences, subject, claims, userClaim, ...rules }] of Object.entries(roles))
        await set(`auth/${mount}/role/${name}`, {
          ...{ ...roleOf(rules), role_type: 'jwt', user_claim: userClaim ?? 'sub' },
          ...(audiences ? { bound_audiences: audiences } : {}),
          ...(subject === undefined ? {} : { bound_subject: subject }),
          ...(claims ? { bound_claims: claims } : {}),
        });
    },
    database: async (mount, { roles = {}, staticRoles = {} }) => {
      assert.ok(postgres);
      const isAllowed = ([, role]: [string, { readonly isAllowed?: boolean }]): boolean => role.isAllowed !== false;
      const allowed = [
        ...Object.entries(roles)
          .filter(isAllowed)
          .map(([name]) => name),
        ...Object.keys(staticRoles),
      ];
      await mountDatabase(server, postgres, mount, allowed);
      for (const [name, rules] of Object.entries(roles)) await addDatabaseRole(server, `${mount}/roles/${name}`, rules);
      for (const [name, { username, rotationSeconds }] of Object.entries(staticRoles)) {
        await postgres.ask(`create role ${username} with login`);
        await set(`${mount}/static-roles/${name}`, { db_name: 'shop', username, rotation_period: rotationSeconds });
      }
    },
    pki: async (mount, roles) => {
      await set(`sys/mounts/${mount}`, { type: 'pki', config: { max_lease_ttl: '8760h' } });
      await set(`${mount}/root/generate/internal`, { common_name: 'root', ttl: '8760h', key_type: 'ec' });
      for (const [name, { ttl, maxTtl, domains, generateLease, keyType }] of Object.entries(roles))
        await set(`${mount}/roles/${name}`, {
          ...{ ttl: ttl ?? 0, max_ttl: maxTtl ?? 0, generate_lease: generateLease ?? false, key_type: keyType ?? 'rsa' },
          ...(domains
            ? { allowed_domains: domains, allow_subdomains: true, allow_bare_domains: true }
            : { allow_any_name: true }),
        });
    },
  };
}

describe('a real Vault answers as the table says', () => {
  for (const { name, needs, run, expected } of wireCases)
    it(name, { skip: needs === 'database' && skipped }, async () => {
      assert.deepEqual(await run(hands()), expected);
    });
});

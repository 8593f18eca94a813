import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { type KeytideProcess, keytide, type Place, place } from '../e2e/keytide-process.ts';
import { documents } from '../e2e/manifests.ts';
import { type Postgres, startPostgres } from './postgres.ts';
import { jwtSigner, signedProjectedToken } from './projected-token.ts';
import { startGate, type VaultGate } from './vault-gate.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { writePolicy } from './vault-store.ts';

export interface Credential {
  readonly username: string;
  readonly password: string;
}

/** A real Vault whose database engine makes users of a real PostgreSQL. */
export interface DatabaseWorld {
  readonly server: VaultServer;
  readonly postgres: Postgres;
  /** A role of the database, and one of that name to log in by. Of at most eight letters, since more don't fit into a user's name. */
  readonly role: (name: string, rules: RoleRules) => Promise<void>;
  /** Users of the database that a role's leases made, and that are still there. */
  readonly users: (role: string) => Promise<readonly string[]>;
  /** Leases of a path, such as `database/creds/app`, that Vault still holds. */
  readonly leases: (path: string) => Promise<readonly string[]>;
  /** Accessors of the tokens that logins by this role gave, and that live. */
  readonly tokens: (role: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

export interface RoleRules {
  /** Of the lease, in seconds. */
  readonly ttl: number;
  readonly maxTtl: number;
  /** Of the token. */
  readonly tokenMaxTtl?: number;
}

const signer = jwtSigner();

export async function databaseWorld(): Promise<DatabaseWorld> {
  const postgres = await startPostgres(process.env['KEYTIDE_POSTGRES'] ?? '/');
  const server = await startVault();
  await mountDatabase(server, postgres, 'database');
  await writePolicy(server, 'shop', {
    ...{ 'database/*': ['read'], 'pki/issue/*': ['update'] },
    ...{ 'sys/leases/renew': ['update'], 'sys/leases/revoke': ['update'] },
  });
  await server.set('sys/auth/jwt', { type: 'jwt' });
  const pem = signer.publicKey.export({ type: 'spki', format: 'pem' });
  await server.set('auth/jwt/config', { jwt_validation_pubkeys: [pem] });
  return {
    ...{ server, postgres },
    role: async (name, rules) => addRole(server, name, rules),
    users: async (role) => {
      const rows = await postgres.ask(`select rolname from pg_roles where rolname like 'v-%-${role}-%'`);
      return rows.map(({ rolname }) => String(rolname));
    },
    leases: async (path) => (await server.send(`sys/leases/lookup/${path}?list=true`)).json?.data?.keys ?? [],
    tokens: (role) => tokensOf(server, role),
    close: async () => {
      await server.close();
      await postgres.close();
    },
  };
}

/** A database engine whose connection `shop` is to this server. `roles`: which may use it; all, unless given. */
export async function mountDatabase(
  { set }: VaultServer,
  { port, password }: Postgres,
  mount: string,
  roles: readonly string[] = ['*'],
): Promise<void> {
  await set(`sys/mounts/${mount}`, { type: 'database' });
  await set(`${mount}/config/shop`, {
    ...{ plugin_name: 'postgresql-database-plugin', allowed_roles: roles, username: 'postgres', password },
    connection_url: `postgresql://{{username}}:{{password}}@127.0.0.1:${port}/postgres?sslmode=disable`,
  });
}

export async function addDatabaseRole(
  { set }: VaultServer,
  path: string,
  { ttl, maxTtl = 0 }: { readonly ttl: number; readonly maxTtl?: number },
): Promise<void> {
  const statement = `CREATE ROLE "{{name}}" WITH LOGIN PASSWORD '{{password}}' VALID UNTIL '{{expiration}}';`;
  await set(path, { db_name: 'shop', creation_statements: [statement], default_ttl: ttl, max_ttl: maxTtl });
}

async function addRole(server: VaultServer, name: string, { ttl, maxTtl, tokenMaxTtl }: RoleRules): Promise<void> {
  await addDatabaseRole(server, `database/roles/${name}`, { ttl, maxTtl });
  await server.set(`auth/jwt/role/${name}`, {
    ...{ role_type: 'jwt', user_claim: 'sub', bound_audiences: ['vault'], token_policies: ['shop'] },
    ...{ token_ttl: tokenMaxTtl ?? 3600, ...(tokenMaxTtl === undefined ? {} : { token_max_ttl: tokenMaxTtl }) },
  });
}

async function tokensOf({ set, send }: VaultServer, role: string): Promise<readonly string[]> {
  const { keys }: { readonly keys: readonly string[] } = await set('auth/token/accessors?list=true');
  const looked = await Promise.all(keys.map((accessor) => send('auth/token/lookup-accessor', { body: { accessor } })));
  return looked.flatMap(({ json }) => (json?.data?.meta?.role === role ? [json.data.accessor] : []));
}

/** One pod: its files, the agents that are started in it, and a gate on their way to Vault. */
export interface Pod {
  readonly gate: VaultGate;
  readonly here: Place;
  /** Writes the manifests anew. */
  readonly want: (wanted: Wanted) => void;
  readonly start: (command: 'init' | 'run', ...flags: readonly string[]) => KeytideProcess;
  readonly end: (agent: KeytideProcess, signal: 'SIGTERM' | 'SIGKILL') => Promise<number | string>;
  /** Both of one generation, as an app reads them that opens the directory once. Undefined: nothing is published yet. */
  readonly login: () => Credential | undefined;
  /** All files of one generation. */
  readonly files: () => ReadonlyMap<string, string> | undefined;
  readonly close: () => Promise<void>;
}

export interface Wanted {
  /** Of what a VaultDynamicSecret asks for. */
  readonly path: string;
  /** To log in by. */
  readonly role: string;
  readonly annotations?: Readonly<Record<string, string>>;
  /** As POST, with these parameters. */
  readonly parameters?: Readonly<Record<string, string>>;
}

/** With the manifests of one external secret `db`. */
export async function podWith({ server }: Pick<DatabaseWorld, 'server'>, wanted: Wanted): Promise<Pod> {
  const here = await place();
  const gate = await startGate(server);
  here.writeToken(signedProjectedToken(signer, { namespace: 'shop', serviceAccount: 'app', expiresAt: Date.now() + 86_400_000 }));
  const want = (next: Wanted): void => here.write('spec.yaml', documents(dynamicSecret(gate, next), externalSecret(next)));
  want(wanted);
  const running: KeytideProcess[] = [];
  const files = (): ReadonlyMap<string, string> | undefined => generationIn(join(here.root, 'db'));
  return {
    ...{ here, gate, files, want },
    start(command, ...flags) {
      const listen = command === 'run' ? ['--listen', `127.0.0.1:${here.port}`] : [];
      const agent = keytide([command, ...here.flags, ...listen, ...flags]);
      running.push(agent);
      return agent;
    },
    end(agent, signal) {
      agent.child.kill(signal);
      return agent.ended;
    },
    login() {
      const now = files();
      const [username, password] = [now?.get('username'), now?.get('password')];
      return username === undefined || password === undefined ? undefined : { username, password };
    },
    close: async () => {
      for (const each of running) each.child.kill('SIGKILL');
      await Promise.all(running.map((each) => each.ended));
      await gate.close();
      here.remove();
    },
  };
}

/** The generation's own directory is named first, so that a swap between two reads mixes nothing. */
function generationIn(directory: string): ReadonlyMap<string, string> | undefined {
  for (;;) {
    try {
      const generation = join(directory, readlinkSync(join(directory, '..data')));
      const names = readdirSync(generation);
      return new Map(names.map((name) => [name, readFileSync(join(generation, name), 'utf8')]));
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
      if (!readdirSync(join(directory, '..')).includes('db') || !readdirSync(directory).includes('..data')) return undefined;
    }
  }
}

function dynamicSecret({ url, ca }: VaultGate, { path, role, parameters }: Wanted): string {
  return `apiVersion: generators.external-secrets.io/v1alpha1
kind: VaultDynamicSecret
metadata: { name: db }
spec:
  path: /${path}
  method: ${parameters ? 'POST' : 'GET'}
  ${parameters ? `parameters: ${JSON.stringify(parameters)}` : ''}
  resultType: Data
  provider:
    server: ${url}
    caBundle: ${Buffer.from(ca).toString('base64')}
    auth:
      jwt:
        path: jwt
        role: ${role}
        kubernetesServiceAccountToken: { serviceAccountRef: { name: app }, audiences: [vault] }
`;
}

function externalSecret({ annotations = {} }: Wanted): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: db, annotations: ${JSON.stringify(annotations)} }
spec:
  refreshInterval: 1h
  target: { name: db }
  dataFrom:
    - sourceRef:
        generatorRef: { apiVersion: generators.external-secrets.io/v1alpha1, kind: VaultDynamicSecret, name: db }
`;
}

/** Why these tests are left out, if they are: said to whoever runs them alone, too. */
export const skipped =
  process.env['KEYTIDE_POSTGRES'] === undefined &&
  'needs PostgreSQL: npm run test:servers has it where Debian packages can be had';

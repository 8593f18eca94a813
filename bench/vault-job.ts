/** The job that all do: log in with a JWT, read three secrets of a KV v2 engine, write two files that templates make of them. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { removeVolume } from '../build/remove-volume.ts';
import { jwtSigner, signedProjectedToken } from '../test/servers/projected-token.ts';
import type { VaultServer } from '../test/servers/vault-server.ts';
import { writePolicy } from '../test/servers/vault-store.ts';
import type { Candidate } from './measure.ts';
import type { VaultPrograms } from './vault-programs.ts';

/** One program that does the job, once and for as long as it runs. */
export interface Contestant {
  /** The JWT role it logs in with. */
  readonly role: string;
  readonly once: Candidate;
  readonly resident: Candidate;
  /** Where its two files appear, in the order of `files`. */
  readonly files: readonly string[];
}

interface Setting {
  readonly server: VaultServer;
  /** On tmpfs. */
  readonly work: string;
  readonly tokens: string;
}

const bundle = join(import.meta.dirname, '../dist/keytide.cjs');

/** What the two files hold at the end. */
const expected = [
  'DATABASE=postgres://shop:d-secret@db/shop\nCACHE=redis://:c-secret@cache\n',
  'smtp://shop:m-secret@mail:587\n',
];

/** Sets the server up for them, and gives those that there are. Each has a role of its own: that is how the server tells their requests apart. */
export async function contestants(server: VaultServer, programs: VaultPrograms, work: string): Promise<readonly Contestant[]> {
  const tokens = join(work, 'tokens');
  mkdirSync(tokens);
  const signer = jwtSigner();
  const expiresAt = Date.now() + 86_400_000;
  writeFileSync(join(tokens, 'vault'), signedProjectedToken(signer, { namespace: 'shop', serviceAccount: 'shop', expiresAt }));
  writeFileSync(join(work, 'ca.pem'), server.ca);
  const setting = { server, work, tokens };
  const all = [keytide(setting), vaultAgent(setting, programs.vault), consulTemplate(setting, programs.consulTemplate)];
  const found = all.flatMap((each) => each ?? []);
  await server.set('sys/auth/jwt', { type: 'jwt' });
  const keys = [signer.publicKey.export({ type: 'spki', format: 'pem' })];
  await server.set('auth/jwt/config', { jwt_validation_pubkeys: keys, bound_issuer: 'https://issuer.test' });
  await writePolicy(server, 'shop', { 'secret/data/shop/*': ['read'] });
  for (const { role } of found) {
    const rules = { role_type: 'jwt', user_claim: 'sub', bound_audiences: ['vault'], token_policies: ['shop'], token_ttl: '1h' };
    await server.set(`auth/jwt/role/${role}`, rules);
  }
  for (const name of ['database', 'cache', 'mail'])
    await server.set(`secret/data/shop/${name}`, { data: { user: 'shop', password: `${name[0]}-secret` } });
  return found;
}

function keytide({ server, work, tokens }: Setting): Contestant {
  const [spec, root, kept] = [join(work, 'keytide.yaml'), join(work, 'keytide'), join(work, 'keytide-private')];
  const caBundle = Buffer.from(server.ca).toString('base64');
  const data = ['database', 'cache', 'mail'].flatMap((name) =>
    ['user', 'password'].map(
      (property) => `    - { secretKey: ${name}_${property}, remoteRef: { key: shop/${name}, property: ${property} } }`,
    ),
  );
  writeFileSync(
    spec,
    `apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: { name: vault }
spec:
  provider:
    vault:
      server: ${server.url}
      path: secret
      caBundle: ${caBundle}
      auth: { jwt: { path: jwt, role: keytide, kubernetesServiceAccountToken: { serviceAccountRef: { name: shop }, audiences: [vault] } } }
---
apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: shop }
spec:
  refreshInterval: 1s
  secretStoreRef: { name: vault }
  target:
    template:
      data:
        stores.env: |
          DATABASE=postgres://{{ .database_user }}:{{ .database_password }}@db/shop
          CACHE=redis://:{{ .cache_password }}@cache
        mail: |
          smtp://{{ .mail_user }}:{{ .mail_password }}@mail:587
  data:
${data.join('\n')}
`,
  );
  const flags = ['--spec', spec, '--root', root, '--private', kept, '--tokens', tokens, '--namespace', 'shop'];
  const prepare = (): void => [root, kept].forEach(removeVolume);
  return {
    role: 'keytide',
    once: { name: 'keytide init', command: [process.execPath, bundle, 'init', ...flags], prepare },
    resident: { name: 'keytide run', command: [process.execPath, bundle, 'run', ...flags, '--listen', '127.0.0.1:0'], prepare },
    files: [join(root, 'shop/stores.env'), join(root, 'shop/mail')],
  };
}

/** As its injector sets it up, but for the interval; `remove_jwt_after_reading` would take the token from the others. */
function vaultAgent({ server, work, tokens }: Setting, program: string): Contestant {
  const directory = join(work, 'vault-agent');
  const config = (name: string, more: string): string => {
    writeFileSync(
      join(work, name),
      `${more}
vault {
  address = "${server.url}"
  ca_cert = "${join(work, 'ca.pem')}"
}
auto_auth {
  method "jwt" {
    mount_path = "auth/jwt"
    config = {
      path                     = "${join(tokens, 'vault')}"
      role                     = "vault-agent"
      remove_jwt_after_reading = false
      skip_path_check          = true
    }
  }
}
template_config {
  exit_on_retry_failure         = true
  static_secret_render_interval = "1s"
}
${templatesTo(directory)}`,
    );
    return `-config=${join(work, name)}`;
  };
  const [env, prepare] = [{ HOME: work }, () => rmSync(directory, { recursive: true, force: true })];
  const agent = (flag: string): Candidate['command'] => [program, 'agent', flag, '-log-level=error'];
  return {
    role: 'vault-agent',
    once: { name: 'vault agent, exit_after_auth', command: agent(config('once.hcl', 'exit_after_auth = true')), env, prepare },
    resident: { name: 'vault agent', command: agent(config('resident.hcl', '')), env, prepare },
    files: outputsIn(directory),
  };
}

/** Its login for Kubernetes works with the JWT engine, too: the request is the same. */
function consulTemplate({ server, work, tokens }: Setting, program: string | undefined): Contestant | undefined {
  if (program === undefined) return undefined;
  const directory = join(work, 'consul-template');
  const config = join(work, 'consul-template.hcl');
  writeFileSync(
    config,
    `log_level = "err"
vault {
  address                        = "${server.url}"
  k8s_auth_role_name             = "consul-template"
  k8s_service_account_token_path = "${join(tokens, 'vault')}"
  k8s_service_mount_path         = "jwt"
  default_lease_duration         = "1s"
  ssl {
    ca_cert = "${join(work, 'ca.pem')}"
  }
}
${templatesTo(directory)}`,
  );
  const [env, prepare] = [{ HOME: work }, () => rmSync(directory, { recursive: true, force: true })];
  return {
    role: 'consul-template',
    once: { name: 'consul-template -once', command: [program, `-config=${config}`, '-once'], env, prepare },
    resident: { name: 'consul-template', command: [program, `-config=${config}`], env, prepare },
    files: outputsIn(directory),
  };
}

function outputsIn(directory: string): readonly string[] {
  return [join(directory, 'stores.env'), join(directory, 'mail')];
}

/** The same two files in the words of consul-template, which `vault agent` has inside. */
function templatesTo(directory: string): string {
  const contents = [
    `{{ with secret "secret/data/shop/database" }}DATABASE=postgres://{{ .Data.data.user }}:{{ .Data.data.password }}@db/shop{{ end }}
{{ with secret "secret/data/shop/cache" }}CACHE=redis://:{{ .Data.data.password }}@cache{{ end }}
`,
    `{{ with secret "secret/data/shop/mail" }}smtp://{{ .Data.data.user }}:{{ .Data.data.password }}@mail:587{{ end }}
`,
  ];
  return outputsIn(directory)
    .map((path, index) => `template {\n  destination = "${path}"\n  contents = ${JSON.stringify(contents[index])}\n}\n`)
    .join('');
}

/** Who is cheap because the job isn't done is not compared. */
export function checkFiles({ files, once }: Contestant): void {
  const texts = files.map((path) => readFileSync(path, 'utf8'));
  if (texts.join('\0') !== expected.join('\0')) throw new Error(`${once.name} wrote ${JSON.stringify(texts)}`);
}

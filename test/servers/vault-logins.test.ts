import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { VaultAuth } from '../../agent/auth/vault/vault-auth.ts';
import type { AgentError } from '../../agent/core/agent-error.ts';
import type { Effects } from '../../agent/core/effects.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { ref, textOf } from '../contract/provider-contract.ts';
import { type AwsDouble, startAwsDouble } from './aws-double.ts';
import { certificatePem } from './aws-double-certificate.ts';
import { jwtSigner, type ProjectedClaims, signedProjectedToken } from './projected-token.ts';
import { type Ldap, startLdap } from './slapd.ts';
import { startTokenReview, type TokenReview } from './token-review.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { issueToken, openStore, writePolicy } from './vault-store.ts';

const never = new AbortController().signal;
const signer = jwtSigner();
const role = { token_policies: ['app'], token_ttl: '1h' };
const slapd = process.env['KEYTIDE_SLAPD'];
let server: VaultServer;
let dir: string;

before(async () => {
  server = await startVault();
  dir = mkdtempSync(join(tmpdir(), 'keytide-logins-'));
  await server.set('secret/data/app', { data: { user: 'u' } });
  await writePolicy(server, 'app', { 'secret/data/app': ['read'] });
});
after(async () => {
  await server.close();
  rmSync(dir, { recursive: true });
});

interface Login {
  readonly auth: VaultAuth;
  /** By key of the Secret `app`. */
  readonly secrets?: Readonly<Record<string, string>>;
  readonly effects?: Partial<Effects>;
}

const logged: { readonly level: string; readonly message: string }[] = [];

function effectsOf({ secrets = {}, effects }: Login): Partial<Effects> {
  const log = (level: string) => (_fields: unknown, message: string) => void logged.push({ level, message });
  return {
    credential: async ({ key }) => SecretValue.ofText(secrets[key] ?? ''),
    log: { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') },
    ...effects,
  };
}

/** Accessors of the tokens that live. */
async function liveTokens(): Promise<readonly string[]> {
  return (await server.set('auth/token/accessors?list=true')).keys;
}

/** Reads by it, twice; the token is the server's until the store is closed. Gives what the server tells of that token. */
async function readsBy(login: Login): Promise<Record<string, unknown>> {
  const before = await liveTokens();
  const provider = await openStore(server, { config: { auth: login.auth }, effects: effectsOf(login) });
  try {
    for (let times = 0; times < 2; times += 1) {
      const asked = ref('app');
      assert.equal(textOf((await provider.read([asked], new Map(), never)).get(asked)), '{"user":"u"}');
    }
    const made = (await liveTokens()).filter((accessor) => !before.includes(accessor));
    assert.equal(made.length, login.auth.kind === 'tokenSecretRef' ? 0 : 1);
    return made[0] === undefined ? {} : await server.set('auth/token/lookup-accessor', { accessor: made[0] });
  } finally {
    await provider.close?.();
    const left = (await liveTokens()).filter((accessor) => !before.includes(accessor));
    assert.deepEqual(left, [], 'a token is left behind');
  }
}

/** The letter to the operator when this login is refused; it shows none of its secrets. */
async function refusalOf(login: Login, code: AgentError['code'] = 'IDENTITY_REFUSED'): Promise<string> {
  const provider = await openStore(server, { config: { auth: login.auth }, effects: effectsOf(login) });
  const asked = ref('app');
  const answer = (await provider.read([asked], new Map(), never)).get(asked);
  await provider.close?.();
  assert.ok(answer?.kind === 'failed', inspect(answer));
  const { error: failure } = answer;
  assert.equal(failure.code, code, inspect(failure));
  const shown = inspect(failure, { depth: 20, showHidden: true });
  for (const secret of Object.values(login.secrets ?? {}))
    if (secret.length > 8 && !secret.startsWith('AKIA')) assert.ok(!shown.includes(secret));
  return `${failure.message} ${failure.hint}`;
}

describe('a real Vault: a token', () => {
  const byToken = (token: string): Login => ({
    auth: { kind: 'tokenSecretRef', tokenSecretRef: { name: 'app', key: 'token' } },
    secrets: { token },
  });

  it('of a Secret reads, and is not revoked', async () => {
    await readsBy(byToken(await issueToken(server, { policies: ['app'] })));
  });

  it('that is limited in its uses is refused, as is one that nobody knows', async () => {
    const limited = await issueToken(server, { policies: ['app'], num_uses: 5 });
    assert.match(await refusalOf(byToken(limited)), /good for 4 requests only/);
    assert.match(await refusalOf(byToken('hvs.CAESIJnobodyknowsthisone')), /Vault doesn't know the token in key "token"/);
    const { client_token } = await server.set('auth/token/create', { policies: ['app'] });
    await server.set('auth/token/revoke', { token: client_token });
    assert.match(await refusalOf(byToken(client_token)), /has ended, was revoked/);
  });
});

describe('a real Vault: appRole', () => {
  const auth = {
    kind: 'appRole',
    path: 'approle',
    roleRef: { name: 'app', key: 'role' },
    secretRef: { name: 'app', key: 'id' },
  } as const;
  let roleId: string;

  before(async () => {
    await server.set('sys/auth/approle', { type: 'approle' });
    await server.set('auth/approle/role/app', role);
    roleId = (await server.set('auth/approle/role/app/role-id')).role_id;
  });

  const secretId = async (): Promise<string> => (await server.set('auth/approle/role/app/secret-id', {})).secret_id;
  const wrapped = async (ttl = '60s'): Promise<string> => {
    const got = await server.send('auth/approle/role/app/secret-id', { body: {}, headers: { 'x-vault-wrap-ttl': ttl } });
    return got.json.wrap_info.token;
  };

  it('logs in by role id and secret id', async () => {
    const { path, meta } = await readsBy({ auth, secrets: { role: `${roleId}\n`, id: await secretId() } });
    assert.deepEqual([path, Object(meta).role_name], ['auth/approle/login', 'app']);
  });

  it('logs in by a wrapped secret id, which it unwraps once', async () => {
    const token = await wrapped();
    await readsBy({ auth, secrets: { role: roleId, id: token } });
    const again = await server.send('sys/wrapping/lookup', { body: { token }, token: '' });
    assert.ok(again.status >= 400);
  });

  it('is loud about a wrapping token that a thief has used', async () => {
    const token = await wrapped();
    await server.set('sys/wrapping/unwrap', undefined, { method: 'POST', token });
    logged.splice(0);
    assert.match(await refusalOf({ auth, secrets: { role: roleId, id: token } }), /somebody else has unwrapped .* stolen/s);
    assert.deepEqual(
      logged.filter(({ level }) => level === 'error').map(({ message }) => message),
      ['a wrapped secret id could not be taken'],
    );
  });

  it('leaves a wrapping token alone that wraps something else', async () => {
    const got = await server.send('secret/data/app', { headers: { 'x-vault-wrap-ttl': '60s' } });
    const { token } = got.json.wrap_info;
    assert.match(await refusalOf({ auth, secrets: { role: roleId, id: token } }), /was made at secret\/data\/app/);
    await server.set('sys/wrapping/unwrap', undefined, { method: 'POST', token });
  });

  it('is refused with a secret id that is wrong, and one that is used up', async () => {
    const wrong = { role: roleId, id: '11111111-2222-3333-4444-555555555555' };
    assert.match(await refusalOf({ auth, secrets: wrong }), /invalid role or secret ID/);
    await server.set('auth/approle/role/once', { ...role, secret_id_num_uses: 1 });
    const once = (await server.set('auth/approle/role/once/secret-id', {})).secret_id;
    const secrets = { role: (await server.set('auth/approle/role/once/role-id')).role_id, id: once };
    await readsBy({ auth, secrets });
    assert.match(await refusalOf({ auth, secrets }), /invalid role or secret ID.* used up/s);
  });
});

/** The pod's projected token, in a file. */
function podToken(claims: Partial<ProjectedClaims> = {}, by = signer): Partial<Effects> {
  const path = join(dir, 'token');
  writeFileSync(path, `${signedProjectedToken(by, { namespace: 'shop', serviceAccount: 'web', ...claims })}\n`);
  return { tokenFile: async () => path };
}

describe('a real Vault: kubernetes', () => {
  const auth = {
    kind: 'kubernetes',
    mountPath: 'kubernetes',
    role: 'app',
    serviceAccountRef: { name: 'web', audiences: ['vault'] },
  } as const;
  let review: TokenReview;

  before(async () => {
    review = await startTokenReview(signer.publicKey);
    await server.set('sys/auth/kubernetes', { type: 'kubernetes' });
    await server.set('auth/kubernetes/config', {
      ...{ kubernetes_host: review.url, kubernetes_ca_cert: server.ca, disable_local_ca_jwt: true },
      token_reviewer_jwt: signedProjectedToken(signer, { namespace: 'vault', serviceAccount: 'vault' }),
    });
    await server.set('auth/kubernetes/role/app', {
      ...role,
      ...{ bound_service_account_names: ['web'], bound_service_account_namespaces: ['shop'], audience: 'vault' },
    });
  });
  after(() => review.close());

  it("logs in by the pod's token", async () => {
    const { path, meta } = await readsBy({ auth, effects: podToken() });
    assert.deepEqual([path, Object(meta).service_account_name], ['auth/kubernetes/login', 'web']);
    assert.ok(review.asked() > 0);
  });

  it('is refused for other names, audiences, times, keys and roles, each with what to do', async () => {
    const refused = (claims: Partial<ProjectedClaims>) => refusalOf({ auth, effects: podToken(claims) });
    assert.match(await refused({ serviceAccount: 'other' }), /bound_service_account_names/);
    assert.match(await refused({ namespace: 'other' }), /bound_service_account_namespaces/);
    assert.match(await refused({ audience: 'sts.amazonaws.com' }), /audience/);
    assert.match(await refused({ expiresAt: Date.now() - 60_000 }), /has expired/);
    assert.match(await refusalOf({ auth, effects: podToken({}, jwtSigner()) }), /403/);
    assert.match(await refusalOf({ auth: { ...auth, role: 'none' }, effects: podToken() }), /Create the role/);
    assert.match(await refusalOf({ auth: { ...auth, mountPath: 'elsewhere' }, effects: podToken() }), /elsewhere/);
  });
});

describe('a real Vault: jwt', () => {
  const auth = {
    kind: 'jwt',
    path: 'jwt',
    role: 'app',
    kubernetesServiceAccountToken: { serviceAccountRef: { name: 'web', audiences: [] }, audiences: ['vault'] },
  } as const;

  before(async () => {
    const pem = signer.publicKey.export({ type: 'spki', format: 'pem' });
    await server.set('sys/auth/jwt', { type: 'jwt' });
    await server.set('auth/jwt/config', {
      jwt_validation_pubkeys: [pem],
      bound_issuer: 'https://issuer.test',
      default_role: 'app',
    });
    const bound = { role_type: 'jwt', user_claim: 'sub', bound_audiences: ['vault'] };
    await server.set('auth/jwt/role/app', { ...role, ...bound });
    await server.set('auth/jwt/role/strict', { ...role, ...bound, bound_subject: 'system:serviceaccount:shop:other' });
    await server.set('auth/jwt/role/open', { ...role, role_type: 'jwt', user_claim: 'sub', bound_subject: 'x' });
  });

  it("logs in by the pod's token, with a role and with the default one", async () => {
    const { path, meta } = await readsBy({ auth, effects: podToken() });
    assert.deepEqual([path, Object(meta).role], ['auth/jwt/login', 'app']);
    const { role: _, ...byDefault } = auth;
    await readsBy({ auth: byDefault, effects: podToken() });
  });

  it('leaves an expired token its leeway, and is refused with what to do', async () => {
    await readsBy({ auth, effects: podToken({ expiresAt: Date.now() - 40_000 }) });
    const now = Date.now() - 7_200_000;
    assert.match(await refusalOf({ auth, effects: podToken({ now, expiresAt: now + 600_000 }) }), /expired/);
    assert.match(await refusalOf({ auth, effects: podToken({}, jwtSigner()) }), /signature/);
    assert.match(await refusalOf({ auth, effects: podToken({ audience: 'other' }) }), /bound_audiences=other/);
    assert.match(await refusalOf({ auth: { ...auth, role: 'strict' }, effects: podToken() }), /subject/);
    assert.match(await refusalOf({ auth: { ...auth, role: 'open' }, effects: podToken() }), /bound_audiences/);
    assert.match(await refusalOf({ auth: { ...auth, role: 'none' }, effects: podToken() }), /Create the role/);
  });
});

describe('a real Vault: userPass', () => {
  const auth = { kind: 'userPass', path: 'userpass', username: 'Jane', secretRef: { name: 'app', key: 'password' } } as const;
  const password = ' p\u00e4ss "word"\\ ';

  before(async () => {
    await server.set('sys/auth/userpass', { type: 'userpass' });
    await server.set('auth/userpass/users/jane', { ...role, password });
  });

  it('logs in by user and password, as they stand', async () => {
    const { path } = await readsBy({ auth, secrets: { password } });
    assert.equal(path, 'auth/userpass/login/Jane');
  });

  it('is refused with another password, and does not hammer', async () => {
    assert.match(await refusalOf({ auth, secrets: { password: password.trim() } }), /a line end at its end counts/);
    assert.match(await refusalOf({ auth: { ...auth, username: 'john' }, secrets: { password } }), /john/);
  });
});

describe('a real Vault: ldap', { skip: slapd === undefined && 'no slapd here' }, () => {
  const auth = { kind: 'ldap', path: 'ldap', username: 'jane', secretRef: { name: 'app', key: 'password' } } as const;
  const password = 'p\u00e4ss, (word)';
  let directory: Ldap;

  before(async () => {
    directory = await startLdap(slapd ?? '', { jane: password });
    await server.set('sys/auth/ldap', { type: 'ldap' });
    const { url, bind, userdn } = directory;
    await server.set('auth/ldap/config', { url, ...bind, userdn, userattr: 'uid', token_policies: ['app'], token_ttl: '1h' });
  });
  after(() => directory?.close());

  it("logs in by the directory's password", async () => {
    const { path } = await readsBy({ auth, secrets: { password } });
    assert.equal(path, 'auth/ldap/login/jane');
  });

  it('is refused with another password, for nobody, and while the directory is down', async () => {
    assert.match(await refusalOf({ auth, secrets: { password: 'another one' } }), /Check the user name jane/);
    assert.match(await refusalOf({ auth: { ...auth, username: 'john' }, secrets: { password } }), /john/);
    await directory.close();
    assert.match(await refusalOf({ auth, secrets: { password } }, 'IDENTITY_UNAVAILABLE'), /connection refused/);
  });
});

describe('a real Vault: cert', () => {
  const authority = keyPair();
  const auth = {
    kind: 'cert',
    path: 'cert',
    vaultRole: 'app',
    clientCert: { name: 'app', key: 'tls.crt' },
    secretRef: { name: 'app', key: 'tls.key' },
  } as const;

  before(async () => {
    await server.set('sys/auth/cert', { type: 'cert' });
    const certificate = certificateOf('test authority', authority.publicKey, authority, true);
    await server.set('auth/cert/certs/app', { ...role, certificate, allowed_common_names: ['web'] });
  });

  const issued = (commonName: string, by = authority): Login => {
    const { publicKey, privateKey } = keyPair();
    const key = privateKey.export({ type: 'pkcs8', format: 'pem' }).toString();
    return { auth, secrets: { 'tls.crt': certificateOf(commonName, publicKey, by, false), 'tls.key': key } };
  };

  it('logs in by a client certificate, by role and by none', async () => {
    const { path, meta } = await readsBy(issued('web'));
    assert.deepEqual([path, Object(meta).common_name], ['auth/cert/login', 'web']);
    const { vaultRole: _, ...anyRole } = auth;
    await readsBy({ ...issued('web'), auth: anyRole });
  });

  it('is refused for another name and another authority', async () => {
    assert.match(await refusalOf(issued('other')), /allowed_common_names/);
    assert.match(await refusalOf(issued('web', keyPair())), /the CA that signed it/);
  });
});

interface KeyPair {
  readonly publicKey: KeyObject;
  readonly privateKey: KeyObject;
}

function keyPair(): KeyPair {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  return { privateKey, publicKey: createPublicKey(privateKey) };
}

function certificateOf(commonName: string, publicKey: KeyObject, by: KeyPair, isAuthority: boolean): string {
  const issuer = { commonName: 'test authority', key: by.privateKey };
  const [notBefore, notAfter] = [Date.now() - 60_000, Date.now() + 3_600_000];
  return certificatePem({ ...{ commonName, dnsNames: [], publicKey, issuer, notBefore, notAfter, isAuthority } });
}

describe('a real Vault: aws', () => {
  const auth = {
    kind: 'iam',
    path: 'aws',
    region: 'eu-west-1',
    vaultRole: 'app',
    vaultAwsIamServerID: 'vault.example',
    secretRef: { accessKeyIDSecretRef: { name: 'app', key: 'id' }, secretAccessKeySecretRef: { name: 'app', key: 'key' } },
  } as const;
  const secrets = { id: 'AKIAEXAMPLE', key: 'wJalrXUtnFEMI/K7MDENG' };
  let aws: AwsDouble;

  before(async () => {
    aws = await startAwsDouble();
    await server.set('sys/auth/aws', { type: 'aws' });
    await server.set('auth/aws/config/client', {
      ...{ access_key: 'AKIAVAULT', secret_key: 'x', sts_endpoint: aws.url, sts_region: 'eu-west-1' },
      ...{ iam_server_id_header_value: 'vault.example', max_retries: 0 },
    });
    const bound = { auth_type: 'iam', resolve_aws_unique_ids: false };
    await server.set('auth/aws/role/app', {
      ...{ ...role, ...bound, bound_iam_principal_arn: ['arn:aws:iam::123456789012:user/AKIAEXAMPLE'] },
    });
  });
  after(() => aws.close());

  it('logs in by a signed GetCallerIdentity, which STS answers to Vault', async () => {
    const { path, meta } = await readsBy({ auth, secrets });
    assert.deepEqual([path, Object(meta).auth_type], ['auth/aws/login', 'iam']);
    assert.ok(aws.calls.some(({ operation, accessKeyId }) => operation === 'GetCallerIdentity' && accessKeyId === secrets.id));
  });

  it('is refused for another principal, another role, and without the server id that Vault wants', async () => {
    assert.match(await refusalOf({ auth, secrets: { ...secrets, id: 'AKIAOTHER' } }), /(bound_iam_principal_arn|IAM principal)/i);
    assert.match(await refusalOf({ auth: { ...auth, vaultRole: 'none' }, secrets }), /none/);
    const { vaultAwsIamServerID: _, ...withoutId } = auth;
    assert.match(await refusalOf({ auth: withoutId, secrets }), /vaultAwsIamServerID/);
  });
});

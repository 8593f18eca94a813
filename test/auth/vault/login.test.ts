import assert from 'node:assert/strict';
import { createServer } from 'node:http';
import test, { type TestContext } from 'node:test';
import { kubernetesLogin } from '../../../agent/auth/vault/kubernetes-login.ts';
import type { VaultToken } from '../../../agent/auth/vault/login.ts';
import type { VaultAuth } from '../../../agent/auth/vault/vault-auth.ts';
import { vaultLogin } from '../../../agent/auth/vault/vault-login.ts';
import { SecretValue } from '../../../agent/core/secret-value.ts';
import type { SecretKeyRef } from '../../../agent/core/spec.ts';
import { startAwsDouble } from '../../servers/aws-double.ts';
import { selfSigned } from '../../servers/aws-double-certificate.ts';
import { closed, listening } from '../../servers/aws-double-http.ts';
import { googleAccount, startGoogleDouble } from '../../servers/google-double.ts';
import { jwtSigner } from '../../servers/projected-token.ts';
import { failureOf, project } from '../auth-world.ts';
import {
  heldTime,
  never,
  podLogin,
  podToken,
  sessionFor,
  signer,
  textOf,
  type VaultWorld,
  vaultWorldFor,
} from './vault-world.ts';

const ref = (name: string, key = 'value'): SecretKeyRef => ({ name, key });

/** Logs in as this auth says; `secrets` by name. Reads them each time, so a test may change them. */
function loginWith({ client, auth }: VaultWorld, how: VaultAuth, secrets: Readonly<Record<string, string>> = {}) {
  const credential = async ({ name }: SecretKeyRef) => SecretValue.ofText(secrets[name] ?? `no ${name}`);
  return vaultLogin(how, client, { ...auth.effects, credential });
}

/** The token is known to the server. */
function assertLive({ double }: VaultWorld, token: VaultToken): void {
  const text = textOf(token.value);
  assert.ok(double.liveTokens().some(({ id }) => id === text));
}

const kubernetesRole = { names: ['web'], namespaces: ['shop'], audience: 'vault', ttl: 600 };

test('kubernetes: the projected token for the audience of the service account becomes a token of the role', async (t) => {
  const world = await vaultWorldFor(t);
  const login = podLogin(world, { ttl: 600, policies: ['app'] });
  const token = await login.login(never);
  assertLive(world, token);
  const { value, accessor, ...rest } = token;
  assert.equal(typeof accessor, 'string');
  assert.deepEqual(rest, { kind: 'service', ttlSeconds: 600, isRenewable: true, uses: 0, isOurs: true });
  assert.equal(login.identity, 'role app by kubernetes at auth/kubernetes');
  const [request] = world.double.requests;
  assert.deepEqual([request?.path, request?.bodyKeys, request?.accessor], ['auth/kubernetes/login', ['role', 'jwt'], '']);
});

test('kubernetes: the token is read afresh for each login, and without its line end (K1)', async (t) => {
  const world = await vaultWorldFor(t);
  const login = podLogin(world);
  await login.login(never);
  const other = jwtSigner('ES256');
  world.double.kubernetes('kubernetes', { keys: [other.publicKey], roles: { app: kubernetesRole } });
  await failureOf(login.login(never));
  const claims = { sub: 'system:serviceaccount:shop:web', aud: ['vault'], exp: world.time.clock.now() / 1000 + 600 };
  project(world.tokensDir, { token: `${other.sign(claims)}\n` });
  await login.login(never);
});

test('kubernetes: an empty token, or none, is told before anything is sent (K1)', async (t) => {
  const world = await vaultWorldFor(t);
  const login = podLogin(world);
  project(world.tokensDir, { token: '' });
  const error = await failureOf(login.login(never));
  assert.equal(error.code, 'TOKEN_UNREADABLE');
  assert.match(error.message, /no token for the audience vault/);
  assert.match(error.hint, /audience: vault/);
  const auth = { kind: 'kubernetes', mountPath: 'kubernetes', role: 'app' } as const;
  const empty = kubernetesLogin(auth, world.client, world.auth.effects, `${world.tokensDir}/token`);
  assert.match((await failureOf(empty.login(never))).message, /is empty/);
  assert.equal(world.double.count(), 0);
});

test('kubernetes: without audiences it is the default token, else one for the API server or vault below --tokens', async (t) => {
  const world = await vaultWorldFor(t);
  const place = `${world.tokensDir}/default`;
  const shown = async (): Promise<string> => {
    const login = kubernetesLogin(
      { kind: 'kubernetes', mountPath: '/clusters/a/', role: 'app', serviceAccountRef: { name: 'web', audiences: [] } },
      world.client,
      world.auth.effects,
      place,
    );
    assert.equal(login.identity, 'role app by kubernetes at auth/clusters/a');
    return (await failureOf(login.login(never))).message;
  };
  world.double.kubernetes('clusters/a', { keys: [], roles: { app: kubernetesRole } });
  assert.match(await shown(), /no such file/);
  project(world.tokensDir, { vault: podToken(world.time) });
  assert.match(await shown(), /audience vault/);
  project(world.tokensDir, {
    vault: podToken(world.time),
    default: podToken(world.time, { audience: 'https://kubernetes.default.svc' }),
  });
  assert.match(await shown(), /default: issuer .* audience https:\/\/kubernetes.default.svc,/);
});

test('kubernetes: a refusal names what was presented and what the role must have', async (t) => {
  const world = await vaultWorldFor(t);
  const login = podLogin(world);
  const refused = async (role: object, token = podToken(world.time)) => {
    world.double.kubernetes('kubernetes', { keys: [signer.publicKey], roles: { app: { ...kubernetesRole, ...role } } });
    project(world.tokensDir, { token });
    const error = await failureOf(login.login(never), token);
    assert.equal(error.code, 'IDENTITY_REFUSED');
    return `${error.message} ${error.hint}`;
  };
  const account = await refused({ names: ['other'] });
  assert.match(
    account,
    /refused the login of role app by kubernetes at auth\/kubernetes \(403: service account name not authorized\)/,
  );
  assert.match(account, /subject system:serviceaccount:shop:web, audience vault, expires in/);
  assert.match(
    account,
    /bound_service_account_names must have web, bound_service_account_namespaces shop, and audience must be vault or unset/,
  );
  assert.match(account, /system:auth-delegator/);
  assert.match(await refused({ audience: 'other' }), /invalid audience/);
  const expired = podToken(world.time, { expiresAt: world.time.clock.now() - 60_000 });
  assert.match(await refused({}, expired), /expired 1 min ago.*is the pod terminating, or the node's clock wrong/);
  world.double.kubernetes('kubernetes', { keys: [signer.publicKey], roles: {} });
  assert.match((await failureOf(login.login(never))).hint, /Create the role \(vault write auth\/kubernetes\/role\/app/);
  world.double.unmount('kubernetes');
  assert.match((await failureOf(login.login(never))).message, /auth\/kubernetes/);
});

test('kubernetes: a service account of another name is pointed out, for an agent can only be its own', async (t) => {
  const world = await vaultWorldFor(t);
  podLogin(world);
  world.double.kubernetes('kubernetes', { keys: [signer.publicKey], roles: { app: { ...kubernetesRole, names: ['api'] } } });
  const serviceAccountRef = { name: 'api', audiences: ['vault'] };
  const login = loginWith(world, { kind: 'kubernetes', mountPath: 'kubernetes', role: 'app', serviceAccountRef });
  assert.match(
    (await failureOf(login.login(never))).hint,
    /names the service account api, but an agent can only be its own pod's, web/,
  );
});

test('jwt: the projected token for the appended audiences, a stored JWT, and a default role', async (t) => {
  const world = await vaultWorldFor(t);
  world.double.jwt('jwt', { keys: [signer.publicKey], defaultRole: 'app', roles: { app: { audiences: ['vault'], ttl: 60 } } });
  project(world.tokensDir, { token: podToken(world.time) });
  const serviceAccountRef = { name: 'web', audiences: [] };
  const projected = {
    kind: 'jwt',
    path: 'jwt',
    role: 'app',
    kubernetesServiceAccountToken: { serviceAccountRef, audiences: ['vault'] },
  } as const;
  assertLive(world, await loginWith(world, projected).login(never));
  const stored = loginWith(world, { kind: 'jwt', path: 'jwt', secretRef: ref('jwt') }, { jwt: `${podToken(world.time)}\n` });
  assertLive(world, await stored.login(never));
  assert.equal(stored.identity, 'the default role by jwt at auth/jwt');
  assert.deepEqual(world.double.requests.at(-1)?.bodyKeys, ['jwt']);
});

test('jwt: a refusal compares the token with the role', async (t) => {
  const world = await vaultWorldFor(t);
  const token = podToken(world.time);
  const login = loginWith(world, { kind: 'jwt', path: 'jwt', role: 'app', secretRef: ref('jwt') }, { jwt: token });
  const hint = async (roles: object): Promise<string> => {
    world.double.jwt('jwt', { keys: [signer.publicKey], roles: Object(roles) });
    return (await failureOf(login.login(never), token)).hint;
  };
  assert.match(await hint({}), /Create the role \(vault write auth\/jwt\/role\/app/);
  assert.match(await hint({ app: { audiences: ['other'] } }), /bound_audiences=vault/);
  assert.match(await hint({ app: { audiences: ['vault'], subject: 'x' } }), /bound_subject system:serviceaccount:shop:web/);
});

test('userPass and ldap: the password goes out byte for byte, and is in no error', async (t) => {
  const world = await vaultWorldFor(t);
  const password = ' p\u00e4ss "w\u00f6rd" \n';
  const users = { app: { password, ttl: 60 } };
  world.double.userPass('userpass', users);
  world.double.ldap('corp/ldap', users);
  for (const how of [
    { kind: 'userPass', path: 'userpass' },
    { kind: 'ldap', path: 'corp/ldap' },
  ] as const) {
    const secrets = { pw: password };
    const login = loginWith(world, { ...how, username: 'app', secretRef: ref('pw') }, secrets);
    assertLive(world, await login.login(never));
    secrets.pw = 'another-password-entirely';
    const error = await failureOf(login.login(never), secrets.pw, password);
    assert.equal(error.code, 'IDENTITY_REFUSED');
    assert.match(error.message, new RegExp(`user app by ${how.kind} at auth/${how.path} \\(400`));
    assert.match(error.hint, /key "value" of Secret pw/);
  }
});

test('a wrong password is tried so seldom that the user is never locked out, and another one at once', async (t) => {
  const world = await vaultWorldFor(t);
  world.double.userPass('userpass', { app: { password: 'right', ttl: 60 } });
  const secrets = { pw: 'wrong' };
  const { session } = sessionFor(
    t,
    world,
    loginWith(world, { kind: 'userPass', path: 'userpass', username: 'app', secretRef: ref('pw') }, secrets),
  );
  for (let minute = 0; minute < 120; minute += 1) {
    assert.match((await failureOf(session.token(never))).message, /invalid username or password/);
    await world.time.advance(60_000);
  }
  assert.ok(world.double.count() < 12, String(world.double.count()));
  secrets.pw = 'right';
  await world.time.advance(60_000);
  await session.token(never);
});

test('appRole: role id, trimmed or from a Secret, and secret id', async (t) => {
  const world = await vaultWorldFor(t);
  const roles = world.double.appRole('approle', { app: { ttl: 60 } });
  const secrets = { id: `${roles.roleId('app')}\n`, secret: `${roles.secretId('app')}\n` };
  const base = { kind: 'appRole', path: 'approle', secretRef: ref('secret') } as const;
  assertLive(world, await loginWith(world, { ...base, roleId: ` ${roles.roleId('app')} ` }, secrets).login(never));
  assertLive(world, await loginWith(world, { ...base, roleRef: ref('id') }, secrets).login(never));
});

test('appRole: a secret id that has worked before and does no more may be used up (A1)', async (t) => {
  const world = await vaultWorldFor(t);
  const roles = world.double.appRole('approle', { app: { ttl: 60, secretIdUses: 1 } });
  const secrets = { secret: roles.secretId('app') };
  const login = loginWith(
    world,
    { kind: 'appRole', path: 'approle', secretRef: ref('secret'), roleId: roles.roleId('app') },
    secrets,
  );
  await login.login(never);
  const error = await failureOf(login.login(never), secrets.secret);
  assert.match(error.message, /invalid role or secret ID/);
  assert.match(error.hint, /secret_id_num_uses/);
});

/** A wrapping token around a secret id of role `app`. */
async function wrapped(t: TestContext, path = 'auth/approle/role/app/secret-id', uses = 0) {
  const world = await vaultWorldFor(t);
  const roles = world.double.appRole('approle', { app: { ttl: 60, secretIdUses: uses } });
  const root = { token: SecretValue.ofText(world.double.root), operation: 'wrap', subject: '', wrapTtl: '300s' };
  const answer = await world.client.request({ ...root, method: 'POST', path, body: {} }, never);
  const info = answer.body instanceof Map ? answer.body.get('wrap_info') : undefined;
  const wrapping = String(info instanceof Map ? info.get('token') : undefined);
  world.double.forgetRequests();
  const secrets = { secret: `${wrapping}\n` };
  const how = { kind: 'appRole', path: 'approle', secretRef: ref('secret'), roleId: roles.roleId('app') } as const;
  const unwrap = (token: string) =>
    world.client.request({ ...root, wrapTtl: '', method: 'POST', path: 'sys/wrapping/unwrap', body: { token } }, never);
  return { world, secrets, wrapping, how, unwrap, login: loginWith(world, how, secrets) };
}

test('appRole: a wrapped secret id is looked up, unwrapped once, and kept for further logins (A2)', async (t) => {
  const { world, login } = await wrapped(t);
  for (let times = 0; times < 3; times += 1) assertLive(world, await login.login(never));
  const paths = world.double.requests.map(({ path }) => path);
  assert.deepEqual(paths, ['sys/wrapping/lookup', 'sys/wrapping/unwrap', ...Array(3).fill('auth/approle/login')]);
});

test('appRole: a secret id that somebody else has unwrapped is a loud error, and stays one', async (t) => {
  const { world, login, wrapping, unwrap } = await wrapped(t);
  await unwrap(wrapping);
  for (let times = 0; times < 2; times += 1) {
    const error = await failureOf(login.login(never), wrapping);
    assert.equal(error.code, 'IDENTITY_REFUSED');
    assert.match(error.message, /somebody else has unwrapped the secret id/);
    assert.match(error.hint, /treat the secret id as stolen/);
  }
  assert.equal(world.double.count('auth/approle/login'), 0);
  assert.ok(world.auth.logged.some(({ level }) => level === 'error'));
});

test('appRole: a wrapping token that was made elsewhere is not unwrapped', async (t) => {
  const { world, login, wrapping } = await wrapped(t, 'auth/token/create');
  const error = await failureOf(login.login(never), wrapping);
  assert.match(error.message, /was made at auth\/token\/create, not at auth\/approle\/role\/<role>\/secret-id/);
  assert.deepEqual(
    world.double.requests.map(({ path }) => path),
    ['sys/wrapping/lookup'],
  );
});

test('appRole: an unwrap whose answer is lost is not asked for again, and not called a theft', async (t) => {
  const { world, login } = await wrapped(t);
  world.double.fault({ path: 'sys/wrapping/unwrap', trouble: { kind: 'reset', when: 'after' } });
  assert.equal((await failureOf(login.login(never))).code, 'IDENTITY_UNAVAILABLE');
  const error = await failureOf(login.login(never));
  assert.match(error.message, /was lost/);
  assert.doesNotMatch(`${error.message} ${error.hint}`, /stolen|somebody else/);
  assert.equal(world.double.count('sys/wrapping/unwrap'), 1);
});

test('appRole: an unwrap that never arrived is made up for, and a new wrapping token replaces a lost one', async (t) => {
  const { world, login } = await wrapped(t);
  world.double.fault({ path: 'sys/wrapping/unwrap', trouble: { kind: 'reset', when: 'before' } });
  await failureOf(login.login(never));
  assertLive(world, await login.login(never));
});

test('appRole: an unwrapped secret id of one use is warned of', async (t) => {
  const { world, login } = await wrapped(t, undefined, 1);
  await login.login(never);
  assert.ok(world.auth.logged.some(({ message }) => message.includes('good for a few logins only')));
});

test('tokenSecretRef: the token is looked up, is not ours, and ends no sooner than the server says', async (t) => {
  const world = await vaultWorldFor(t);
  const { id } = world.double.token({ ttl: 3600 });
  const secrets = { token: `${id}\n` };
  const token = await loginWith(world, { kind: 'tokenSecretRef', tokenSecretRef: ref('token') }, secrets).login(never);
  const { value, accessor, ...rest } = token;
  assert.equal(textOf(value), id);
  assert.deepEqual(rest, { kind: 'service', ttlSeconds: 3600, isRenewable: true, uses: 0, isOurs: false });
});

test('tokenSecretRef: a token whose last use the look-up was is told as one of a single use (R-17)', async (t) => {
  const world = await vaultWorldFor(t);
  const { id } = world.double.token({ numUses: 1 });
  const token = await loginWith(world, { kind: 'tokenSecretRef', tokenSecretRef: ref('token') }, { token: id }).login(never);
  assert.equal(token.uses, 1);
});

test('tokenSecretRef: never revoked; a dead one is read anew, and another one taken', async (t) => {
  const world = await vaultWorldFor(t);
  const first = world.double.token({ ttl: 3600 });
  const second = world.double.token({ ttl: 3600 });
  const secrets = { token: first.id };
  const login = loginWith(world, { kind: 'tokenSecretRef', tokenSecretRef: ref('token') }, secrets);
  const { session } = sessionFor(t, world, login, { atEnd: 'revoke' });
  const rejected = await session.token(never);
  world.double.revoke(first.id);
  const error = await failureOf(session.replaceIfDead(rejected, never), first.id);
  assert.equal(error.code, 'IDENTITY_REFUSED');
  assert.match(error.message, /doesn't know the token in key "value" of Secret token/);
  secrets.token = second.id;
  await world.time.advance(60_000);
  assert.equal(textOf(await session.token(never)), second.id);
  await session.close();
  assert.deepEqual(
    world.double.liveTokens().map(({ id }) => id),
    [second.id],
  );
  assert.equal(world.double.count('auth/token/revoke-self'), 0);
});

test('tokenSecretRef: a token that runs out is looked for in its Secret, not in a busy loop', async (t) => {
  const world = await vaultWorldFor(t);
  const first = world.double.token({ ttl: 600, renewable: false });
  const secrets = { token: first.id };
  const { session } = sessionFor(t, world, loginWith(world, { kind: 'tokenSecretRef', tokenSecretRef: ref('token') }, secrets));
  await session.token(never);
  await world.time.advance(599_000);
  assert.ok(world.double.count() < 12, String(world.double.count()));
  const second = world.double.token({ ttl: 600 });
  secrets.token = second.id;
  await world.time.advance(12_000);
  assert.equal(textOf(await session.token(never)), second.id);
});

test('tokenSecretRef: a token that may not look itself up is used all the same', async (t) => {
  const world = await vaultWorldFor(t);
  const { id } = world.double.token({ ttl: 3600, noDefaultPolicy: true });
  const token = await loginWith(world, { kind: 'tokenSecretRef', tokenSecretRef: ref('token') }, { token: id }).login(never);
  assert.equal(textOf(token.value), id);
  assert.deepEqual([token.ttlSeconds, token.isRenewable, token.isOurs], [0, false, false]);
});

test('cert: the certificate of the connection logs in, and a name may narrow it', async (t) => {
  const client = selfSigned('client.test');
  const clientCertificate = { cert: client.cert, key: SecretValue.ofText(client.key) };
  const world = await vaultWorldFor(t, { tls: true, client: { clientCertificate } });
  world.double.cert('cert', { web: { certificate: client.cert, ttl: 60 } });
  const base = { kind: 'cert', path: 'cert', clientCert: ref('tls', 'tls.crt'), secretRef: ref('tls', 'tls.key') } as const;
  assertLive(world, await loginWith(world, base).login(never));
  assertLive(world, await loginWith(world, { ...base, vaultRole: 'web' }).login(never));
  assert.deepEqual(
    world.double.requests.map(({ bodyKeys }) => bodyKeys),
    [[], ['name']],
  );
  const error = await failureOf(loginWith(world, { ...base, vaultRole: 'other' }).login(never));
  assert.match(error.message, /role other by cert at auth\/cert \(400.*the certificate in key "tls.crt" of Secret tls/);
  const without = await vaultWorldFor(t, { tls: true });
  without.double.cert('cert', { web: { certificate: client.cert } });
  assert.match((await failureOf(loginWith(without, base).login(never))).hint, /a proxy or ingress that ends TLS/);
});

test('iam: GetCallerIdentity is signed with the keys of the pod, and good for Vault to send on', async (t) => {
  const sts = await startAwsDouble();
  t.after(() => sts.close());
  const env = { AWS_ENDPOINT_URL: sts.url, AWS_ACCESS_KEY_ID: 'AKIABASE', AWS_SECRET_ACCESS_KEY: 'base-secret-key' };
  const world = await vaultWorldFor(t, { env });
  const seen: { readonly url: string; readonly body: string; readonly headers: Readonly<Record<string, string>> }[] = [];
  world.double.aws('aws', {
    roles: { app: { ttl: 60 } },
    serverId: 'vault.example.com',
    whoSent: async (request) => {
      seen.push(request);
      return 'arn:aws:sts::123456789012:assumed-role/app/session';
    },
  });
  const base = { kind: 'iam', path: 'aws', region: 'eu-west-1', vaultRole: 'app' } as const;
  const login = loginWith(world, { ...base, vaultAwsIamServerID: 'vault.example.com' });
  assertLive(world, await login.login(never));
  const [request] = seen;
  assert.equal(request?.url, `${sts.url}/`);
  assert.match(
    request?.headers['authorization'] ?? '',
    /Credential=AKIABASE\/\d{8}\/eu-west-1\/sts\/aws4_request, SignedHeaders=content-length;content-type;host;x-amz-date;x-vault-aws-iam-server-id,/,
  );
  assert.equal(request?.headers['host'], new URL(sts.url).host);
  const error = await failureOf(loginWith(world, base).login(never), 'base-secret-key');
  assert.match(error.hint, /iam_server_id_header_value: vaultAwsIamServerID must be equal to it, and is not set/);
});

test('iam: a role is assumed first, and keys may come from a Secret', async (t) => {
  const role = 'arn:aws:iam::123456789012:role/reader';
  const sts = await startAwsDouble({ roles: { [role]: { externalId: 'ext-1' } } });
  t.after(() => sts.close());
  const world = await vaultWorldFor(t, { env: { AWS_ENDPOINT_URL: sts.url } });
  let signedBy = '';
  world.double.aws('aws', {
    roles: { app: { ttl: 60 } },
    whoSent: async ({ headers }) => {
      signedBy = `${/Credential=([^/]+)/.exec(headers['authorization'] ?? '')?.[1]} ${headers['x-amz-security-token'] === undefined ? 'alone' : 'with a session'}`;
      return role;
    },
  });
  const secretRef = { accessKeyIDSecretRef: ref('id'), secretAccessKeySecretRef: ref('key') };
  const base = { kind: 'iam', path: 'aws', region: 'us-east-1', vaultRole: 'app', secretRef } as const;
  const secrets = { id: 'AKIASTORED', key: 'stored-secret-key' };
  await loginWith(world, base, secrets).login(never);
  assert.equal(signedBy, 'AKIASTORED alone');
  await loginWith(world, { ...base, role, externalID: 'ext-1' }, secrets).login(never);
  assert.equal(signedBy, 'ASIADOUBLE0000000001 with a session');
});

test('gcp: a service account key signs a JWT for vault/<role>', async (t) => {
  const world = await vaultWorldFor(t);
  world.double.gcp('gcp', { app: { serviceAccounts: ['app@project.iam.gserviceaccount.com'], ttl: 60 } });
  const { generateKeyPairSync } = await import('node:crypto');
  const key = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({ type: 'pkcs8', format: 'pem' });
  const file = {
    type: 'service_account',
    client_email: 'app@project.iam.gserviceaccount.com',
    private_key_id: 'k1',
    private_key: key,
  };
  const how = { kind: 'gcp', path: 'gcp', role: 'app', secretRef: { secretAccessKeySecretRef: ref('sa') } } as const;
  assertLive(world, await loginWith(world, how, { sa: JSON.stringify(file) }).login(never));
  for (const wrong of ['{"private_key": "s3cr3t-in-json', JSON.stringify({ ...file, private_key: 's3cr3t-in-json' })]) {
    const error = await failureOf(loginWith(world, how, { sa: wrong }).login(never), 's3cr3t-in-json');
    assert.equal(error.code, 'CREDENTIALS_MISSING');
  }
});

test('gcp: without a key the metadata server says who the pod is', async (t) => {
  const asked: { readonly url: string | undefined; readonly flavour: string | undefined }[] = [];
  let status = 200;
  const google = jwtSigner();
  const time = heldTime(async () => {});
  const metadata = createServer((request, response) => {
    asked.push({ url: request.url, flavour: String(request.headers['metadata-flavor']) });
    const audience = new URL(request.url ?? '', 'http://metadata').searchParams.get('audience');
    const claims = {
      aud: audience,
      sub: '1234',
      email: 'app@x',
      google: { compute_engine: { instance_id: '7' } },
      exp: time.clock.now() / 1000 + 3600,
    };
    response.writeHead(status).end(status === 200 ? google.sign(claims) : 'not found');
  });
  const port = await listening(metadata);
  t.after(() => closed(metadata));
  const world = await vaultWorldFor(t, { env: { GCE_METADATA_HOST: `127.0.0.1:${port}` } });
  world.double.gcp('gcp', { app: { of: 'gce', ttl: 60 } });
  const login = loginWith(world, { kind: 'gcp', path: 'gcp', role: 'app' });
  assertLive(world, await login.login(never));
  assert.deepEqual(asked, [
    { url: '/computeMetadata/v1/instance/service-accounts/default/identity?audience=vault%2Fapp&format=full', flavour: 'Google' },
  ]);
  status = 404;
  assert.equal((await failureOf(login.login(never))).code, 'IDENTITY_REFUSED');
  status = 500;
  assert.equal((await failureOf(login.login(never))).code, 'IDENTITY_UNAVAILABLE');
});

test('gcp: with workloadIdentity Google signs a short JWT for the account of the pod, which a role of type iam takes', async (t) => {
  const google = await startGoogleDouble();
  t.after(() => google.close());
  const world = await vaultWorldFor(t, {
    env: { GCE_METADATA_HOST: google.host, CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: `${google.url}/` },
  });
  world.double.gcp('gcp', { app: { serviceAccounts: [googleAccount.email], ttl: 60 } });
  const base = { kind: 'gcp', path: 'gcp', role: 'app' } as const;
  assertLive(world, await loginWith(world, { ...base, workloadIdentity: {} }).login(never));
  assert.match((await failureOf(loginWith(world, base).login(never))).hint, /auth\.gcp\.workloadIdentity/);
  google.signing = 'denied';
  const refused = await failureOf(loginWith(world, { ...base, workloadIdentity: {} }).login(never), 'ya29.');
  assert.equal(refused.code, 'IDENTITY_REFUSED');
  assert.match(refused.message, /IAM Credentials API does not sign for app@shop-1/);
});

test('auth.namespace goes with the login and with what is done to the token (N2)', async (t) => {
  const world = await vaultWorldFor(t, { namespaces: ['team'], client: { namespace: 'other' } });
  world.double.userPass('team/userpass', { app: { password: 'right', ttl: 1000 } });
  const how = { kind: 'userPass', path: 'userpass', username: 'app', secretRef: ref('pw'), namespace: 'team' } as const;
  const { session } = sessionFor(t, world, loginWith(world, how, { pw: 'right' }), { namespace: 'team', atEnd: 'revoke' });
  const token = await session.token(never);
  await world.time.advance(700_000);
  assert.equal(await session.replaceIfDead(token, never), false);
  await session.close();
  assert.deepEqual(
    world.double.requests.map(({ path, namespace, status }) => `${namespace} ${path} ${status}`),
    [
      'team auth/userpass/login/app 200',
      'team auth/token/renew-self 200',
      'team auth/token/lookup-self 200',
      'team auth/token/revoke-self 204',
    ],
  );
});

test('a login that asks for a second factor is refused in plain words (R-16)', async (t) => {
  const world = await vaultWorldFor(t);
  const login = podLogin(world);
  const body = JSON.stringify({ auth: { client_token: '', mfa_requirement: { mfa_request_id: 'x' } } });
  world.double.fault({ trouble: { kind: 'answer', status: 200, body, headers: { 'content-type': 'application/json' } } });
  assert.match((await failureOf(login.login(never))).message, /second factor/);
});

test('what is down, sealed or in between is never called a refusal', async (t) => {
  const world = await vaultWorldFor(t);
  const login = podLogin(world);
  const troubles = [
    { kind: 'error', status: 500, errors: ['internal'] },
    { kind: 'error', status: 503, errors: ['Vault is sealed'] },
    { kind: 'error', status: 412, errors: ['required index state not present'] },
    { kind: 'answer', status: 502, body: '<html>bad gateway</html>' },
    { kind: 'reset', when: 'before' },
    { kind: 'half' },
  ] as const;
  for (const trouble of troubles) {
    world.double.fault({ trouble });
    const error = await failureOf(login.login(never));
    assert.ok(['IDENTITY_UNAVAILABLE', 'STORE_ANSWER_INVALID'].includes(error.code), `${error.code} ${error.message}`);
    assert.match(error.message, /Vault can't answer the login of role app by kubernetes at auth\/kubernetes now \(.+\)/);
  }
  world.double.fault({ trouble: { kind: 'answer', status: 403, body: '<html>a proxy says no</html>' } });
  assert.equal((await failureOf(login.login(never))).code, 'STORE_ANSWER_INVALID');
});

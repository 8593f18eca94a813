import assert from 'node:assert/strict';
import { after, before, beforeEach, describe, it } from 'node:test';
import { jwtSigner, signedProjectedToken } from '../servers/projected-token.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import { type Got, type Sent, send, serving, start } from './vault-double-calls.ts';

const nothing = { status: 404, text: '{"errors":[]}' };
const outcome = ({ status, text }: Got) => ({ status, text: text.trim() });

describe("the double's KV version 1", () => {
  it(
    'keeps the digits of numbers and sorts keys',
    serving({}, async (vault) => {
      vault.kv1('kv', { app: '{"z":1.0,"a":12345678901234567890,"e":1e3,"t":"<é>"}' });
      const got = await send(vault, 'kv/app');
      assert.match(got.text, /"data":\{"a":12345678901234567890,"e":1e3,"t":"\\u003cé\\u003e","z":1.0\}/);
      assert.match(
        got.text,
        /^\{"request_id":"[^"]+","lease_id":"","renewable":false,"lease_duration":2764800,"data":.*"wrap_info":null,"warnings":null,"auth":null,"mount_type":"kv"\}\n$/,
      );
      await send(vault, 'kv/written', { body: '{"n":9007199254740993}' });
      assert.match((await send(vault, 'kv/written')).text, /"n":9007199254740993/);
    }),
  );

  it(
    'takes lease_duration from ttl or lease',
    serving({}, async (vault) => {
      vault.kv1('kv', { a: { ttl: '1h' }, b: { lease: 30 }, c: { ttl: 'soon' } });
      const durations = await Promise.all(
        ['a', 'b', 'c'].map(async (path) => (await send(vault, `kv/${path}`)).json.lease_duration),
      );
      assert.deepEqual(durations, [3600, 30, 2_764_800]);
    }),
  );

  it(
    'lists folders and answers 404 without a word for what is absent',
    serving({}, async (vault) => {
      vault.kv1('kv', { 'app/db': { a: 1 }, app: { a: 1 }, Zed: { a: 1 } });
      assert.deepEqual((await send(vault, 'kv/?list=true')).json.data, { keys: ['Zed', 'app', 'app/'] });
      assert.deepEqual((await send(vault, 'kv/app?list=true')).json.data, { keys: ['db'] });
      for (const path of ['kv/none', 'kv/none/?list=true']) assert.deepEqual(outcome(await send(vault, path)), nothing);
    }),
  );
});

describe("the double's KV version 2", () => {
  it(
    'reads versions, with numbers as a float64 prints them',
    serving({}, async (vault) => {
      vault.kv2('secret', { 'app/db': '{"n":12345678901234567890,"f":1.50,"i":9007199254740993}' });
      vault.put('secret', 'app/db', { user: 'u' });
      const first = await send(vault, 'secret/data/app/db?version=1');
      assert.match(first.text, /"data":\{"data":\{"f":1.5,"i":9007199254740992,"n":12345678901234567000\}/);
      assert.deepEqual((await send(vault, 'secret/data/app/db')).json.data, {
        data: { user: 'u' },
        metadata: {
          created_time: '2026-01-02T03:04:05.12Z',
          custom_metadata: null,
          deletion_time: '',
          destroyed: false,
          version: 2,
        },
      });
    }),
  );

  it(
    'answers 404 in both forms',
    serving({}, async (vault) => {
      vault.kv2('secret', { app: { a: 1 } });
      for (const path of ['secret/data/none', 'secret/data/app?version=7', 'secret/metadata/none'])
        assert.deepEqual(outcome(await send(vault, path)), nothing);
      vault.versions('secret').deleteVersion('app');
      const deleted = await send(vault, 'secret/data/app');
      assert.deepEqual(
        [deleted.status, deleted.json.data.data, deleted.json.data.metadata.deletion_time],
        [404, null, '2026-01-02T03:04:05.12Z'],
      );
      vault.versions('secret').undeleteVersion('app');
      assert.equal((await send(vault, 'secret/data/app')).status, 200);
      vault.versions('secret').destroyVersion('app');
      const destroyed = await send(vault, 'secret/data/app');
      assert.deepEqual([destroyed.status, destroyed.json.data.data, destroyed.json.data.metadata.destroyed], [404, null, true]);
      const unknown = await send(vault, 'nowhere/data/app');
      assert.equal(unknown.status, 404);
      assert.match(unknown.json.errors[0], /^no handler for route "nowhere\/data\/app"/);
    }),
  );

  it(
    'says so when it is read as version 1',
    serving({}, async (vault) => {
      vault.kv2('secret', { app: { a: 1 } });
      const got = await send(vault, 'secret/app');
      assert.deepEqual([got.status, got.json.data], [404, null]);
      assert.match(got.json.warnings[0], /^Invalid path for a versioned K\/V secrets engine/);
    }),
  );

  it(
    'takes writes, patches, check-and-set, deletion and metadata over HTTP',
    serving({}, async (vault) => {
      vault.kv2('secret');
      assert.equal(
        (await send(vault, 'secret/data/app', { body: { data: { a: 1, b: { c: 2 } }, options: { cas: 0 } } })).json.data.version,
        1,
      );
      const mismatch = await send(vault, 'secret/data/app', { body: { data: {}, options: { cas: 0 } } });
      assert.deepEqual(
        [mismatch.status, mismatch.json.errors],
        [400, ['check-and-set parameter did not match the current version']],
      );
      const patch = { method: 'PATCH', body: { data: { b: { c: null, d: 3 } } } };
      assert.equal((await send(vault, 'secret/data/app', patch)).status, 415);
      const asPatch = { headers: { 'content-type': 'application/merge-patch+json' } };
      assert.equal((await send(vault, 'secret/data/app', { ...patch, ...asPatch })).json.data.version, 2);
      assert.deepEqual((await send(vault, 'secret/data/app')).json.data.data, { a: 1, b: { d: 3 } });
      assert.equal(
        (await send(vault, 'secret/metadata/app', { body: { custom_metadata: { owner: 'me' }, max_versions: 2 } })).status,
        204,
      );
      assert.equal((await send(vault, 'secret/data/app', { body: { data: { a: 3 } } })).json.data.version, 3);
      assert.equal((await send(vault, 'secret/data/app', { method: 'DELETE' })).status, 204);
      const { data } = (await send(vault, 'secret/metadata/app')).json;
      assert.deepEqual(Object.keys(data), Object.keys(data).sort());
      const { current_version, oldest_version, custom_metadata, versions } = data;
      assert.deepEqual(
        [current_version, oldest_version, custom_metadata, Object.keys(versions)],
        [3, 2, { owner: 'me' }, ['2', '3']],
      );
      assert.notEqual(versions['3'].deletion_time, '');
      assert.equal((await send(vault, 'secret/metadata/app', { method: 'DELETE' })).status, 204);
      assert.deepEqual(outcome(await send(vault, 'secret/metadata?list=true')), nothing);
    }),
  );

  it(
    'lets a version vanish at its deletion time',
    serving({}, async (vault) => {
      vault.kv2('secret');
      vault.versions('secret').setMetadata('app', { deleteVersionAfter: 60 });
      assert.equal((await send(vault, 'secret/metadata/app')).json.data.current_version, 0);
      vault.put('secret', 'app', { a: 1 });
      const now = await send(vault, 'secret/data/app');
      assert.deepEqual([now.status, now.json.data.metadata.deletion_time], [200, '2026-01-02T03:05:05.12Z']);
      vault.advance(60);
      assert.equal((await send(vault, 'secret/data/app')).status, 404);
    }),
  );
});

describe("the double's policies", () => {
  let vault: VaultDouble;
  before(async () => {
    vault = await startVaultDouble();
    vault.kv2('secret', { 'app/db': { a: 1 } });
    vault.policy('app', { 'secret/data/app/*': ['read'], 'secret/data/app/secret': ['deny'] });
    vault.policy('lister', { 'secret/metadata/+': ['list'] });
    vault.policy('meta', { 'secret/metadata/*': ['read'] });
  });
  after(() => vault.close());

  const statusAs = async (policies: readonly string[], path: string, sent: Sent = {}): Promise<number> =>
    (await send(vault, path, { ...sent, token: vault.token({ policies }).id })).status;

  it('tell data, metadata and lists apart', async () => {
    assert.equal(await statusAs(['app'], 'secret/data/app/db'), 200);
    assert.equal(await statusAs(['app'], 'secret/data/app/secret'), 403);
    assert.equal(await statusAs(['app'], 'secret/metadata/app/db'), 403);
    assert.equal(await statusAs(['app'], 'secret/data/app/db', { body: { data: {} } }), 403);
    assert.equal(await statusAs(['meta'], 'secret/metadata/app/db'), 200);
    assert.equal(await statusAs(['meta'], 'secret/metadata/app?list=true'), 403);
    assert.equal(await statusAs(['lister'], 'secret/metadata/app/?list=true'), 200);
  });

  it('let the preflight through where something below the mount is granted', async () => {
    const path = 'sys/internal/ui/mounts/secret/data/app/db';
    const got = await send(vault, path, { token: vault.token({ policies: ['app'] }).id });
    const { type, options } = got.json.data;
    assert.deepEqual([got.status, type, options, got.json.data.path], [200, 'kv', { version: '2' }, 'secret/']);
    assert.equal(await statusAs([], path), 403);
    assert.equal(await statusAs(['app'], 'sys/internal/ui/mounts/other'), 403);
    vault.policy('no-preflight', { 'sys/internal/ui/mounts/*': ['deny'] });
    assert.equal(await statusAs(['app', 'no-preflight'], path), 403);
  });

  it('deny renewal and revocation on their own', async () => {
    vault.policy('no-renewal', { 'auth/token/renew-self': ['deny'] });
    vault.policy('no-revocation', { 'auth/token/revoke-self': ['deny'] });
    assert.equal(await statusAs(['no-renewal'], 'auth/token/renew-self', { body: {} }), 403);
    assert.equal(await statusAs(['no-renewal'], 'auth/token/lookup-self'), 200);
    assert.equal(await statusAs(['no-revocation'], 'auth/token/revoke-self', { body: {} }), 403);
  });
});

describe("the double's logins", () => {
  const signers = [jwtSigner('RS256'), jwtSigner('ES256')] as const;
  const keys = signers.map((each) => each.publicKey);
  let vault: VaultDouble;
  beforeEach(async () => {
    await vault?.close();
    vault = await startVaultDouble({ now: () => start });
  });
  after(() => vault.close());

  const login = (path: string, body: unknown, sent: Sent = {}): Promise<Got> =>
    send(vault, `auth/${path}`, { token: '', body, ...sent });

  it('by kubernetes judge signature, audience, expiry and names', async () => {
    vault.kubernetes('kubernetes', {
      keys,
      roles: { app: { names: ['app-*'], namespaces: ['shop'], audience: 'vault', policies: ['app'], ttl: 600 } },
    });
    const token = { namespace: 'shop', serviceAccount: 'app-1', now: start };
    for (const signer of signers) {
      const got = await login('kubernetes/login', { role: 'app', jwt: signedProjectedToken(signer, token) });
      assert.equal(got.status, 200);
      assert.deepEqual(Object.keys(got.json.auth).sort(), [
        'accessor',
        'client_token',
        'entity_id',
        'lease_duration',
        'metadata',
        'mfa_requirement',
        'num_uses',
        'orphan',
        'policies',
        'renewable',
        'token_policies',
        'token_type',
      ]);
      assert.deepEqual([got.json.auth.lease_duration, got.json.auth.policies], [600, ['app', 'default']]);
      assert.equal(got.json.auth.metadata.service_account_name, 'app-1');
    }
    const refusals = await Promise.all(
      [
        { ...token, audience: 'sts.amazonaws.com' },
        { ...token, expiresAt: start - 1000 },
        { ...token, serviceAccount: 'other' },
        { ...token, namespace: 'other' },
      ].map(async (each) =>
        outcome(await login('kubernetes/login', { role: 'app', jwt: signedProjectedToken(signers[0], each) })),
      ),
    );
    assert.deepEqual(
      refusals.map(({ status }) => status),
      [403, 403, 403, 403],
    );
    assert.match(refusals[0]?.text ?? '', /audience claim/);
    assert.match(refusals[2]?.text ?? '', /service account name not authorized/);
    assert.match(refusals[3]?.text ?? '', /namespace not authorized/);
    const forged = signedProjectedToken(jwtSigner('ES256'), token);
    assert.equal((await login('kubernetes/login', { role: 'app', jwt: forged })).status, 403);
    assert.deepEqual((await login('kubernetes/login', { role: 'no', jwt: forged })).json, { errors: ['invalid role name "no"'] });
    assert.equal((await login('elsewhere/login', { role: 'app', jwt: forged })).status, 403);
  });

  it('by jwt leave a minute and name what is wrong', async () => {
    vault.jwt('jwt', { keys, issuer: 'https://issuer.test', roles: { app: { audiences: ['vault'] }, open: {} } });
    const jwt = (late: number) =>
      signedProjectedToken(signers[1], { namespace: 'shop', serviceAccount: 'app', now: start, expiresAt: start - late });
    assert.equal((await login('jwt/login', { role: 'app', jwt: jwt(59_000) })).status, 200);
    assert.match((await login('jwt/login', { role: 'app', jwt: jwt(61_000) })).text, /error validating token: .*expired/);
    assert.match((await login('jwt/login', { role: 'open', jwt: jwt(0) })).text, /no audiences bound to the role/);
    assert.match((await login('jwt/login', { jwt: jwt(0) })).text, /missing role/);
  });

  it('by appRole count the uses of a secret_id', async () => {
    const roles = vault.appRole('approle', { app: { secretIdUses: 2, secretIdTtl: 60, policies: ['app'] } });
    const body = { role_id: roles.roleId('app'), secret_id: roles.secretId('app') };
    assert.equal((await login('approle/login', body)).json.auth.metadata.role_name, 'app');
    assert.equal((await login('approle/login', body)).status, 200);
    assert.deepEqual(outcome(await login('approle/login', body)), {
      status: 400,
      text: '{"errors":["invalid role or secret ID"]}',
    });
    const late = { ...body, secret_id: roles.secretId('app') };
    vault.advance(61);
    assert.equal((await login('approle/login', late)).status, 400);
    assert.match((await login('approle/login', { role_id: body.role_id })).text, /missing secret_id/);
  });

  it('by userPass and ldap lock a user out after five failures', async () => {
    vault.userPass('userpass', { jane: { password: 'right' } });
    vault.ldap('corp/ldap', { jane: { password: 'right' } });
    assert.equal((await login('userpass/login/Jane', { password: 'right' })).json.auth.metadata.username, 'jane');
    assert.equal((await login('corp/ldap/login/jane', { password: 'right' })).status, 200);
    for (let times = 0; times < 5; times += 1)
      assert.match((await login('userpass/login/jane', { password: 'no' })).text, /invalid username or password/);
    assert.equal((await login('userpass/login/jane', { password: 'right' })).status, 403);
    vault.advance(901);
    assert.equal((await login('userpass/login/jane', { password: 'right' })).status, 200);
    assert.equal((await login('userpass/login/jane', {})).status, 400);
  });
});

import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { describe, it } from 'node:test';
import type { VaultDouble } from '../servers/vault-double.ts';
import { type Got, type Sent, send, serving, start } from './vault-double-calls.ts';

const errorsOf = ({ status, json }: Got) => ({ status, errors: json.errors });
const dead = { status: 403, errors: ['2 errors occurred:\n\t* permission denied\n\t* invalid token\n\n'] };

const renewed = (vault: VaultDouble, token: string, increment?: number | string): Promise<Got> =>
  send(vault, 'auth/token/renew-self', { token, body: increment === undefined ? {} : { increment } });
const lookedUp = (vault: VaultDouble, token: string): Promise<Got> => send(vault, 'auth/token/lookup-self', { token });

describe("the double's tokens", () => {
  it(
    'count down, are renewed from now on, and end',
    serving({}, async (vault) => {
      const { id } = vault.token({ policies: ['app'], ttl: 600 });
      vault.advance(100);
      const { data } = (await lookedUp(vault, id)).json;
      assert.deepEqual([data.ttl, data.creation_ttl, data.type, data.policies], [500, 600, 'service', ['app', 'default']]);
      assert.equal(data.expire_time, '2026-01-02T03:14:05.12Z');
      assert.equal((await renewed(vault, id)).json.auth.lease_duration, 600);
      assert.equal((await renewed(vault, id, '1h')).json.auth.lease_duration, 3600);
      assert.equal((await lookedUp(vault, id)).json.data.last_renewal_time, Math.trunc(start / 1000) + 100);
      vault.advance(3600);
      assert.deepEqual(errorsOf(await lookedUp(vault, id)), dead);
      assert.deepEqual(vault.liveTokens(), []);
    }),
  );

  it(
    'are capped by their max TTL with a warning, and then past it',
    serving({}, async (vault) => {
      const { id } = vault.token({ ttl: 60, maxTtl: 100 });
      vault.advance(50);
      const capped = (await renewed(vault, id)).json;
      assert.deepEqual(
        [capped.auth.lease_duration, capped.warnings],
        [50, ['TTL of "1m" exceeded the effective max_ttl of "50s"; TTL value is capped accordingly']],
      );
      vault.advance(50);
      assert.deepEqual(errorsOf(await renewed(vault, id)), dead);
    }),
  );

  it(
    'with a period live as long as they are renewed, but for an explicit max',
    serving({}, async (vault) => {
      const periodic = vault.token({ period: 60 }).id;
      const bounded = vault.token({ period: 60, explicitMaxTtl: 100 }).id;
      for (let times = 0; times < 2; times += 1) {
        vault.advance(45);
        assert.equal((await renewed(vault, periodic, 5)).json.auth.lease_duration, 60);
        assert.equal((await renewed(vault, bounded)).json.auth.lease_duration, times === 0 ? 55 : 10);
      }
      assert.equal((await lookedUp(vault, periodic)).json.data.period, 60);
    }),
  );

  it(
    'that never end, batch tokens and unrenewable ones are not renewed',
    serving({}, async (vault) => {
      const forever = (await lookedUp(vault, vault.root)).json.data;
      assert.deepEqual([forever.ttl, forever.expire_time], [0, null]);
      const batch = vault.token({ type: 'batch', ttl: 60 });
      const looked = (await lookedUp(vault, batch.id)).json.data;
      assert.deepEqual([looked.type, looked.accessor, looked.renewable, batch.id.slice(0, 4)], ['batch', '', false, 'hvb.']);
      assert.match((await renewed(vault, batch.id)).json.errors[0], /batch tokens cannot be renewed/);
      assert.match((await renewed(vault, vault.token({ renewable: false }).id)).json.errors[0], /lease is not renewable/);
      assert.equal((await renewed(vault, batch.id)).status, 400);
    }),
  );

  it(
    'with a number of uses are used up',
    serving({}, async (vault) => {
      const { id } = vault.token({ numUses: 2 });
      assert.equal((await lookedUp(vault, id)).json.data.num_uses, 1);
      assert.equal((await lookedUp(vault, id)).json.data.num_uses, -1);
      assert.deepEqual(errorsOf(await lookedUp(vault, id)), dead);
    }),
  );

  it(
    'are revoked by themselves, with their children',
    serving({}, async (vault) => {
      vault.policy('parent', { 'auth/token/create': ['update'] });
      const { id } = vault.token({ policies: ['parent'] });
      const child = (await send(vault, 'auth/token/create', { token: id, body: { ttl: '1h', policies: ['default'] } })).json.auth;
      assert.deepEqual([child.orphan, child.lease_duration], [false, 3600]);
      assert.equal((await send(vault, 'auth/token/revoke-self', { token: id, body: {} })).status, 204);
      assert.deepEqual(errorsOf(await lookedUp(vault, child.client_token)), dead);
    }),
  );

  it(
    'are not renewed when the role is gone or the user has other policies',
    serving({}, async (vault) => {
      const users = { jane: { password: 'p', policies: ['app'] } };
      vault.userPass('userpass', users);
      const { client_token } = (await send(vault, 'auth/userpass/login/jane', { token: '', body: { password: 'p' } })).json.auth;
      assert.equal((await renewed(vault, client_token)).status, 200);
      users.jane.policies = ['other'];
      assert.deepEqual(errorsOf(await renewed(vault, client_token)), {
        status: 500,
        errors: ['1 error occurred:\n\t* failed to renew entry: policies have changed, not renewing\n\n'],
      });
    }),
  );

  it(
    'that are new may be unknown for some requests',
    serving({}, async (vault) => {
      vault.userPass('userpass', { jane: { password: 'p' } });
      vault.rejectNewTokens(2);
      const { client_token } = (await send(vault, 'auth/userpass/login/jane', { token: '', body: { password: 'p' } })).json.auth;
      const statuses = [
        await lookedUp(vault, client_token),
        await lookedUp(vault, client_token),
        await lookedUp(vault, client_token),
      ];
      assert.deepEqual(
        statuses.map(({ status }) => status),
        [403, 403, 200],
      );
    }),
  );
});

describe("the double's leases", () => {
  const creds = (vault: VaultDouble, token: string): Promise<Got> => send(vault, 'database/creds/ro', { token });
  const lease = (vault: VaultDouble, deed: string, lease_id: string, more: Sent & { increment?: number } = {}): Promise<Got> =>
    send(vault, `sys/leases/${deed}`, { ...more, body: { lease_id, ...(more.increment ? { increment: more.increment } : {}) } });
  const reader = (vault: VaultDouble, more = {}): string => {
    vault.policy('db', { 'database/*': ['read'] });
    return vault.token({ policies: ['db'], ttl: 600, ...more }).id;
  };

  it(
    'make a user each, are renewed up to their max TTL, and drop it at the end',
    serving({}, async (vault) => {
      const database = vault.database('database', { roles: { ro: { ttl: 20, maxTtl: 45 } } });
      const token = reader(vault);
      const { lease_id, lease_duration, renewable, data } = (await creds(vault, token)).json;
      assert.match(lease_id, /^database\/creds\/ro\/.{24}$/);
      assert.deepEqual([lease_duration, renewable, database.accepts(data.username, data.password)], [20, true, true]);
      const granted = [];
      for (let times = 0; times < 3; times += 1) {
        vault.advance(14);
        const { lease_duration, warnings } = (await lease(vault, 'renew', lease_id, { token })).json;
        granted.push([lease_duration, warnings === null]);
      }
      assert.deepEqual(granted, [
        [20, true],
        [17, false],
        [3, false],
      ]);
      const looked = (await lease(vault, 'lookup', lease_id, { token })).json;
      assert.deepEqual([looked.data.ttl, looked.ttl, looked.data.id], [3, 3, lease_id]);
      vault.advance(3);
      assert.equal(database.accepts(data.username, data.password), false);
      assert.deepEqual(errorsOf(await lease(vault, 'renew', lease_id, { token })), { status: 400, errors: ['lease not found'] });
      assert.deepEqual(errorsOf(await lease(vault, 'lookup', lease_id, { token })), { status: 400, errors: ['invalid lease'] });
      assert.deepEqual(
        database.users.map(({ username, droppedAt }) => [username, droppedAt]),
        [[data.username, start + 45_000]],
      );
    }),
  );

  it(
    'are revoked on their own if the policy has it, and with their token',
    serving({}, async (vault) => {
      const database = vault.database('database', { roles: { ro: { ttl: 20 } } });
      const token = reader(vault);
      const first = (await creds(vault, token)).json.lease_id;
      assert.equal((await lease(vault, 'revoke', first, { token })).status, 403);
      assert.equal((await lease(vault, 'revoke', first)).status, 204);
      await creds(vault, token);
      assert.equal(vault.leases.live().length, 1);
      await send(vault, 'auth/token/revoke-self', { token, body: {} });
      assert.deepEqual([vault.leases.live(), database.users.filter(({ droppedAt }) => droppedAt === undefined)], [[], []]);
    }),
  );

  it(
    'of a batch token end with it',
    serving({}, async (vault) => {
      vault.database('database', { roles: { ro: { ttl: 100 } } });
      const token = reader(vault, { type: 'batch', ttl: 60 });
      const { lease_id, lease_duration } = (await creds(vault, token)).json;
      assert.equal(lease_duration, 60);
      vault.advance(10);
      assert.equal((await lease(vault, 'renew', lease_id, { token, increment: 500 })).json.lease_duration, 50);
      vault.advance(50);
      assert.deepEqual(vault.leases.live(), []);
    }),
  );

  it(
    'may be too many, of an unknown role, and of a database that is down',
    serving({}, async (vault) => {
      const database = vault.database('database', { roles: { ro: { ttl: 20 }, closed: { ttl: 20, isAllowed: false } } });
      vault.leases.limit(0);
      const full = await creds(vault, vault.root);
      assert.deepEqual([full.status, /lease count quota exceeded/.test(full.text)], [429, true]);
      vault.leases.limit(undefined);
      database.setDown(true);
      assert.equal((await creds(vault, vault.root)).status, 500);
      assert.deepEqual(errorsOf(await send(vault, 'database/creds/none')), { status: 400, errors: ['unknown role: none'] });
      assert.match((await send(vault, 'database/creds/closed')).text, /is not an allowed role/);
      assert.deepEqual(database.users, []);
    }),
  );

  it(
    'are none for static roles, whose passwords rotate',
    serving({}, async (vault) => {
      const database = vault.database('database', { staticRoles: { app: { username: 'app', rotationSeconds: 60 } } });
      const read = async () => (await send(vault, 'database/static-creds/app')).json;
      const first = await read();
      assert.deepEqual([first.lease_id, first.data.ttl, first.data.rotation_period, first.data.username], ['', 60, 60, 'app']);
      vault.advance(59);
      assert.deepEqual([(await read()).data.ttl, (await read()).data.password], [1, first.data.password]);
      vault.advance(1);
      const second = await read();
      assert.notEqual(second.data.password, first.data.password);
      assert.equal(second.data.last_vault_rotation, '2026-01-02T03:05:05.12Z');
      assert.deepEqual(
        [database.accepts('app', first.data.password), database.accepts('app', second.data.password)],
        [false, true],
      );
    }),
  );
});

describe("the double's wrapping", () => {
  it(
    'keeps an answer back for one who unwraps, once',
    serving({}, async (vault) => {
      vault.kv2('secret', { app: { a: 1 } });
      const { wrap_info, data } = (await send(vault, 'secret/data/app', { headers: { 'x-vault-wrap-ttl': '60s' } })).json;
      assert.deepEqual(
        [data, wrap_info.ttl, wrap_info.creation_path, wrap_info.creation_time],
        [null, 60, 'secret/data/app', '2026-01-02T03:04:05.12Z'],
      );
      const looked = await send(vault, 'sys/wrapping/lookup', { token: '', body: { token: wrap_info.token } });
      assert.deepEqual(looked.json.data, {
        creation_path: 'secret/data/app',
        creation_time: '2026-01-02T03:04:05.12Z',
        creation_ttl: 60,
      });
      const unwrapped = await send(vault, 'sys/wrapping/unwrap', { token: wrap_info.token, method: 'POST' });
      assert.deepEqual(unwrapped.json.data.data, { a: 1 });
      const again = await send(vault, 'sys/wrapping/unwrap', { token: wrap_info.token, method: 'POST' });
      assert.equal(again.status, 400);
      assert.match(again.json.errors[0], /wrapping token is not valid or does not exist/);
    }),
  );

  it(
    'wraps secret ids and logins, and forgets them at the end',
    serving({}, async (vault) => {
      const roles = vault.appRole('approle', { app: { policies: ['app'] } });
      const wrap = { headers: { 'x-vault-wrap-ttl': '60' } };
      const secretId = (await send(vault, 'auth/approle/role/app/secret-id', { ...wrap, body: {} })).json.wrap_info;
      assert.equal(secretId.creation_path, 'auth/approle/role/app/secret-id');
      const unwrap = { token: vault.token().id, body: { token: secretId.token } };
      const { secret_id } = (await send(vault, 'sys/wrapping/unwrap', unwrap)).json.data;
      const login = { ...wrap, token: '', body: { role_id: roles.roleId('app'), secret_id } };
      const wrapped = (await send(vault, 'auth/approle/login', login)).json;
      assert.equal(wrapped.auth, null);
      assert.equal(typeof wrapped.wrap_info.wrapped_accessor, 'string');
      vault.advance(60);
      assert.equal((await send(vault, 'sys/wrapping/unwrap', { token: wrapped.wrap_info.token, method: 'POST' })).status, 400);
    }),
  );
});

describe("the double's certificates", () => {
  const issue = (vault: VaultDouble, role: string, body: Readonly<Record<string, unknown>>): Promise<Got> =>
    send(vault, `pki/issue/${role}`, { body });

  it(
    'are real, of an intermediate below a root, and of the length of the role',
    serving({}, async (vault) => {
      const pki = vault.pki('pki', { web: { ttl: 20, maxTtl: 60, domains: ['shop'] }, ec: { keyType: 'ec' } });
      const got = (await issue(vault, 'web', { common_name: 'a.shop', alt_names: 'b.shop', ip_sans: '10.0.0.1' })).json;
      const { certificate, ca_chain, issuing_ca, private_key, private_key_type, serial_number, expiration } = got.data;
      const [leaf, intermediate, root] = [certificate, ...ca_chain].map((pem: string) => new X509Certificate(pem));
      assert.ok(leaf && intermediate && root);
      assert.deepEqual(
        [leaf.verify(intermediate.publicKey), intermediate.verify(root.publicKey), leaf.checkIssued(intermediate)],
        [true, true, true],
      );
      assert.deepEqual([root.toString(), issuing_ca], [pki.root, ca_chain[0]]);
      assert.equal(leaf.subjectAltName, 'DNS:a.shop, DNS:b.shop, IP Address:10.0.0.1');
      assert.equal(leaf.checkPrivateKey(createPrivateKey(private_key)), true);
      assert.match(private_key, /^-----BEGIN RSA PRIVATE KEY-----\n[\s\S]*-----$/);
      assert.deepEqual(
        [private_key_type, expiration, leaf.validToDate.getTime()],
        ['rsa', Math.trunc(start / 1000) + 20, expiration * 1000],
      );
      assert.equal(serial_number.replaceAll(':', '').toUpperCase(), leaf.serialNumber);
      assert.deepEqual([got.lease_id, pki.issued.length], ['', 1]);
      const long = (
        await issue(vault, 'web', { common_name: 'shop', ttl: '1h', private_key_format: 'pkcs8', format: 'pem_bundle' })
      ).json;
      assert.match(long.warnings[0], /longer than permitted maxTTL/);
      assert.match(long.data.certificate, /^-----BEGIN PRIVATE KEY-----/);
      assert.equal(long.data.certificate.match(/BEGIN CERTIFICATE/g).length, 3);
      const der = (await issue(vault, 'ec', { common_name: 'x', format: 'der' })).json.data;
      assert.equal(new X509Certificate(Buffer.from(der.certificate, 'base64')).subject, 'CN=x');
      assert.match((await issue(vault, 'web', { common_name: 'evil' })).json.errors[0], /not allowed by this role/);
      assert.match((await issue(vault, 'ec', { common_name: 'x', ttl: '9000h' })).text, /warnings":\["TTL/);
    }),
  );

  it(
    'have a lease if the role says so: it can not be renewed, and its end revokes',
    serving({}, async (vault) => {
      const pki = vault.pki('pki', { web: { ttl: 60, generateLease: true, keyType: 'ec' } });
      const { lease_id, renewable, lease_duration } = (await issue(vault, 'web', { common_name: 'x' })).json;
      assert.deepEqual([renewable, lease_duration], [false, 59]);
      assert.equal((await send(vault, 'sys/leases/renew', { body: { lease_id } })).json.errors[0], 'lease is not renewable');
      assert.equal((await send(vault, 'sys/leases/revoke', { body: { lease_id } })).status, 204);
      assert.equal(pki.issued[0]?.revokedAt, start);
    }),
  );
});

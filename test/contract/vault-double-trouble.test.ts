import assert from 'node:assert/strict';
import { request as httpsRequest } from 'node:https';
import { describe, it } from 'node:test';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { jwtSigner } from '../servers/projected-token.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import { type Got, send, serving, start } from './vault-double-calls.ts';

const statusOf = async (got: Promise<Got>): Promise<number> => (await got).status;

describe("the double's namespaces", () => {
  it(
    'are a header or the beginning of the path, and hold their own mounts and logins',
    serving({ namespaces: ['team', 'team/app'] }, async (vault) => {
      vault.kv2('team/app/secret', { db: { a: 1 } });
      vault.userPass('team/userpass', { jane: { password: 'p', policies: ['app'] } });
      vault.policy('app', { 'app/secret/data/*': ['read'] });
      const inTeam = { 'x-vault-namespace': 'team/' };
      const inApp = { 'x-vault-namespace': 'team/app' };
      const { client_token: token } = (
        await send(vault, 'auth/userpass/login/jane', { token: '', headers: inTeam, body: { password: 'p' } })
      ).json.auth;
      assert.equal(await statusOf(send(vault, 'secret/data/db', { token, headers: inApp })), 200);
      assert.equal(await statusOf(send(vault, 'app/secret/data/db', { token, headers: inTeam })), 200);
      assert.equal(await statusOf(send(vault, 'team/app/secret/data/db', { token })), 200);
      assert.equal(await statusOf(send(vault, 'secret/data/db', { token })), 403);
      assert.equal(await statusOf(send(vault, 'secret/data/db')), 404);
      assert.equal(await statusOf(send(vault, 'secret/data/db', { headers: { 'x-vault-namespace': 'nobody' } })), 404);
      assert.equal((await send(vault, 'auth/token/lookup-self', { token, headers: inTeam })).json.data.namespace_path, 'team/');
      assert.equal(await statusOf(send(vault, 'auth/token/lookup-self', { token, headers: inApp })), 403);
      const [, first] = vault.requests;
      assert.deepEqual([first?.namespace, first?.path, first?.accessor === ''], ['team/app', 'secret/data/db', false]);
    }),
  );
});

describe("the double's node", () => {
  it(
    'tells its state by the code of sys/health',
    serving({}, async (vault) => {
      const health = (query = '') => send(vault, `sys/health${query}`, { token: '' });
      const active = await health();
      assert.deepEqual([active.status, active.json.sealed, active.json.server_time_utc], [200, false, Math.trunc(start / 1000)]);
      const codes = [];
      for (const kind of ['standby', 'performanceStandby', 'sealed', 'uninitialised'] as const) {
        vault.state({ kind });
        codes.push((await health()).status);
      }
      assert.deepEqual(codes, [429, 473, 503, 501]);
      vault.state({ kind: 'standby' });
      assert.deepEqual([(await health('?standbyok=true')).status, (await health('?standbycode=299')).status], [200, 299]);
    }),
  );

  it(
    'is sealed, has no leader, or sends clients to the leader',
    serving({}, async (vault) => {
      vault.kv1('kv', { a: { a: 1 } });
      vault.seal();
      const sealed = await send(vault, 'kv/a');
      assert.deepEqual([sealed.status, sealed.json], [503, { errors: ['Vault is sealed'] }]);
      vault.state({ kind: 'leaderless' });
      assert.equal(await statusOf(send(vault, 'kv/a')), 500);
      vault.state({ kind: 'standby', leader: 'http://127.0.0.1:1' });
      const moved = await send(vault, 'kv/a?x=1');
      assert.deepEqual([moved.status, moved.headers.get('location')], [307, 'http://127.0.0.1:1/v1/kv/a?x=1']);
      vault.state({ kind: 'standby' });
      assert.equal(await statusOf(send(vault, 'kv/a')), 200);
      vault.unseal();
      assert.equal(await statusOf(send(vault, 'kv/a')), 200);
    }),
  );

  it(
    'limits the rate below a path, with and without Retry-After',
    serving({}, async (vault) => {
      vault.kv1('kv', { a: { a: 1 } });
      const limit = vault.rateLimit({ path: 'kv/*', requests: 2, intervalSeconds: 10, tellsRetryAfter: true });
      vault.advance(3);
      const got = [await send(vault, 'kv/a'), await send(vault, 'kv/a'), await send(vault, 'kv/a')];
      assert.deepEqual(
        got.map(({ status, headers }) => [status, headers.get('retry-after')]),
        [
          [200, null],
          [200, null],
          [429, '7'],
        ],
      );
      vault.advance(7);
      assert.equal(await statusOf(send(vault, 'kv/a')), 200);
      limit.end();
      vault.rateLimit({ requests: 0, intervalSeconds: 10 });
      const bare = await send(vault, 'kv/a');
      assert.deepEqual([bare.status, bare.headers.get('retry-after')], [429, null]);
      assert.equal(await statusOf(send(vault, 'sys/health')), 200);
    }),
  );
});

describe("the double's faults", () => {
  it(
    'hit a path as often as they are told',
    serving({}, async (vault) => {
      vault.kv1('kv', { a: { a: 1 } });
      const html = vault.fault({
        path: 'kv/*',
        times: 2,
        trouble: { kind: 'answer', status: 502, body: '<html>Bad Gateway</html>' },
      });
      const page = await send(vault, 'kv/a');
      assert.deepEqual(
        [page.status, page.text, page.headers.get('content-type')],
        [502, '<html>Bad Gateway</html>', 'text/html'],
      );
      assert.equal(await statusOf(send(vault, 'auth/token/lookup-self')), 200);
      assert.deepEqual([await statusOf(send(vault, 'kv/a')), await statusOf(send(vault, 'kv/a')), html.hits()], [502, 200, 2]);
      vault.fault({ trouble: { kind: 'error', status: 503, errors: ['x'], headers: { 'retry-after': '3' } } });
      const error = await send(vault, 'kv/a');
      assert.deepEqual([error.status, error.json, error.headers.get('retry-after')], [503, { errors: ['x'] }, '3']);
      vault.fault({ trouble: { kind: 'redirect', location: '/v1/kv/b', status: 302 } });
      assert.equal(await statusOf(send(vault, 'kv/a')), 302);
      vault.fault({ times: 2, trouble: { kind: 'behind' } });
      assert.equal(await statusOf(send(vault, 'kv/a')), 412);
      assert.equal(await statusOf(send(vault, 'kv/a', { headers: { 'x-vault-inconsistent': 'forward-active-node' } })), 200);
      vault.fault({ times: Number.POSITIVE_INFINITY, trouble: { kind: 'error', status: 500 } });
      vault.endFaults();
      assert.equal(await statusOf(send(vault, 'kv/a')), 200);
    }),
  );

  it(
    'cut the connection before the work, after it, or in the middle of the answer',
    serving({}, async (vault) => {
      const database = vault.database('database', { roles: { ro: { ttl: 20 } } });
      vault.fault({ trouble: { kind: 'reset', when: 'before' } });
      await assert.rejects(send(vault, 'database/creds/ro'));
      assert.equal(database.users.length, 0);
      vault.fault({ trouble: { kind: 'reset', when: 'after' } });
      await assert.rejects(send(vault, 'database/creds/ro'));
      assert.equal(database.users.length, 1);
      vault.fault({ trouble: { kind: 'half' } });
      await assert.rejects(send(vault, 'database/creds/ro'));
      assert.equal(database.users.length, 2);
      vault.fault({ trouble: { kind: 'oversized', bytes: 1_000_000 } });
      assert.ok((await send(vault, 'database/creds/ro')).text.length > 1_000_000);
    }),
  );

  it(
    'hold an answer back until a test lets it go',
    serving({}, async (vault) => {
      vault.kv1('kv', { a: { a: 1 } });
      const gate = Promise.withResolvers<void>();
      vault.fault({ trouble: { kind: 'held', until: gate.promise, when: 'after' } });
      let isThere = false;
      const got = send(vault, 'kv/a').then(() => {
        isThere = true;
      });
      assert.equal(await statusOf(send(vault, 'kv/a')), 200);
      assert.equal(isThere, false);
      gate.resolve();
      await got;
    }),
  );
});

describe("the double's log", () => {
  it(
    'counts by path, method, status and token, and keeps no value',
    serving({ indexes: true }, async (vault) => {
      vault.kv2('secret', { app: { a: 1 } });
      const { id, accessor } = vault.token();
      await send(vault, 'secret/data/app');
      await send(vault, 'secret/data/app?version=1', { token: id });
      const written = await send(vault, 'secret/data/app', { body: { data: { a: 'VALUE' } } });
      assert.equal(typeof written.headers.get('x-vault-index'), 'string');
      assert.deepEqual([vault.count(), vault.count('secret/data/*'), vault.count('secret/metadata/*')], [3, 3, 0]);
      assert.deepEqual([vault.count({ method: 'POST' }), vault.count({ status: 403 }), vault.count({ accessor })], [1, 1, 1]);
      assert.deepEqual(vault.requests[1]?.query, { version: '1' });
      assert.deepEqual(vault.requests[2]?.bodyKeys, ['data']);
      assert.doesNotMatch(JSON.stringify(vault.requests), new RegExp(`VALUE|${vault.root}|${id}`));
      vault.forgetRequests();
      assert.equal(vault.count(), 0);
    }),
  );

  it(
    'refuses relative paths, bad JSON and what is not below /v1/',
    serving({ plainErrors: true, flavour: 'openBao' }, async (vault) => {
      assert.equal(await statusOf(send(vault, 'secret/%2e%2e%2fx')), 400);
      const empty = await send(vault, 'kv//a?version=1');
      assert.deepEqual([empty.status, empty.headers.get('location')], [307, '/v1/kv/a?version=1']);
      assert.equal(await statusOf(send(vault, 'kv/a', { body: '{' })), 500);
      assert.deepEqual((await send(vault, 'kv/a', { token: 'hvs.no' })).json, { errors: ['permission denied'] });
      vault.kv1('kv', { 'a b/c?#%': { a: 1 } });
      const odd = await send(vault, 'kv/a%20b/c%3F%23%25');
      assert.deepEqual([odd.json.data, 'mount_type' in odd.json], [{ a: 1 }, false]);
    }),
  );
});

interface Secure {
  readonly ca?: string | undefined;
  readonly key?: string;
  readonly cert?: string;
  readonly token?: string;
}

function secured(
  vault: VaultDouble,
  path: string,
  { token = '', ...tls }: Secure,
): Promise<{ readonly status: number; readonly json: Got['json'] }> {
  return new Promise((resolve, reject) => {
    const request = httpsRequest(
      `${vault.url}/v1/${path}`,
      { ...tls, method: 'POST', agent: false, headers: { 'x-vault-token': token } },
      (response) => {
        const chunks: Buffer[] = [];
        response.on('data', (chunk) => chunks.push(chunk));
        response.on('end', () =>
          resolve({ status: response.statusCode ?? 0, json: JSON.parse(Buffer.concat(chunks).toString()) }),
        );
      },
    );
    request.on('error', reject);
    request.end('{}');
  });
}

describe("the double's TLS", () => {
  it('knows clients by their certificate, at logins and renewals', async () => {
    const vault = await startVaultDouble({ tls: true });
    try {
      const [known, other] = [selfSigned(), selfSigned()];
      vault.cert('cert', { web: { certificate: known.cert, policies: ['web'] } });
      const ca = vault.ca();
      assert.match((await secured(vault, 'auth/cert/login', { ca })).json.errors[0], /no client certificate supplied/);
      assert.match(
        (await secured(vault, 'auth/cert/login', { ca, ...other })).json.errors[0],
        /no chain matching all constraints/,
      );
      const { auth } = (await secured(vault, 'auth/cert/login', { ca, ...known })).json;
      assert.deepEqual([auth.policies, auth.metadata.cert_name], [['default', 'web'], 'web']);
      const renewal = (tls: Secure) => secured(vault, 'auth/token/renew-self', { ca, token: auth.client_token, ...tls });
      assert.deepEqual(
        [(await renewal(known)).status, (await renewal(other)).status, (await renewal({})).status],
        [200, 500, 500],
      );
      vault.rotateCertificate();
      await assert.rejects(secured(vault, 'auth/cert/login', { ca, ...known }));
      assert.equal((await secured(vault, 'auth/cert/login', { ca: vault.ca(), ...known })).status, 200);
    } finally {
      await vault.close();
    }
  });
});

describe("the double's logins from clouds", () => {
  const base64 = (value: unknown): string =>
    Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64');
  const signed = (names: string, more = {}) => ({
    role: 'app',
    iam_http_request_method: 'POST',
    iam_request_url: base64('https://sts.amazonaws.com/'),
    iam_request_body: base64('Action=GetCallerIdentity&Version=2011-06-15'),
    iam_request_headers: base64({
      Authorization: [
        `AWS4-HMAC-SHA256 Credential=AKIA/20260102/us-east-1/sts/aws4_request, SignedHeaders=${names}, Signature=${'0'.repeat(64)}`,
      ],
      'X-Amz-Date': ['20260102T030405Z'],
      ...more,
    }),
  });

  it(
    'look at the shape of a signed GetCallerIdentity',
    serving({}, async (vault) => {
      vault.aws('aws', {
        serverId: 'vault.example',
        roles: { app: { policies: ['app'] }, strict: { principals: ['arn:aws:iam::1:role/x'] } },
      });
      const login = (body: unknown) => send(vault, 'auth/aws/login', { token: '', body });
      const named = { 'X-Vault-AWS-IAM-Server-ID': ['vault.example'] };
      const good = await login(signed('host;x-amz-date;x-vault-aws-iam-server-id', named));
      assert.deepEqual([good.status, good.json.auth.metadata.auth_type], [200, 'iam']);
      assert.match((await login(signed('host;x-amz-date', named))).text, /Server-ID/);
      assert.match((await login(signed('host;x-amz-date'))).text, /Server-ID/);
      assert.match((await login({ ...signed('host'), iam_request_url: '' })).text, /missing iam_request_url/);
      assert.match(
        (await login({ ...signed('host;x-vault-aws-iam-server-id', named), role: 'strict' })).text,
        /does not belong to the role/,
      );
    }),
  );

  it(
    'look at the claims of a JWT of Google',
    serving({}, async (vault) => {
      vault.gcp('gcp', { app: { serviceAccounts: ['app@p.iam'], policies: ['app'] } });
      const login = (claims: Readonly<Record<string, unknown>>) =>
        send(vault, 'auth/gcp/login', { token: '', body: { role: 'app', jwt: signer.sign(claims) } });
      const signer = jwtSigner();
      const now = start / 1000;
      const claims = { sub: 'app@p.iam', aud: 'vault/app', exp: now + 900 };
      assert.equal((await login(claims)).status, 200);
      assert.match((await login({ ...claims, aud: 'vault/other' })).text, /JWT claim 'aud' must end in/);
      assert.match((await login({ ...claims, exp: now + 3600 })).text, /expire within 900/);
      assert.match((await login({ ...claims, sub: 'x' })).text, /not authorized/);
      assert.match((await login({ ...claims, exp: now })).text, /expired/);
    }),
  );
});

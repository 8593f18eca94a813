import { jwtSigner, type ProjectedClaims, signedProjectedToken } from '../servers/projected-token.ts';
import type { Got, Sent } from '../servers/vault-send.ts';
import type { VaultHands } from './vault-hands.ts';
import { dataOf, deadToken, denied, done, envelope, inTurn, keysOf, none, refused, said, steady } from './vault-wire-answers.ts';
import { leaseCases } from './vault-wire-leases.ts';

/**
 * What a Vault answers, by request: one table, run against the double and against a real server. Where they disagree, the double is wrong.
 * Times, ids and durations are left out, or written as `<...>`.
 */
export interface WireCase {
  readonly name: string;
  /** Left out where there is none: a real Vault makes users of a real database. */
  readonly needs?: 'database';
  readonly run: (vault: VaultHands) => Promise<unknown>;
  readonly expected: unknown;
}

/** Signs the tokens of pods. */
export const wireSigner = jwtSigner();

const jwtOf = (claims: Partial<ProjectedClaims> = {}, by = wireSigner): string =>
  signedProjectedToken(by, { namespace: 'shop', serviceAccount: 'web', ...claims });

const authKeys = [
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
];

const useApi = 'See the API docs for the appropriate API endpoints to use. If using the Vault CLI, use';

const kvOne: readonly WireCase[] = [
  {
    name: 'KV v1: reads, lists, nothing there, nothing to write, not a file',
    run: async ({ kv1, send }) => {
      await kv1('one');
      return inTurn([
        () => said(send('one/a', { body: '{"z":1.0,"a":12345678901234567890,"e":1e3,"t":"<é>"}' })),
        async () => (await send('one/a')).text.match(/"data":(\{[^}]*\})/)?.[1],
        () => said(send('one/a'), keysOf),
        () => said(send('one/a/')),
        () => said(send('one/none')),
        () => said(send('one/b/c', { body: { ttl: '1h' } })),
        () => said(send('one/?list=true'), dataOf),
        () => said(send('one?list=true'), dataOf),
        () => said(send('one/b?list=true'), dataOf),
        () => said(send('one/a?list=true')),
        () => said(send('one/none/?list=true')),
        () => said(send('one/')),
        () => said(send('one/empty', { body: {} })),
        () => said(send('one/none', { method: 'DELETE' })),
        () => said(send('one/a', { method: 'DELETE' })),
        () => said(send('one/a')),
      ]);
    },
    expected: [
      done,
      '{"a":12345678901234567890,"e":1e3,"t":"\\u003cé\\u003e","z":1.0}',
      [200, envelope],
      none,
      none,
      done,
      [200, { keys: ['a', 'b/'] }],
      [200, { keys: ['a', 'b/'] }],
      [200, { keys: ['c'] }],
      none,
      none,
      none,
      [400, 'missing data fields'],
      done,
      done,
      none,
    ],
  },
  {
    name: 'KV v1: lease_duration is that of ttl or lease',
    run: async ({ kv1, send }) => {
      await kv1('one-ttl');
      const bodies = [{ ttl: '1h' }, { lease: 30 }, { ttl: 'soon' }, { ttl: 3600 }, { ttl: '3600' }, { ttl: '1.5h' }, { x: 1 }];
      return inTurn(
        bodies.map((body) => async () => {
          await send('one-ttl/a', { body });
          const { lease_id, renewable, lease_duration } = (await send('one-ttl/a')).json;
          return [lease_id, renewable, lease_duration];
        }),
      );
    },
    expected: [
      ['', false, 3600],
      ['', false, 30],
      ['', false, 2764800],
      ['', false, 3600],
      ['', false, 3600],
      ['', false, 5400],
      ['', false, 2764800],
    ],
  },
];

const kvTwo: readonly WireCase[] = [
  {
    name: 'KV v2: versions, numbers, nothing there in both forms',
    run: async ({ kv2, send }) => {
      await kv2('two');
      const read = (path: string) => said(send(`two/data/${path}`), ({ data }) => data.data);
      return inTurn([
        () =>
          said(send('two/data/a', { body: '{"data":{"n":12345678901234567890,"f":1.50,"i":9007199254740993}}' }), (json) =>
            keysOf(json.data),
          ),
        async () => (await send('two/data/a')).text.match(/"data":(\{"f[^}]*\})/)?.[1],
        () => said(send('two/data/a', { body: { data: { user: 'u' } } }), ({ data }) => data.version),
        () => said(send('two/data/a'), (json) => [keysOf(json), keysOf(json.data), keysOf(json.data.metadata)]),
        () => read('a?version=1'),
        () => read('a?version=0'),
        () => read('a?version=7'),
        () => read('a?version=-1'),
        () => read('a?version=x'),
        () => read('none'),
        () => said(send('two/metadata/none')),
        () => said(send('two/data/')),
        () => said(send('two/data')),
        () => said(send('two/data/?list=true')),
        () => said(send('two/metadata/')),
        () => said(send('two/')),
      ]);
    },
    expected: [
      [200, ['created_time', 'custom_metadata', 'deletion_time', 'destroyed', 'version']],
      '{"f":1.5,"i":9007199254740992,"n":12345678901234567000}',
      [200, 2],
      [200, [envelope, ['data', 'metadata'], ['created_time', 'custom_metadata', 'deletion_time', 'destroyed', 'version']]],
      [200, { f: 1.5, i: 9007199254740992, n: 12345678901234567000 }],
      [200, { user: 'u' }],
      none,
      [200, { user: 'u' }],
      [
        400,
        'Field validation failed: error converting input for field "version": cannot parse \'\' as int: strconv.ParseInt: parsing "x": invalid syntax',
      ],
      none,
      none,
      none,
      none,
      none,
      none,
      none,
    ],
  },
  {
    name: 'KV v2: deleted, undeleted and destroyed versions',
    run: async ({ kv2, send }) => {
      await kv2('two-gone');
      await send('two-gone/data/a', { body: { data: { n: 1 } } });
      await send('two-gone/data/a', { body: { data: { n: 2 } } });
      const read = (query = '') =>
        said(send(`two-gone/data/a${query}`), ({ data }) => [
          data.data,
          data.metadata.deletion_time !== '',
          data.metadata.destroyed,
          data.metadata.version,
        ]);
      const change = (deed: string, body: unknown) => said(send(`two-gone/${deed}/a`, { body }));
      return inTurn([
        () => said(send('two-gone/data/a', { method: 'DELETE' })),
        () => read(),
        () => read('?version=1'),
        () => change('undelete', { versions: [2] }),
        () => read(),
        () => change('delete', { versions: [1] }),
        () => read('?version=1'),
        () => change('destroy', { versions: [1] }),
        () => read('?version=1'),
        () => change('undelete', { versions: [1] }),
        () => read('?version=1'),
        () => change('undelete', {}),
        () => said(send('two-gone/destroy/none', { body: { versions: [1] } })),
        () => said(send('two-gone/data/none', { method: 'DELETE' })),
        () => said(send('two-gone/metadata/a'), ({ data }) => [keysOf(data), data.current_version, data.oldest_version]),
        () => said(send('two-gone/metadata/a'), ({ data }) => [keysOf(data.versions), keysOf(data.versions['1'])]),
        () => said(send('two-gone/metadata/a', { method: 'DELETE' })),
        () => said(send('two-gone/data/a')),
        () => said(send('two-gone/metadata?list=true')),
      ]);
    },
    expected: [
      done,
      [404, [null, true, false, 2]],
      [200, [{ n: 1 }, false, false, 1]],
      done,
      [200, [{ n: 2 }, false, false, 2]],
      done,
      [404, [null, true, false, 1]],
      done,
      [404, [null, true, true, 1]],
      done,
      [404, [null, true, true, 1]],
      [400, 'No version number provided'],
      done,
      done,
      [
        200,
        [
          [
            'cas_required',
            'created_time',
            'current_version',
            'custom_metadata',
            'delete_version_after',
            'last_updated_by',
            'max_versions',
            'oldest_version',
            'updated_time',
            'versions',
          ],
          2,
          0,
        ],
      ],
      [
        200,
        [
          ['1', '2'],
          ['created_by', 'created_time', 'deleted_by', 'deletion_time', 'destroyed'],
        ],
      ],
      done,
      none,
      none,
    ],
  },
  {
    name: 'KV v2: writes that are refused, patches, metadata, pruned versions, lists',
    run: async ({ kv2, send }) => {
      await kv2('two-write');
      const write = (body: unknown, more: Sent = {}) =>
        said(send('two-write/data/a', { body, ...more }), ({ data }) => data.version);
      const patch = (body: unknown) =>
        write(body, { method: 'PATCH', headers: { 'content-type': 'application/merge-patch+json' } });
      return inTurn([
        () => write({}),
        () => write({ data: { a: 1, b: { c: 2 } }, options: { cas: 0 } }),
        () => write({ data: {}, options: { cas: 0 } }),
        () => write({ data: 'text' }),
        () => write({ data: { x: 1 } }, { method: 'PATCH', headers: { 'content-type': 'application/json' } }),
        () => patch({ data: { b: { c: null, d: 3 } } }),
        () => said(send('two-write/data/a'), ({ data }) => data.data),
        () =>
          said(
            send('two-write/data/none', {
              body: { data: { x: 1 } },
              method: 'PATCH',
              headers: { 'content-type': 'application/merge-patch+json' },
            }),
          ),
        () =>
          said(send('two-write/metadata/a', { body: { custom_metadata: { owner: 'me' }, max_versions: 2, cas_required: true } })),
        () => write({ data: { a: 3 } }),
        () => write({ data: { a: 3 }, options: { cas: 2 } }),
        () => write({ data: { a: 4 }, options: { cas: 3 } }),
        () =>
          said(send('two-write/metadata/a'), ({ data }) => [data.custom_metadata, data.oldest_version, keysOf(data.versions)]),
        () => said(send('two-write/data/a?version=1')),
        () => said(send('two-write/metadata/new', { body: { delete_version_after: '1h' } })),
        () =>
          said(send('two-write/metadata/new'), ({ data }) => [data.current_version, data.delete_version_after, data.versions]),
        () => said(send('two-write/data/new')),
        () => said(send('two-write/data/new', { body: { data: {} } }), ({ data }) => data.deletion_time !== ''),
        () => said(send('two-write/data/new'), ({ data }) => [data.data, data.metadata.deletion_time !== '']),
        () => said(send('two-write/data/a/b', { body: { data: {} } }), () => 'written'),
        () => said(send('two-write/metadata/?list=true'), dataOf),
        () => said(send('two-write/metadata?list=true'), dataOf),
        () => said(send('two-write/metadata/a?list=true'), dataOf),
        () => said(send('two-write/metadata/none?list=true')),
        () => said(send('two-write/metadata/new?list=true')),
        () => said(send('two-write/subkeys/a'), ({ data }) => data.subkeys),
      ]);
    },
    expected: [
      [400, 'no data provided'],
      [200, 1],
      [400, 'check-and-set parameter did not match the current version'],
      [400, "error converting input for field \"data\": '' expected a map, got 'string'"],
      [415, 'PATCH requires Content-Type of application/merge-patch+json, provided application/json'],
      [200, 2],
      [200, { a: 1, b: { d: 3 } }],
      none,
      done,
      [400, 'check-and-set parameter required for this call'],
      [200, 3],
      [200, 4],
      [200, [{ owner: 'me' }, 3, ['3', '4']]],
      none,
      done,
      [200, [0, '1h0m0s', {}]],
      none,
      [200, true],
      [200, [{}, true]],
      [200, 'written'],
      [200, { keys: ['a', 'a/', 'new'] }],
      [200, { keys: ['a', 'a/', 'new'] }],
      [200, { keys: ['b'] }],
      none,
      none,
      [200, { a: null }],
    ],
  },
  {
    name: 'KV v2 asked as v1, v1 asked as v2, and no engine at all',
    run: async ({ kv1, kv2, send }) => {
      await kv1('wrong-one');
      await kv2('wrong-two');
      await send('wrong-two/data/a', { body: { data: { n: 1 } } });
      const warned = (json: Got['json']) => [json.data, json.warnings];
      return inTurn([
        () => said(send('wrong-two/a'), warned),
        () => said(send('wrong-two/a?list=true'), warned),
        () => said(send('wrong-two?list=true'), warned),
        () => said(send('wrong-two/a', { body: { x: 1 } }), warned),
        () => said(send('wrong-one/data/a')),
        () => said(send('nowhere/data/a')),
        () => said(send('nowhere?list=true')),
        () => said(send('sys/nothing')),
        () => said(send('auth/nowhere/role/x')),
      ]);
    },
    expected: [
      [404, [null, [`Invalid path for a versioned K/V secrets engine. ${useApi} 'vault kv get' for this operation.`]]],
      [404, [null, [`Invalid path for a versioned K/V secrets engine. ${useApi} 'vault kv list' for this operation.`]]],
      [404, [null, [`Invalid path for a versioned K/V secrets engine. ${useApi} 'vault kv list' for this operation.`]]],
      [404, [null, [`Invalid path for a versioned K/V secrets engine. ${useApi} 'vault kv put' for this operation.`]]],
      none,
      [404, 'no handler for route "nowhere/data/a". route entry not found.'],
      [404, 'no handler for route "nowhere/". route entry not found.'],
      [404, '1 error occurred:\n\t* unsupported path\n\n'],
      [404, 'no handler for route "auth/nowhere/role/x". route entry not found.'],
    ],
  },
];

const transport: readonly WireCase[] = [
  {
    name: 'paths, bodies and methods that no server takes',
    run: async ({ kv1, send }) => {
      await kv1('odd');
      await send('odd/a%20b/c%3F%23%25', { body: { n: 1 } });
      return inTurn([
        () => said(send('odd/a%20b/c%3F%23%25'), dataOf),
        () => said(send('odd/%2e%2e%2fx')),
        () => said(send('odd/a/../b')),
        () => said(send('odd/a', { body: '{' })),
        () => said(send('odd/a', { body: '[]' })),
        async () => [(await send('odd//a?version=1')).status, (await send('odd//a?version=1')).headers['location']],
        () => said(send('sys/health', { token: '' }), keysOf),
        () => said(send('sys/seal-status', { token: '' }), ({ sealed }) => sealed),
      ]);
    },
    expected: [
      [200, { n: 1 }],
      [400, '1 error occurred:\n\t* read failed: relative paths not supported\n\n'],
      none,
      [500, 'malformed JSON, unclosed containers'],
      [
        400,
        'error parsing JSON: failed to parse JSON input: json: cannot unmarshal array into Go value of type map[string]interface {}',
      ],
      [307, '/v1/odd/a?version=1'],
      [
        200,
        [
          'initialized',
          'sealed',
          'standby',
          'performance_standby',
          'replication_performance_mode',
          'replication_dr_mode',
          'server_time_utc',
          'version',
          'enterprise',
          'cluster_name',
          'cluster_id',
          'echo_duration_ms',
          'clock_skew_ms',
          'replication_primary_canary_age_ms',
        ],
      ],
      [200, false],
    ],
  },
  {
    name: 'policies tell data, metadata and lists apart; the preflight tells mounts',
    run: async ({ kv2, policy, token, send }) => {
      await kv2('rules');
      await send('rules/data/app/db', { body: { data: { a: 1 } } });
      await send('rules/data/app/secret', { body: { data: { a: 1 } } });
      await policy('app', { 'rules/data/app/*': ['read'], 'rules/data/app/secret': ['deny'] });
      await policy('lister', { 'rules/metadata/+': ['list'] });
      await policy('folder', { 'rules/metadata/app/': ['list'] });
      await policy('meta', { 'rules/metadata/*': ['read'] });
      const as =
        (name: string, path: string, sent: Sent = {}) =>
        async () =>
          said(send(path, { token: await token({ policies: [name], ttl: 600 }), ...sent }), () => 'allowed');
      return inTurn([
        as('app', 'rules/data/app/db'),
        as('app', 'rules/data/app/none'),
        as('app', 'rules/data/app/secret'),
        as('app', 'rules/data/other'),
        as('app', 'rules/metadata/app/db'),
        as('app', 'rules/data/app/db', { body: { data: {} } }),
        as('app', 'rules/data/app/db', { method: 'DELETE' }),
        as('meta', 'rules/metadata/app/db'),
        as('meta', 'rules/metadata/app?list=true'),
        as('lister', 'rules/metadata/app/?list=true'),
        as('lister', 'rules/metadata/app?list=true'),
        as('folder', 'rules/metadata/app?list=true'),
        as('folder', 'rules/metadata/app/?list=true'),
        as('app', 'nowhere/data/x'),
        as('app', 'sys/internal/ui/mounts/rules/data/app/db'),
        as('app', 'sys/internal/ui/mounts/nowhere'),
        as('none', 'sys/internal/ui/mounts/rules'),
        () => said(send('sys/internal/ui/mounts/rules/data/app/db'), ({ data }) => [data.type, data.options, data.path]),
        () => said(send('sys/internal/ui/mounts/nowhere')),
        () => said(send('rules/data/app/db', { token: '' })),
        () => said(send('rules/data/app/db', { token: 'hvs.CAESInobody' })),
        () => said(send('rules/data/app/db', { token: 'nonsense' })),
        () => said(send('nowhere/data/x', { token: 'hvs.CAESInobody' })),
      ]);
    },
    expected: [
      [200, 'allowed'],
      none,
      denied,
      denied,
      denied,
      denied,
      denied,
      [200, 'allowed'],
      denied,
      [200, 'allowed'],
      [200, 'allowed'],
      [200, 'allowed'],
      [200, 'allowed'],
      denied,
      [200, 'allowed'],
      [403, 'preflight capability check returned 403, please ensure client\'s policies grant access to path "nowhere/"'],
      [403, 'preflight capability check returned 403, please ensure client\'s policies grant access to path "rules/"'],
      [200, ['kv', { version: '2' }, 'rules/']],
      [403, 'preflight capability check returned 403, please ensure client\'s policies grant access to path "nowhere/"'],
      refused,
      deadToken,
      deadToken,
      deadToken,
    ],
  },
];

const tokens: readonly WireCase[] = [
  {
    name: 'tokens: look-up, renewal, the end',
    run: async ({ token, send }) => {
      const look = (id: string, pick: (json: Got['json']) => unknown = dataOf) =>
        said(send('auth/token/lookup-self', { token: id }), pick);
      const renew = (id: string, body: unknown = {}) =>
        said(send('auth/token/renew-self', { token: id, body }), ({ auth, warnings }) => [
          auth.lease_duration,
          warnings?.map(steady) ?? null,
        ]);
      const plain = await token({ policies: ['app'], ttl: 600 });
      const capped = await token({ ttl: 60, explicitMaxTtl: 100 });
      const periodic = await token({ period: 60 });
      const batch = await token({ type: 'batch', ttl: 60 });
      const fixed = await token({ renewable: false, ttl: 60 });
      const used = await token({ numUses: 2, ttl: 60 });
      const root = (await send('auth/token/lookup-self')).json.data.id;
      return inTurn([
        () => look(plain, (json) => [keysOf(json), keysOf(json.data).toSorted()]),
        () =>
          look(plain, ({ data }) => [
            data.creation_ttl,
            data.type,
            data.policies,
            data.renewable,
            data.orphan,
            data.path,
            data.num_uses,
          ]),
        () => renew(plain),
        () => renew(plain, { increment: '1h' }),
        () => renew(plain, { increment: 120 }),
        () => renew(plain, { increment: '120' }),
        () => renew(plain, { increment: 'soon' }),
        () => look(plain, ({ data }) => keysOf(data).filter((key) => key.startsWith('last'))),
        () => renew(capped, { increment: '1h' }).then(withoutSeconds),
        () => renew(periodic, { increment: 5 }),
        () => look(periodic, ({ data }) => [data.period, data.explicit_max_ttl]),
        () => look(batch, ({ data }) => [data.type, data.accessor, data.renewable, data.creation_ttl]),
        () => renew(batch),
        () => said(send('auth/token/revoke-self', { token: batch, body: {} })),
        () => renew(fixed),
        () => renew(root),
        () => look(root, ({ data }) => [data.ttl, data.expire_time, data.creation_ttl, data.renewable]),
        () => look(used, ({ data }) => data.num_uses),
        () => look(used, ({ data }) => data.num_uses),
        () => look(used, ({ data }) => data.num_uses),
        () => said(send('auth/token/revoke-self', { token: plain, body: {} })),
        () => look(plain),
        () => renew(plain),
        () => said(send('auth/token/revoke-self', { token: plain, body: {} })),
        () => said(send('auth/token/lookup', { body: { token: plain } })),
        () => said(send('auth/token/lookup-accessor', { body: { accessor: 'none' } })),
        () => said(send('auth/token/lookup-self', { token: '' })),
      ]);
    },
    expected: [
      [
        200,
        [
          envelope,
          [
            'accessor',
            'creation_time',
            'creation_ttl',
            'display_name',
            'entity_id',
            'expire_time',
            'explicit_max_ttl',
            'id',
            'issue_time',
            'meta',
            'num_uses',
            'orphan',
            'path',
            'policies',
            'renewable',
            'ttl',
            'type',
          ],
        ],
      ],
      [200, [600, 'service', ['app', 'default'], true, true, 'auth/token/create', 0]],
      [200, [600, null]],
      [200, [3600, null]],
      [200, [120, null]],
      [200, [120, null]],
      [400, 'Field validation failed: error converting input for field "increment": time: invalid duration "soon"'],
      [200, ['last_renewal', 'last_renewal_time']],
      [200, ['TTL of "1h" exceeded the effective max_ttl of "<duration>"; TTL value is capped accordingly']],
      [200, [60, null]],
      [200, [60, 0]],
      [200, ['batch', '', false, 60]],
      [400, 'batch tokens cannot be renewed'],
      [400, 'batch tokens cannot be revoked'],
      [400, 'lease is not renewable'],
      [400, 'lease is not renewable'],
      [200, [0, null, 0, false]],
      [200, 1],
      [200, -1],
      deadToken,
      done,
      deadToken,
      deadToken,
      deadToken,
      [403, 'bad token'],
      [400, '1 error occurred:\n\t* invalid accessor\n\n'],
      refused,
    ],
  },
  {
    name: 'tokens: children end with their parent',
    run: async ({ policy, token, send }) => {
      await policy('parent', { 'auth/token/create': ['update'] });
      const parent = await token({ policies: ['parent'], ttl: 600 });
      const made = await send('auth/token/create', { token: parent, body: { ttl: '1h', policies: ['default'] } });
      const { auth } = made.json;
      await send('auth/token/revoke-self', { token: parent, body: {} });
      return [
        [keysOf(auth).toSorted(), auth.orphan, auth.lease_duration, auth.renewable, auth.token_type, auth.policies],
        await said(send('auth/token/lookup-self', { token: auth.client_token })),
      ];
    },
    expected: [[authKeys, false, 3600, true, 'service', ['default']], deadToken],
  },
  {
    name: 'leases that nobody knows',
    run: ({ send }) =>
      inTurn([
        () => said(send('sys/leases/renew', { body: { lease_id: 'database/creds/ro/none' } })),
        () => said(send('sys/leases/renew', { body: {} })),
        () => said(send('sys/leases/lookup', { body: { lease_id: 'database/creds/ro/none' } })),
        () => said(send('sys/leases/revoke', { body: { lease_id: 'database/creds/ro/none' } })),
      ]),
    expected: [[400, 'lease not found'], [400, 'lease_id must be specified'], [400, 'invalid lease'], done],
  },
];

/** The seconds left of a renewal that was cut short depend on when it came. */
function withoutSeconds(answer: unknown): unknown {
  const [status, [, warnings]] = answer as [number, [number, unknown]];
  return [status, warnings];
}

const logins: readonly WireCase[] = [
  {
    name: 'userpass: what it gives, and how it refuses',
    run: async ({ userPass, send }) => {
      await userPass('up', {
        jane: { password: 'right', policies: ['app'], ttl: 600 },
        few: { password: 'p', numUses: 3, ttl: 60 },
      });
      const login = (user: string, body: unknown) =>
        said(send(`auth/up/login/${user}`, { token: '', body }), ({ auth, data }) => [
          data,
          keysOf(auth).toSorted(),
          auth.policies,
          auth.token_policies,
          auth.metadata,
          auth.lease_duration,
          auth.renewable,
          auth.token_type,
          auth.orphan,
          auth.num_uses,
        ]);
      return inTurn([
        () => login('Jane', { password: 'right' }),
        () => login('few', { password: 'p' }),
        () => login('jane', { password: 'wrong' }),
        () => login('nobody', { password: 'wrong' }),
        () => login('jane', {}),
        () => login('jane', { password: '' }),
        () => login('', { password: 'x' }),
        () => said(send('auth/up/login/jane', { token: '' })),
        () => said(send('auth/nowhere/login/jane', { token: '', body: { password: 'x' } })),
        () => said(send('auth/nowhere/login/jane', { body: { password: 'x' } })),
        async () => {
          for (let times = 0; times < 5; times += 1) await login('jane', { password: 'wrong' });
          return login('jane', { password: 'right' });
        },
      ]);
    },
    expected: [
      [200, [null, authKeys, ['app', 'default'], ['app', 'default'], { username: 'jane' }, 600, true, 'service', true, 0]],
      [200, [null, authKeys, ['default'], ['default'], { username: 'few' }, 60, true, 'service', true, 3]],
      [400, 'invalid username or password'],
      [400, 'invalid username or password'],
      [400, 'invalid credentials'],
      [400, 'invalid credentials'],
      [400, "cannot write to a path ending in '/'"],
      [405, 'unsupported operation'],
      refused,
      [404, 'no handler for route "auth/nowhere/login/jane". route entry not found.'],
      refused,
    ],
  },
  {
    name: 'userpass: no renewal when the policies have changed, or the user is gone',
    run: async ({ userPass, send }) => {
      await userPass('up-renew', { jane: { password: 'p', policies: ['app'], ttl: 600 } });
      const login = async () =>
        (await send('auth/up-renew/login/jane', { token: '', body: { password: 'p' } })).json.auth.client_token;
      const first = await login();
      const renew = (token: string) =>
        said(send('auth/token/renew-self', { token, body: {} }), (json) => json?.auth.lease_duration);
      const before = await renew(first);
      await userPass('up-renew', { jane: { password: 'p', policies: ['other'], ttl: 600 } });
      const changed = await renew(first);
      const second = await login();
      await userPass('up-renew', {});
      return [before, changed, await renew(second)];
    },
    expected: [[200, 600], [500, '1 error occurred:\n\t* failed to renew entry: policies have changed, not renewing\n\n'], done],
  },
  {
    name: 'approle: what it gives, and how it refuses',
    run: async ({ appRole, send }) => {
      await appRole('ar', { app: { secretIdUses: 2, policies: ['app'], ttl: 600 }, bare: { bindSecretId: false, ttl: 60 } });
      const roleId = async (role: string) => (await send(`auth/ar/role/${role}/role-id`)).json.data.role_id;
      const issued = (await send('auth/ar/role/app/secret-id', { body: {} })).json.data;
      const [role_id, secret_id] = [await roleId('app'), issued.secret_id];
      const login = (body: unknown) =>
        said(send('auth/ar/login', { token: '', body }), ({ auth }) => [auth.metadata, auth.policies, auth.lease_duration]);
      return inTurn([
        async () => [keysOf(issued).toSorted(), issued.secret_id_num_uses, issued.secret_id_ttl],
        () => login({ role_id, secret_id }),
        () => login({ role_id, secret_id: 'wrong' }),
        () => login({ role_id: 'wrong', secret_id }),
        () => login({ role_id, secret_id }),
        () => login({ role_id, secret_id }),
        () => login({ role_id }),
        () => login({ secret_id }),
        async () => login({ role_id: await roleId('bare') }),
        () => said(send('auth/ar/role/none/secret-id', { body: {} })),
      ]);
    },
    expected: [
      [['secret_id', 'secret_id_accessor', 'secret_id_num_uses', 'secret_id_ttl'], 2, 0],
      [200, [{ role_name: 'app' }, ['app', 'default'], 600]],
      [400, 'invalid role or secret ID'],
      [400, 'invalid role or secret ID'],
      [200, [{ role_name: 'app' }, ['app', 'default'], 600]],
      [400, 'invalid role or secret ID'],
      [400, 'missing secret_id'],
      [500, 'failed to determine alias name from login request'],
      [200, [{ role_name: 'bare' }, ['default'], 60]],
      [404, 'role "none" does not exist'],
    ],
  },
  {
    name: 'kubernetes: what it gives, and how it refuses',
    run: async ({ kubernetes, send }) => {
      const bound = { names: ['web-*'], namespaces: ['shop'], policies: ['app'], ttl: 600 };
      await kubernetes('k8s', { app: { ...bound, audience: 'vault' }, any: { ...bound, names: ['web'] } });
      const login = (body: unknown) =>
        said(send('auth/k8s/login', { token: '', body }), ({ auth }) => [auth.metadata, auth.policies, auth.lease_duration]);
      const serviceAccount = 'web-1';
      return inTurn([
        () => login({ role: 'app', jwt: jwtOf({ serviceAccount }) }),
        () => login({ role: 'any', jwt: jwtOf() }),
        () => login({ role: 'app', jwt: jwtOf({ serviceAccount, audience: 'sts' }) }),
        () => login({ role: 'app', jwt: jwtOf({ serviceAccount, expiresAt: Date.now() - 1000 }) }),
        () => login({ role: 'app', jwt: jwtOf({ serviceAccount: 'other' }) }),
        () => login({ role: 'app', jwt: jwtOf({ serviceAccount, namespace: 'other' }) }),
        () => login({ role: 'app', jwt: jwtOf({ serviceAccount }, jwtSigner()) }),
        () => login({ role: 'app', jwt: 'no jwt' }),
        () => login({ role: 'app' }),
        () => login({ jwt: jwtOf({ serviceAccount }) }),
        () => login({ role: 'none', jwt: jwtOf({ serviceAccount }) }),
      ]);
    },
    expected: [
      [
        200,
        [
          {
            role: 'app',
            service_account_name: 'web-1',
            service_account_namespace: 'shop',
            service_account_secret_name: '',
            service_account_uid: 'service-account-uid',
          },
          ['app', 'default'],
          600,
        ],
      ],
      [
        200,
        [
          {
            role: 'any',
            service_account_name: 'web',
            service_account_namespace: 'shop',
            service_account_secret_name: '',
            service_account_uid: 'service-account-uid',
          },
          ['app', 'default'],
          600,
        ],
      ],
      [403, 'invalid audience (aud) claim: audience claim does not match any expected audience'],
      refused,
      [403, 'service account name not authorized'],
      [403, 'namespace not authorized'],
      refused,
      refused,
      [400, 'missing jwt'],
      [400, 'missing role'],
      [400, 'invalid role name "none"'],
    ],
  },
  {
    name: 'jwt: what it gives, and how it refuses',
    run: async ({ jwt, send }) => {
      const role = { policies: ['app'], ttl: 600 };
      await jwt('jot', {
        app: { ...role, audiences: ['vault'] },
        open: { ...role, subject: 'system:serviceaccount:shop:web' },
        strict: { ...role, audiences: ['vault'], subject: 'other' },
        claims: { ...role, audiences: ['vault'], claims: { iss: 'x' } },
      });
      const login = (body: unknown) =>
        said(send('auth/jot/login', { token: '', body }), ({ auth }) => [auth.metadata, auth.policies, auth.lease_duration]);
      const late = (seconds: number) => ({ now: Date.now() - 3_600_000, expiresAt: Date.now() - seconds * 1000 });
      return inTurn([
        () => login({ role: 'app', jwt: jwtOf() }),
        () => login({ role: 'app', jwt: jwtOf(late(140)) }),
        () => login({ role: 'app', jwt: jwtOf(late(160)) }),
        () => login({ role: 'app', jwt: jwtOf(late(300)) }),
        () => login({ role: 'app', jwt: jwtOf({ now: Date.now() + 100_000 }) }),
        () => login({ role: 'app', jwt: jwtOf({ now: Date.now() + 300_000 }) }),
        () => login({ role: 'app', jwt: jwtOf({ audience: 'other' }) }),
        () => login({ role: 'open', jwt: jwtOf() }),
        () => login({ role: 'strict', jwt: jwtOf() }),
        () => login({ role: 'claims', jwt: jwtOf() }),
        () => login({ role: 'app', jwt: jwtOf({}, jwtSigner()) }),
        () => login({ role: 'app', jwt: 'no jwt' }),
        () => login({ role: 'app' }),
        () => login({ jwt: jwtOf() }),
        () => login({ role: 'none', jwt: jwtOf() }),
      ]);
    },
    expected: [
      [200, [{ role: 'app' }, ['app', 'default'], 600]],
      [400, 'error validating token: invalid expiration time (exp) claim: token is expired'],
      [400, 'error validating token: invalid expiration time (exp) claim: token is expired'],
      [400, 'error validating token: invalid expiration time (exp) claim: token is expired'],
      [400, 'error validating token: invalid not before (nbf) claim: token not yet valid'],
      [400, 'error validating token: invalid not before (nbf) claim: token not yet valid'],
      [400, 'error validating token: invalid audience (aud) claim: audience claim does not match any expected audience'],
      [400, 'audience claim found in JWT but no audiences bound to the role'],
      [400, 'error validating token: invalid subject (sub) claim'],
      [400, 'error validating claims: claim "iss" does not match any associated bound claim values'],
      [400, 'error validating token: error verifying token signature: no known key successfully validated the token signature'],
      [400, 'error validating token: error verifying token signature: go-jose/go-jose: compact JWS format must have three parts'],
      [400, 'missing token'],
      [400, 'missing role'],
      [400, 'role "none" could not be found'],
    ],
  },
];

const wrapping: readonly WireCase[] = [
  {
    name: 'wrapping: once, word for word, and what is said afterwards',
    run: async ({ kv2, appRole, token, send }) => {
      await kv2('wrapped');
      await appRole('ar-wrap', { app: { ttl: 60 } });
      await send('wrapped/data/a', { body: { data: { a: 1 } } });
      const wrap = { headers: { 'x-vault-wrap-ttl': '60s' } };
      const got = await send('wrapped/data/a', wrap);
      const { wrap_info } = got.json;
      const own = await token({ ttl: 60 });
      const again = (await send('wrapped/data/a', { headers: { 'x-vault-wrap-ttl': '60' } })).json.wrap_info.token;
      const role_id = (await send('auth/ar-wrap/role/app/role-id')).json.data.role_id;
      const secret = (await send('auth/ar-wrap/role/app/secret-id', { ...wrap, body: {} })).json;
      const secret_id = (await send('sys/wrapping/unwrap', { method: 'POST', token: secret.wrap_info.token })).json.data
        .secret_id;
      const login = (await send('auth/ar-wrap/login', { ...wrap, token: '', body: { role_id, secret_id } })).json;
      return inTurn([
        async () => [got.status, got.json.data, keysOf(wrap_info).toSorted(), wrap_info.ttl, wrap_info.creation_path],
        () =>
          said(send('sys/wrapping/lookup', { token: '', body: { token: wrap_info.token } }), ({ data }) => [
            keysOf(data).toSorted(),
            data.creation_ttl,
            data.creation_path,
          ]),
        () => said(send('sys/wrapping/lookup', { token: wrap_info.token, body: {} }), ({ data }) => data.creation_path),
        () => said(send('sys/wrapping/unwrap', { token: wrap_info.token, method: 'POST' }), ({ data }) => data.data),
        () => said(send('sys/wrapping/unwrap', { token: wrap_info.token, method: 'POST' })),
        () => said(send('sys/wrapping/lookup', { token: '', body: { token: wrap_info.token } })),
        () => said(send('sys/wrapping/lookup', { token: '', body: { token: 'nonsense' } })),
        () => said(send('sys/wrapping/unwrap', { token: own, body: { token: again } }), ({ data }) => data.data),
        () => said(send('sys/wrapping/unwrap', { token: own, body: { token: again } })),
        () => said(send('sys/wrapping/unwrap', { token: own, method: 'POST' })),
        () => said(send('sys/wrapping/unwrap', { token: '', method: 'POST' })),
        async () => [secret.wrap_info.creation_path, secret.auth],
        async () => [keysOf(login.wrap_info).toSorted(), login.auth],
        () => said(send('sys/wrapping/unwrap', { token: login.wrap_info.token, method: 'POST' }), ({ auth }) => auth.metadata),
      ]);
    },
    expected: [
      [200, null, ['accessor', 'creation_path', 'creation_time', 'token', 'ttl'], 60, 'wrapped/data/a'],
      [200, [['creation_path', 'creation_time', 'creation_ttl'], 60, 'wrapped/data/a']],
      [200, 'wrapped/data/a'],
      [200, { a: 1 }],
      [400, 'wrapping token is not valid or does not exist'],
      [400, 'wrapping token is not valid or does not exist'],
      [400, 'wrapping token is not valid or does not exist'],
      [200, { a: 1 }],
      [400, 'wrapping token is not valid or does not exist'],
      [400, 'wrapping token is not valid or does not exist'],
      [403, 'error validating wrapping token: token is empty'],
      ['auth/ar-wrap/role/app/secret-id', null],
      [['accessor', 'creation_path', 'creation_time', 'token', 'ttl', 'wrapped_accessor'], null],
      [200, { role_name: 'app' }],
    ],
  },
];

export const wireCases: readonly WireCase[] = [
  ...kvOne,
  ...kvTwo,
  ...transport,
  ...tokens,
  ...logins,
  ...wrapping,
  ...leaseCases,
];

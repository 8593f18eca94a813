import type { Got, Sent } from '../servers/vault-send.ts';
import { dataOf, deadToken, denied, done, envelope, inTurn, keysOf, none, said } from './vault-wire-answers.ts';
import type { WireCase } from './vault-wire-cases.ts';

const lifeOf = ({ lease_id, renewable, lease_duration }: Got['json']): unknown => [
  lease_id.replace(/[\w-]{24}$/, '<lease>'),
  renewable,
  lease_duration,
];

const noPath = [404, '1 error occurred:\n\t* unsupported path\n\n'];
const noMethod = [405, '1 error occurred:\n\t* unsupported operation\n\n'];

/** What engines make, and what becomes of it (vault.md 7, 12). */
export const leaseCases: readonly WireCase[] = [
  {
    name: 'database: what a credential looks like, and how it is refused',
    needs: 'database',
    run: async ({ database, send, policy, token }) => {
      await database('db-made', {
        roles: { app: { ttl: 60, maxTtl: 600 }, free: { ttl: 60 }, other: { ttl: 60, isAllowed: false } },
        staticRoles: { fixed: { username: 'made_fixed', rotationSeconds: 86_400 } },
      });
      await policy('maker', { 'db-made/creds/app': ['read'] });
      const own = await token({ policies: ['maker'], ttl: 600 });
      return inTurn([
        () => said(send('db-made/creds/app'), (json) => [keysOf(json), lifeOf(json), keysOf(json.data), json.mount_type]),
        () => said(send('db-made/creds/app'), ({ data }) => /^v-(root|token)-app-\w{20}-\d{10}$/.test(data.username)),
        () => said(send('db-made/creds/free'), lifeOf),
        () => said(send('db-made/creds/none')),
        () => said(send('db-made/creds/other')),
        () => said(send('db-made/creds')),
        () => said(send('db-made/creds/app/')),
        () => said(send('db-made/creds/app', { body: {} })),
        () => said(send('db-made/nothing/app')),
        () => said(send('db-made/creds/app', { token: own }), lifeOf),
        () => said(send('db-made/creds/free', { token: own })),
        () => said(send('db-made/static-creds/fixed'), (json) => [keysOf(json), lifeOf(json), json.mount_type]),
        () => said(send('db-made/static-creds/fixed'), ({ data }) => [keysOf(data), data.username, data.rotation_period]),
        async () => {
          const [one, other] = [
            (await send('db-made/static-creds/fixed')).json.data,
            (await send('db-made/static-creds/fixed')).json.data,
          ];
          return [one.password === other.password, one.last_vault_rotation === other.last_vault_rotation, one.ttl > 86_000];
        },
        () => said(send('db-made/static-creds/none')),
        () => said(send('db-made/static-creds/app')),
        () => said(send('db-made/creds/fixed')),
      ]);
    },
    expected: [
      [200, [envelope, ['db-made/creds/app/<lease>', true, 60], ['password', 'username'], 'database']],
      [200, true],
      [200, ['db-made/creds/free/<lease>', true, 60]],
      [400, 'unknown role: none'],
      [500, '1 error occurred:\n\t* "other" is not an allowed role\n\n'],
      noPath,
      noPath,
      noMethod,
      noPath,
      [200, ['db-made/creds/app/<lease>', true, 60]],
      denied,
      [200, [envelope, ['', false, 0], 'database']],
      [200, [['last_vault_rotation', 'password', 'rotation_period', 'ttl', 'username'], 'made_fixed', 86400]],
      [true, true, true],
      [400, 'unknown role: none'],
      [400, 'unknown role: app'],
      [400, 'unknown role: fixed'],
    ],
  },
  {
    name: 'leases: renewed, capped, looked up, revoked',
    needs: 'database',
    run: async ({ database, send }) => {
      await database('db-lease', { roles: { app: { ttl: 60, maxTtl: 600 } } });
      const { lease_id } = (await send('db-lease/creds/app')).json;
      const other = (await send('db-lease/creds/app')).json.lease_id;
      const renew = (body: unknown, more: Sent = {}) =>
        said(send('sys/leases/renew', { body, ...more }), (json) => [
          ...[lifeOf(json)],
          json.data,
          json.warnings?.map((each: string) => each.replace(/"[\dhms]+"/g, '"<time>"')) ?? null,
        ]);
      return inTurn([
        () => said(send('sys/leases/renew', { body: { lease_id } }), keysOf),
        () => renew({ lease_id }),
        () => renew({ lease_id, increment: 90 }),
        () => renew({ lease_id, increment: '120s' }),
        () => renew({ lease_id, increment: '2m' }, { method: 'PUT' }),
        async () => {
          const { lease_duration, warnings } = (await send('sys/leases/renew', { body: { lease_id, increment: 6000 } })).json;
          return [lease_duration > 590 && lease_duration <= 600, warnings.length];
        },
        () => renew({ lease_id, increment: 6000 }).then((answer) => JSON.stringify(answer).replace(/\b59\d\b/, '<nearly 600>')),
        () => renew({ lease_id: 'db-lease/creds/app/none' }),
        () => renew({ lease_id: 'nonsense' }),
        () => renew({ lease_id: '' }),
        () => renew({}),
        () => said(send(`sys/leases/renew/${lease_id}`, { body: {} }), lifeOf),
        () => said(send('sys/renew', { body: { lease_id } }), lifeOf),
        () => said(send('sys/leases/renew')),
        () =>
          said(send('sys/leases/lookup', { body: { lease_id } }), ({ data }) => [
            keysOf(data),
            data.id === lease_id,
            data.renewable,
          ]),
        () => said(send('sys/leases/lookup', { body: { lease_id: 'db-lease/creds/app/none' } })),
        () => said(send('sys/leases/lookup', { body: {} })),
        () => said(send('sys/leases/lookup/db-lease/creds/app?list=true'), ({ data }) => data.keys.length),
        () => said(send('sys/leases/lookup/db-lease/creds?list=true'), dataOf),
        () => said(send('sys/leases/lookup/db-lease/creds/none?list=true')),
        () => said(send('sys/leases/revoke', { body: { lease_id, sync: true } })),
        () => said(send('sys/leases/revoke', { body: { lease_id, sync: true } })),
        () => said(send('sys/leases/revoke', { body: { lease_id: 'nonsense' } })),
        () => said(send('sys/leases/revoke', { body: {} })),
        () => renew({ lease_id }),
        () => said(send('sys/leases/lookup', { body: { lease_id } })),
        () => said(send(`sys/leases/revoke/${other}`, { body: {}, method: 'PUT' })),
      ]);
    },
    expected: [
      [200, envelope],
      [200, [['db-lease/creds/app/<lease>', true, 60], null, null]],
      [200, [['db-lease/creds/app/<lease>', true, 90], null, null]],
      [200, [['db-lease/creds/app/<lease>', true, 120], null, null]],
      [200, [['db-lease/creds/app/<lease>', true, 120], null, null]],
      [true, 1],
      '[200,[["db-lease/creds/app/<lease>",true,600],null,["TTL of \\"<time>\\" exceeded the effective max_ttl of \\"<time>\\"; TTL value is capped accordingly"]]]',
      [400, 'lease not found'],
      [400, 'lease not found'],
      [400, 'lease_id must be specified'],
      [400, 'lease_id must be specified'],
      [200, ['db-lease/creds/app/<lease>', true, 60]],
      [200, ['db-lease/creds/app/<lease>', true, 60]],
      noMethod,
      [200, [['expire_time', 'id', 'issue_time', 'last_renewal', 'renewable', 'ttl'], true, true]],
      [400, 'invalid lease'],
      [400, 'lease_id must be specified'],
      [200, 2],
      [200, { keys: ['app/'] }],
      none,
      done,
      done,
      done,
      [400, 'lease_id must be specified'],
      [400, 'lease not found'],
      [400, 'invalid lease'],
      done,
    ],
  },
  {
    name: 'leases: whose they are, and what of a token that ends',
    needs: 'database',
    run: async ({ database, policy, token, send }) => {
      await database('db-owner', { roles: { app: { ttl: 60, maxTtl: 600 } } });
      await policy('reader', { 'db-owner/creds/*': ['read'] });
      await policy('reviser', { 'db-owner/creds/*': ['read'], 'sys/leases/revoke': ['update'] });
      const [reader, reviser] = [
        await token({ policies: ['reader', 'default'], ttl: 600 }),
        await token({ policies: ['reviser', 'default'], ttl: 600 }),
      ];
      const batch = await token({ policies: ['reader'], ttl: 30, type: 'batch' });
      const bare = await token({ policies: ['reader'], ttl: 600, noDefaultPolicy: true });
      const { lease_id } = (await send('db-owner/creds/app', { token: reader })).json;
      const post = (path: string, by: string, body: unknown = { lease_id }) =>
        said(send(path, { token: by, body }), (json) => json && lifeOf(json));
      return inTurn([
        () => post('sys/leases/renew', reader),
        () => post('sys/leases/renew', bare),
        () => post('sys/leases/renew', reviser),
        () => post('sys/leases/revoke', reader),
        () => said(send('sys/leases/lookup', { token: reader, body: { lease_id } }), ({ data }) => data.id === lease_id),
        () => said(send('sys/leases/lookup/db-owner/creds/app?list=true', { token: reader })),
        () => said(send('db-owner/creds/app', { token: batch }), ({ lease_duration }) => lease_duration <= 30),
        async () => {
          const of = (await send('db-owner/creds/app', { token: batch })).json.lease_id;
          return said(
            send('sys/leases/renew', { token: batch, body: { lease_id: of, increment: 90 } }),
            ({ lease_duration }) => lease_duration <= 30,
          );
        },
        () => said(send('auth/token/revoke-self', { token: reader, method: 'POST' })),
        () => post('sys/leases/renew', reader),
        async () => {
          for (const endAt = Date.now() + 20_000; Date.now() < endAt; ) {
            const answer = await said(send('sys/leases/lookup', { body: { lease_id } }));
            if (JSON.stringify(answer) !== '[200]') return answer;
          }
        },
        () => post('sys/leases/revoke', reviser),
      ]);
    },
    expected: [
      [200, ['db-owner/creds/app/<lease>', true, 60]],
      denied,
      [200, ['db-owner/creds/app/<lease>', true, 60]],
      denied,
      [200, true],
      denied,
      [200, true],
      [200, true],
      done,
      deadToken,
      [400, 'invalid lease'],
      done,
    ],
  },
  {
    name: 'pki: what a certificate looks like, and how it is refused',
    run: async ({ pki, send }) => {
      await pki('pki-made', {
        web: { ttl: 3600, maxTtl: 7200, domains: ['shop.test'], keyType: 'ec' },
        leased: { ttl: 60, generateLease: true, keyType: 'ec' },
        rsa: { ttl: 60 },
      });
      const issue = (role: string, body: unknown, pick: (json: Got['json']) => unknown) =>
        said(send(`pki-made/issue/${role}`, { body }), pick);
      const begins = ({ data }: Got['json']) =>
        [data.certificate, data.private_key].map((text: string) => text.split('\n')[0]?.slice(0, 30));
      const name = { common_name: 'web.shop.test' };
      return inTurn([
        () => issue('web', name, (json) => [keysOf(json), lifeOf(json), keysOf(json.data), json.mount_type, json.warnings]),
        () =>
          issue('web', name, ({ data }) => [
            data.private_key_type,
            typeof data.expiration,
            /\n$/.test(data.certificate),
            Array.isArray(data.ca_chain),
          ]),
        () => issue('web', name, begins),
        () => issue('rsa', name, begins),
        () => issue('rsa', { ...name, private_key_format: 'pkcs8' }, begins),
        () => issue('web', { ...name, format: 'pem_bundle' }, begins),
        () => issue('web', { ...name, ttl: '3h' }, (json) => json.warnings),
        () => issue('web', {}, () => 'issued'),
        () => issue('web', { common_name: 'other.test' }, () => 'issued'),
        () => issue('none', name, () => 'issued'),
        () => said(send('pki-made/issue/web')),
        () =>
          issue('leased', name, (json) => [
            json.lease_id.replace(/[\w-]{24}$/, '<lease>'),
            json.renewable,
            json.lease_duration >= 58,
          ]),
        async () => {
          const { lease_id } = (await send('pki-made/issue/leased', { body: name })).json;
          return inTurn([
            () => said(send('sys/leases/renew', { body: { lease_id } })),
            () => said(send('sys/leases/revoke', { body: { lease_id, sync: true } })),
            () => said(send('sys/leases/renew', { body: { lease_id } })),
          ]);
        },
      ]);
    },
    expected: [
      [
        200,
        [
          envelope,
          ['', false, 0],
          ['ca_chain', 'certificate', 'expiration', 'issuing_ca', 'private_key', 'private_key_type', 'serial_number'],
          'pki',
          null,
        ],
      ],
      [200, ['ec', 'number', false, true]],
      [200, ['-----BEGIN CERTIFICATE-----', '-----BEGIN EC PRIVATE KEY-----']],
      [200, ['-----BEGIN CERTIFICATE-----', '-----BEGIN RSA PRIVATE KEY----']],
      [200, ['-----BEGIN CERTIFICATE-----', '-----BEGIN PRIVATE KEY-----']],
      [200, ['-----BEGIN EC PRIVATE KEY-----', '-----BEGIN EC PRIVATE KEY-----']],
      [
        200,
        [
          'TTL "3h0m0s" is longer than permitted maxTTL "2h0m0s", so maxTTL is being used',
          'TTL "3h0m0s" is longer than permitted maxTTL "2h0m0s", so maxTTL is being used',
        ],
      ],
      [
        400,
        'the common_name field is required, or must be provided in a CSR with "use_csr_common_name" set to true, unless "require_cn" is set to false',
      ],
      [400, 'common name other.test not allowed by this role'],
      [400, 'unknown role: none'],
      noMethod,
      [200, ['pki-made/issue/leased/<lease>', false, true]],
      [[400, 'lease is not renewable'], done, [400, 'lease not found']],
    ],
  },
];

import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { inspect } from 'node:util';
import type { GcpAuth } from '../../agent/auth/vault/vault-auth.ts';
import type { Answer } from '../../agent/core/object-ref.ts';
import { SecretValue } from '../../agent/core/secret-value.ts';
import { ref, textOf } from '../contract/provider-contract.ts';
import { type GoogleDouble, googleAccount, googleMachine, startGoogleDouble } from './google-double.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { openStore, writePolicy } from './vault-store.ts';

let server: VaultServer;
let google: GoogleDouble;
let dir: string;

before(async () => {
  google = await startGoogleDouble();
  dir = mkdtempSync(join(tmpdir(), 'keytide-gcp-'));
  const file = join(dir, 'vault.json');
  writeFileSync(file, google.keyFile, { mode: 0o600 });
  // Vault's own credentials: a file, since those that are written to it would lose where their tokens come from.
  server = await startVault({ env: { GOOGLE_APPLICATION_CREDENTIALS: file } });
  await server.set('secret/data/app', { data: { user: 'u' } });
  await writePolicy(server, 'app', { 'secret/data/app': ['read'] });
  await server.set('sys/auth/gcp', { type: 'gcp' });
  const { url } = google;
  await server.set('auth/gcp/config', { custom_endpoint: { api: url, iam: url, crm: url, compute: url } });
  const rules = { token_policies: ['app'], token_ttl: '1h', bound_service_accounts: [googleAccount.email] };
  await server.set('auth/gcp/role/account', { type: 'iam', ...rules });
  await server.set('auth/gcp/role/patient', { type: 'iam', max_jwt_exp: '1h', ...rules });
  await server.set('auth/gcp/role/others', {
    type: 'iam',
    ...rules,
    bound_service_accounts: ['other@shop-1.iam.gserviceaccount.com'],
  });
  const machines = { bound_projects: [googleAccount.projectId], bound_zones: [googleMachine.zone] };
  await server.set('auth/gcp/role/machine', { type: 'gce', ...rules, ...machines });
  await server.set('auth/gcp/role/elsewhere', { type: 'gce', ...rules, ...machines, bound_zones: ['us-east1-b'] });
});
afterEach(() => Object.assign(google, { signing: 'allowed', metadataStatus: 200, machine: 'running' }));
after(async () => {
  await server.close();
  await google.close();
  rmSync(dir, { recursive: true });
});

type How = Partial<GcpAuth> & { readonly role: string };

const byKey = { secretRef: { secretAccessKeySecretRef: { name: 'gcp', key: 'key.json' } } };
const byGoogle = { workloadIdentity: {} };

/** Reads by this login, and closes the store. */
async function answerBy(how: How, key = google.keyFile): Promise<Answer | undefined> {
  const env = { GCE_METADATA_HOST: google.host, CLOUDSDK_API_ENDPOINT_OVERRIDES_IAMCREDENTIALS: google.url };
  const provider = await openStore(server, {
    config: { auth: { kind: 'gcp', path: 'gcp', ...how } },
    effects: { env, credential: async () => SecretValue.ofText(key) },
  });
  const asked = ref('app');
  const answer = (await provider.read([asked], new Map(), new AbortController().signal)).get(asked);
  await provider.close?.();
  return answer;
}

async function reads(how: How): Promise<void> {
  assert.equal(textOf(await answerBy(how)), '{"user":"u"}');
  assert.equal((await server.set('auth/token/accessors?list=true')).keys.length, 1, 'only the root token is left');
}

async function refusalOf(how: How, code: string = 'IDENTITY_REFUSED', key?: string): Promise<string> {
  const answer = await answerBy(how, key);
  assert.ok(answer?.kind === 'failed', inspect(answer));
  assert.equal(answer.error.code, code, inspect(answer.error));
  const shown = inspect(answer.error, { depth: 20, showHidden: true });
  assert.doesNotMatch(shown, /PRIVATE KEY|ya29\.|eyJ/);
  return `${answer.error.message} ${answer.error.hint}`;
}

describe('a real Vault: gcp, of type iam', () => {
  it('takes what the key of a service account signed', async () => {
    await reads({ role: 'account', ...byKey });
  });

  it('takes what Google signed for the account of the pod', async () => {
    await reads({ role: 'account', ...byGoogle });
    assert.ok(google.requests.includes(`POST /v1/projects/-/serviceAccounts/${encodeURIComponent(googleAccount.email)}:signJwt`));
  });

  it('takes the identity of the metadata server where the role allows an hour; where it does not, the refusal says what to write', async () => {
    await reads({ role: 'patient' });
    assert.match(await refusalOf({ role: 'account' }), /expire within 900 seconds.*auth\.gcp\.workloadIdentity/);
  });

  it('refuses an account that the role does not name, and a key that Google does not know', async () => {
    assert.match(
      await refusalOf({ role: 'others', ...byKey }),
      /is not authorized for role.*signed with key "key\.json".*bound_service_accounts/,
    );
    assert.match(await refusalOf({ role: 'others', ...byGoogle }), /is not authorized for role.*signed by Google/);
    const unknown = JSON.stringify({ ...JSON.parse(google.keyFile), private_key_id: 'deleted' });
    assert.match(await refusalOf({ role: 'account', ...byKey }, 'IDENTITY_REFUSED', unknown), /unable to get public key/);
  });

  it('is not asked while Google does not sign for the account: the refusal names the role that is missing there', async () => {
    google.signing = 'denied';
    const logins = google.requests.length;
    assert.match(await refusalOf({ role: 'account', ...byGoogle }), /signJwt' denied.*roles\/iam\.serviceAccountTokenCreator/);
    assert.ok(google.requests.slice(logins).every((request) => !request.includes('/x509/')));
  });
});

describe('a real Vault: gcp, of type gce', () => {
  it('takes the identity of a machine', async () => {
    await reads({ role: 'machine' });
  });

  it('refuses a machine of another zone, one that is gone, and a JWT of an account', async () => {
    assert.match(await refusalOf({ role: 'elsewhere' }), /not in bound zones.*zone/);
    google.machine = 'gone';
    assert.match(await refusalOf({ role: 'machine' }), /unable to find instance/);
    google.machine = 'running';
    assert.match(await refusalOf({ role: 'machine', ...byGoogle }), /no Google OAuth2 provider key found for GCE role.*type iam/);
  });

  it('is not asked while the metadata server has no account for the pod, or is down', async () => {
    google.metadataStatus = 404;
    assert.match(await refusalOf({ role: 'machine' }), /gives no identity.*workload identity/);
    google.metadataStatus = 503;
    assert.match(await refusalOf({ role: 'machine' }, 'IDENTITY_UNAVAILABLE'), /answered 503/);
  });
});

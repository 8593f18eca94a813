import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { jwtSigner, signedProjectedToken } from '../servers/projected-token.ts';
import { startVaultDouble, type VaultDouble } from '../servers/vault-double.ts';
import { ask, keytide, type Place, place, until } from './keytide-process.ts';
import { documents } from './manifests.ts';

let here: Place;
let double: VaultDouble;

const signer = jwtSigner();
const config = { username: 'app', password: 'p<&>"\n\u00e9', port: 5432, 'retry.limits': { max: 1e3, ratio: 0.5 }, empty: null };

beforeEach(async () => {
  here = await place();
  double = await startVaultDouble({ tls: true });
  double.kv2('secret', { 'production/myapp/config': JSON.stringify(config) });
  double.policy('myapp', { 'secret/data/production/myapp/*': ['read'] });
  const role = { names: ['myapp'], namespaces: ['shop'], audience: 'vault', policies: ['myapp'], ttl: 3600 };
  double.kubernetes('kubernetes', { keys: [signer.publicKey], roles: { myapp: role } });
  here.writeToken(signedProjectedToken(signer, { namespace: 'shop', serviceAccount: 'myapp' }));
});

afterEach(async () => {
  await double.close();
  here.remove();
});

/** As the tutorials have it, with the CA of the double. */
function clusterSecretStore(): string {
  return `apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: { name: vault-backend }
spec:
  provider:
    vault:
      server: ${double.url}
      path: secret
      version: v2
      caBundle: ${Buffer.from(double.ca() ?? '').toString('base64')}
      auth:
        kubernetes:
          mountPath: kubernetes
          role: myapp
          serviceAccountRef: { name: myapp, namespace: shop }
`;
}

function extract(key: string, name = 'myapp-config', store = 'vault-backend'): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: ${name} }
spec:
  refreshInterval: 1h
  secretStoreRef: { name: ${store}, kind: ClusterSecretStore }
  target: { name: ${name}, creationPolicy: Owner }
  dataFrom:
    - extract: { key: ${key} }
`;
}

async function init(...flags: readonly string[]): Promise<{ readonly code: number | string; readonly stderr: string }> {
  const process = keytide(['init', ...here.flags, ...flags]);
  return { code: await process.ended, stderr: process.stderr() };
}

describe('keytide init with a Vault store', { timeout: 120_000 }, () => {
  it('delivers what a tutorial asks for, byte for byte, with one login and one read, and leaves its token to `run`', async () => {
    here.write('spec.yaml', documents(clusterSecretStore(), extract('production/myapp/config')));
    const { code, stderr } = await init();
    assert.equal(code, 0, stderr);
    const files = readdirSync(join(here.root, 'myapp-config')).filter((name) => !name.startsWith('..'));
    assert.deepEqual(Object.fromEntries(files.map((name) => [name, here.read(`myapp-config/${name}`)])), {
      ...{ username: 'app', password: 'p<&>"\n\u00e9', port: '5432', 'retry.limits': '{"max":1000,"ratio":0.5}', empty: '' },
    });
    assert.equal(double.count('auth/kubernetes/login'), 1);
    assert.equal(double.count('secret/*'), 1);
    assert.doesNotMatch(stderr, /p<&>|hvs\./);
    const second = await init();
    assert.equal(second.code, 0, second.stderr);
    assert.deepEqual([double.count('auth/kubernetes/login'), double.liveTokens().length], [1, 1]);
    const run = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`]);
    await until('the next agent has delivered', async () => (await ask(here.url('/startup'))).status === 200);
    run.child.kill('SIGTERM');
    await run.ended;
    assert.equal(double.count('auth/kubernetes/login'), 1, run.stderr());
    assert.deepEqual(double.liveTokens(), []);
  });

  it('logs in once for two stores that differ in their path, and not again by `run`, nor after a kill -9', async () => {
    double.kv2('other', { 'production/myapp/more': { more: 'yes' } });
    double.policy('myapp', { 'secret/data/production/myapp/*': ['read'], 'other/data/production/myapp/*': ['read'] });
    const second = clusterSecretStore().replace('vault-backend', 'other-backend').replace('path: secret', 'path: other');
    const both = [extract('production/myapp/config'), extract('production/myapp/more', 'more', 'other-backend')];
    here.write('spec.yaml', documents(clusterSecretStore(), second, ...both));
    const first = await init();
    assert.equal(first.code, 0, first.stderr);
    assert.equal(here.read('more/more'), 'yes');
    for (const end of ['SIGKILL', 'SIGTERM'] as const) {
      const run = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`]);
      await until('the next agent has delivered', async () => (await ask(here.url('/startup'))).status === 200);
      assert.deepEqual([double.count('auth/kubernetes/login'), double.liveTokens().length], [1, 1], run.stderr());
      run.child.kill(end);
      await run.ended;
    }
    assert.equal(double.count('auth/token/revoke-self'), 1);
    assert.deepEqual(double.liveTokens(), []);
  });

  it('ends with 5 and the path where the policy denies, and leaves no token behind', async () => {
    here.write('spec.yaml', documents(clusterSecretStore(), extract('staging/config')));
    const { code, stderr } = await init('--init-timeout', '3s');
    assert.equal(code, 5, stderr);
    assert.match(stderr, /secret\/data\/staging\/config/);
    assert.match(stderr, /ACCESS_DENIED/);
    assert.deepEqual(double.liveTokens(), []);
  });

  it('ends with 4 and what to correct where the role is for another service account', async () => {
    here.writeToken(signedProjectedToken(signer, { namespace: 'shop', serviceAccount: 'other' }));
    here.write('spec.yaml', documents(clusterSecretStore(), extract('production/myapp/config')));
    const { code, stderr } = await init('--init-timeout', '1s');
    assert.equal(code, 4, stderr);
    assert.match(stderr, /bound_service_account_names/);
  });
});

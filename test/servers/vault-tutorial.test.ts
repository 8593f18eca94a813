import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { join } from 'node:path';
import { after, afterEach, before, describe, it } from 'node:test';
import { ask, type KeytideProcess, keytide, type Place, place, until } from '../e2e/keytide-process.ts';
import { documents } from '../e2e/manifests.ts';
import { jwtSigner, signedProjectedToken } from './projected-token.ts';
import { startTokenReview, type TokenReview } from './token-review.ts';
import { startVault, type VaultServer } from './vault-server.ts';
import { writePolicy } from './vault-store.ts';

const signer = jwtSigner();
const path = 'secret/data/production/myapp/config';
const config = { username: 'app', password: 'p<&>"\n\u00e9', port: 5432, 'retry.limits': { max: 1e3, ratio: 0.5 }, empty: null };
const files = {
  ...{ username: 'app', password: 'p<&>"\n\u00e9', port: '5432', 'retry.limits': '{"max":1000,"ratio":0.5}', empty: '' },
};
let server: VaultServer;
let review: TokenReview;
let here: Place;
let agent: KeytideProcess | undefined;

before(async () => {
  here = await place();
  server = await startVault();
  review = await startTokenReview(signer.publicKey);
  await server.set(path, { data: config });
  await writePolicy(server, 'myapp', { 'secret/data/production/myapp/*': ['read'] });
  await server.set('sys/auth/kubernetes', { type: 'kubernetes' });
  await server.set('auth/kubernetes/config', {
    ...{ kubernetes_host: review.url, kubernetes_ca_cert: server.ca, disable_local_ca_jwt: true },
    token_reviewer_jwt: signedProjectedToken(signer, { namespace: 'vault', serviceAccount: 'vault' }),
  });
  await server.set('auth/kubernetes/role/myapp', {
    ...{ bound_service_account_names: ['myapp'], bound_service_account_namespaces: ['shop'], audience: 'vault' },
    ...{ token_policies: ['myapp'], token_ttl: '1h' },
  });
  here.writeToken(signedProjectedToken(signer, { namespace: 'shop', serviceAccount: 'myapp' }));
  here.write('spec.yaml', documents(clusterSecretStore(), extract()));
});
afterEach(async () => {
  agent?.child.kill('SIGTERM');
  await agent?.ended;
  agent = undefined;
});
after(async () => {
  await server.close();
  await review.close();
  here.remove();
});

/** As the tutorials have it, with the CA of this server. */
function clusterSecretStore(): string {
  return `apiVersion: external-secrets.io/v1
kind: ClusterSecretStore
metadata: { name: vault-backend }
spec:
  provider:
    vault:
      server: ${server.url}
      path: secret
      version: v2
      caBundle: ${Buffer.from(server.ca).toString('base64')}
      auth:
        kubernetes:
          mountPath: kubernetes
          role: myapp
          serviceAccountRef: { name: myapp, namespace: shop }
`;
}

function extract(): string {
  return `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: { name: myapp-config }
spec:
  refreshInterval: 1s
  secretStoreRef: { name: vault-backend, kind: ClusterSecretStore }
  target: { name: myapp-config, creationPolicy: Owner }
  dataFrom:
    - extract: { key: production/myapp/config }
`;
}

function published(): Readonly<Record<string, string>> {
  const names = readdirSync(join(here.root, 'myapp-config')).filter((name) => !name.startsWith('..'));
  return Object.fromEntries(names.map((name) => [name, here.read(`myapp-config/${name}`)]));
}

/** Tokens that logins by kubernetes gave and that live. */
async function podTokens(): Promise<number> {
  const { keys }: { readonly keys: readonly string[] } = await server.set('auth/token/accessors?list=true');
  const looked = await Promise.all(keys.map((accessor) => server.send('auth/token/lookup-accessor', { body: { accessor } })));
  return looked.filter(({ json }) => json?.data?.path === 'auth/kubernetes/login').length;
}

describe("a tutorial's manifests on a real Vault", { timeout: 120_000 }, () => {
  it('are delivered by keytide init, byte for byte', async () => {
    const process = keytide(['init', ...here.flags]);
    assert.equal(await process.ended, 0, process.stderr());
    assert.deepEqual(published(), files);
    assert.doesNotMatch(process.stderr(), /p<&>|hvs\./);
  });

  it('are kept current by keytide run: changes come, files stay while Vault is sealed or the secret denied, and no token is left', async () => {
    agent = keytide(['run', ...here.flags, '--listen', `127.0.0.1:${here.port}`]);
    const { stderr } = agent;
    await until('the agent has delivered', async () => (await ask(here.url('/startup'))).status === 200);
    assert.deepEqual(published(), files);
    const changed = async (port: number) => {
      await server.set(path, { data: { ...config, port } });
      await until(`port ${port} is there`, () => published()['port'] === String(port));
    };
    await changed(1);
    await server.seal();
    await until('the failure is told', () => /STORE_UNAVAILABLE/.test(stderr()));
    assert.deepEqual(published(), { ...files, port: '1' });
    await server.unseal();
    await changed(2);
    await writePolicy(server, 'myapp', {});
    await until('the denial is told', () => /ACCESS_DENIED/.test(stderr()));
    assert.deepEqual(published(), { ...files, port: '2' });
    await writePolicy(server, 'myapp', { 'secret/data/production/myapp/*': ['read'] });
    await changed(3);
    assert.equal(await podTokens(), 1);
    agent.child.kill('SIGTERM');
    assert.equal(await agent.ended, 0);
    assert.equal(await podTokens(), 0);
    assert.doesNotMatch(stderr(), /p<&>|hvs\./);
  });
});

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, suite, test } from 'node:test';
import { repository } from '../house/source-files.ts';
import { startVault, type VaultServer } from '../servers/vault-server.ts';
import { writePolicy } from '../servers/vault-store.ts';
import { appGone, eventually, kubectl, namespaceReady, onlyPod } from './kubectl.ts';

/** The node, as pods reach it, and its API server. */
const node = '10.200.0.1';
const namespace = 'keytide-example';
const secretPath = 'secret/data/production/myapp/config';
let vault: VaultServer;

/** As tutorials set it up: Vault asks the API server, as a reviewer of its own, whose a token is. */
async function configure(): Promise<void> {
  kubectl(['create', 'serviceaccount', 'vault-reviewer']);
  const subject = `--serviceaccount=${namespace}:vault-reviewer`;
  kubectl(['create', 'clusterrolebinding', 'vault-reviewer', '--clusterrole=system:auth-delegator', subject]);
  const ca = await eventually(
    'the CA of the cluster',
    () => kubectl(['get', 'configmap', 'kube-root-ca.crt', '--ignore-not-found', '-o', 'jsonpath={.data.ca\\.crt}']),
    (pem) => pem.startsWith('-----BEGIN'),
  );
  await vault.set('sys/auth/kubernetes', { type: 'kubernetes' });
  await vault.set('auth/kubernetes/config', {
    ...{ kubernetes_host: `https://${node}:443`, kubernetes_ca_cert: ca, disable_local_ca_jwt: true },
    token_reviewer_jwt: kubectl(['create', 'token', 'vault-reviewer', '--duration=1h']).trim(),
  });
  await writePolicy(vault, 'myapp', { 'secret/data/production/myapp/*': ['read'] });
  await vault.set('auth/kubernetes/role/myapp', {
    ...{ bound_service_account_names: ['app'], bound_service_account_namespaces: [namespace], audience: 'vault' },
    ...{ token_policies: ['myapp'], token_ttl: '1h' },
  });
  await vault.set(secretPath, { data: { username: 'app', password: 'first-of-vault' } });
}

/** What a tutorial for External Secrets Operator has, with the CA of this Vault. */
function manifests(): string {
  const store = {
    ...{ apiVersion: 'external-secrets.io/v1', kind: 'ClusterSecretStore', metadata: { name: 'vault-backend' } },
    spec: {
      provider: {
        vault: {
          ...{ server: vault.url, path: 'secret', version: 'v2', caBundle: Buffer.from(vault.ca).toString('base64') },
          auth: { kubernetes: { mountPath: 'kubernetes', role: 'myapp', serviceAccountRef: { name: 'app', namespace } } },
        },
      },
    },
  };
  const secret = {
    ...{ apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret' },
    metadata: { name: 'database', annotations: { 'keytide.dev/reload-signal': 'SIGHUP app.mjs' } },
    spec: {
      ...{ refreshInterval: '1m', secretStoreRef: { kind: 'ClusterSecretStore', name: 'vault-backend' } },
      ...{ target: { name: 'database' }, dataFrom: [{ extract: { key: 'production/myapp/config' } }] },
    },
  };
  const data = { 'store.yaml': JSON.stringify(store), 'database.yaml': JSON.stringify(secret) };
  return JSON.stringify({ apiVersion: 'v1', kind: 'ConfigMap', metadata: { name: 'app-secrets', namespace }, data });
}

/** The pod of deploy/ with a token for Vault in place of the one for AWS. */
function pod(serviceAccount: string): string {
  const text = readFileSync(join(repository, 'deploy/native-sidecar.yaml'), 'utf8')
    .replace('image: node:24-bookworm-slim', 'image: local.test/node:24')
    .replace('{ path: aws, audience: sts.amazonaws.com,', '{ path: vault, audience: vault,')
    .replace('serviceAccountName: app', `serviceAccountName: ${serviceAccount}`)
    .replace('  name: app\n', `  name: ${serviceAccount}\n`);
  assert.match(text, /audience: vault/);
  return text;
}

function start(serviceAccount: string): void {
  const app = readFileSync(join(repository, 'deploy/app.yaml'), 'utf8');
  for (const text of [manifests(), app, pod(serviceAccount)]) kubectl(['apply', '-f', '-'], text);
}

function inApp(...command: readonly string[]): string {
  return kubectl(['exec', `pod/${onlyPod().metadata.name}`, '-c', 'app', '--', ...command]);
}

/** Service accounts whose logins gave the tokens that live. */
async function loggedIn(): Promise<readonly string[]> {
  const { keys } = await vault.set('auth/token/accessors?list=true', undefined, { method: 'GET' });
  const tokens = await Promise.all(
    keys.map((accessor: string) => vault.set('auth/token/lookup-accessor', { accessor }).catch(() => undefined)),
  );
  return tokens.flatMap((token) => (token?.path === 'auth/kubernetes/login' ? [token.meta.service_account_name] : []));
}

interface Got {
  readonly status: number;
  readonly text: string;
}

/** Asks the agent until it listens, and `holds`. */
async function answerOf(url: string, holds: (got: Got) => boolean): Promise<Got> {
  const ask = async (): Promise<Got> => {
    const answer = await fetch(url);
    return { status: answer.status, text: await answer.text() };
  };
  const look = () => ask().catch((): Got => ({ status: 0, text: 'no answer' }));
  return eventually(`an answer of ${url}`, look, holds);
}

suite('a login at Vault with the token of a pod', () => {
  before(async () => {
    vault = await startVault({ address: node });
    await namespaceReady();
    await configure();
  });

  after(async () => {
    await appGone();
    kubectl(['delete', 'clusterrolebinding', 'vault-reviewer', '--ignore-not-found']);
    kubectl(['delete', 'serviceaccount', 'vault-reviewer', 'stranger', '--ignore-not-found']);
    await vault?.close();
  });

  test('the files of a tutorial appear, after one login that the API server vouched for', async () => {
    start('app');
    kubectl(['wait', 'deployment/app', '--for=condition=Available', '--timeout=120s']);
    assert.equal(inApp('cat', '/run/keytide/database/username'), 'app');
    assert.equal(inApp('cat', '/run/keytide/database/password'), 'first-of-vault');
    assert.deepEqual(await loggedIn(), ['app']);
  });

  test('a changed secret reaches the running app, without another login', async () => {
    await vault.set(secretPath, { data: { username: 'app', password: 'second-of-vault' } });
    kubectl(['annotate', 'pod', '-l', 'app=app', `force-sync=${Date.now()}`, '--overwrite']);
    const loads = (): number => kubectl(['logs', onlyPod().metadata.name, '-c', 'app']).match(/^loaded /gm)?.length ?? 0;
    await eventually('the app loads again', loads, (count) => count === 2);
    assert.equal(inApp('cat', '/run/keytide/database/password'), 'second-of-vault');
    assert.deepEqual(await loggedIn(), ['app']);
  });

  test('the token goes with the pod', async () => {
    await appGone();
    assert.deepEqual(await loggedIn(), []);
  });

  test('a pod of another service account is refused, stays behind its startup probe, and says why', async () => {
    start('stranger');
    const log = (): string => kubectl(['logs', '-l', 'app=app', '-c', 'keytide', '--tail=-1', '--ignore-errors']);
    const running = (): string => {
      const phase = 'jsonpath={.items[*].status.initContainerStatuses[*].state.running.startedAt}';
      return kubectl(['get', 'pods', '-l', 'app=app', '-o', phase]);
    };
    await eventually('the agent runs', running, (startedAt) => startedAt !== '');
    await eventually('the refusal is logged', log, (text) => text.includes('IDENTITY_REFUSED'));
    assert.match(log(), /Vault refused the login of role myapp by kubernetes at auth\/kubernetes \(403/);
    assert.match(log(), /stranger/);
    const address = kubectl(['get', 'pods', '-l', 'app=app', '-o', 'jsonpath={.items[0].status.podIP}']);
    const status = await answerOf(`http://${address}:8421/status`, ({ text }) => text.includes('IDENTITY_REFUSED'));
    assert.match(status.text, /bound_service_account_names/);
    assert.equal((await answerOf(`http://${address}:8421/startup`, () => true)).status, 503);
    assert.deepEqual(await loggedIn(), []);
  });
});

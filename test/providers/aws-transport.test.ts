import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test, { type TestContext } from 'node:test';
import { GetSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { awsClientOptions } from '../../agent/clients/aws/client-options.ts';
import { failureOf } from '../../agent/clients/aws/errors.ts';
import { defaultLimits, type TransportLimits } from '../../agent/clients/aws/transport.ts';
import { AgentError } from '../../agent/core/agent-error.ts';
import type { Answer } from '../../agent/core/object-ref.ts';
import { classOf, ref, textOf } from '../contract/provider-contract.ts';
import { type AwsDouble, type AwsDoubleOptions, startAwsDouble } from '../servers/aws-double.ts';
import { startProxy } from '../servers/aws-double-proxy.ts';
import { awsConfig, awsWorld, openAws } from './aws-world.ts';

type Variables = Readonly<Record<string, string>>;

const keys: Variables = { AWS_ACCESS_KEY_ID: 'AKIADOUBLE', AWS_SECRET_ACCESS_KEY: 'double' };
const { signal } = new AbortController();

async function double(t: TestContext, options: AwsDoubleOptions = {}): Promise<AwsDouble> {
  const started = await startAwsDouble({ secrets: { db: 'value' }, parameters: { db: 'value' }, ...options });
  t.after(started.close);
  return started;
}

/** One read with this environment. */
async function readDb(
  env: Variables,
  service: 'SecretsManager' | 'ParameterStore' = 'SecretsManager',
  region = 'eu-west-1',
): Promise<Answer | undefined> {
  const provider = await openAws(awsConfig(service, { region }), awsWorld(env).effects, { maxRetries: 1 });
  try {
    return [...(await provider.read([ref('db')], new Map(), signal)).values()][0];
  } finally {
    await provider.close?.();
  }
}

async function pem(t: TestContext, text: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 'keytide-ca-'));
  t.after(() => rm(dir, { recursive: true }));
  const path = join(dir, 'ca.pem');
  await writeFile(path, text);
  return path;
}

test('a certificate is trusted through AWS_CA_BUNDLE, or NODE_EXTRA_CA_CERTS beside it, and not otherwise', async (t) => {
  const { env, ca = '' } = await double(t, { tls: true });
  const other = await double(t, { tls: true });
  const [right, wrong] = [await pem(t, ca), await pem(t, other.ca ?? '')];
  assert.equal(textOf(await readDb({ ...env, AWS_CA_BUNDLE: right })), 'value');
  assert.equal(textOf(await readDb({ ...env, AWS_CA_BUNDLE: wrong, NODE_EXTRA_CA_CERTS: right })), 'value');
  for (const untrusting of [env, { ...env, AWS_CA_BUNDLE: wrong }]) {
    const answer = await readDb(untrusting);
    assert.ok(answer?.kind === 'failed');
    assert.equal(classOf(answer), 'unavailable');
    assert.match(answer.error.hint, /AWS_CA_BUNDLE/);
  }
});

test('a CA file that is not there, or holds no certificate, is named', async (t) => {
  const { env } = await double(t, { tls: true });
  const empty = await pem(t, 'nothing');
  for (const path of ['/nowhere/ca.pem', empty]) {
    await assert.rejects(readDb({ ...env, AWS_CA_BUNDLE: path }), (error) => {
      assert.ok(error instanceof AgentError);
      return error.message.includes(path) && error.message.includes('AWS_CA_BUNDLE');
    });
  }
});

test('HTTPS goes through the proxy of HTTPS_PROXY, but for hosts in NO_PROXY', async (t) => {
  const { env, ca = '', port } = await double(t, { tls: true });
  const proxy = await startProxy({ port });
  t.after(proxy.close);
  const proxied = { ...env, AWS_CA_BUNDLE: await pem(t, ca), HTTPS_PROXY: proxy.url };
  assert.equal(textOf(await readDb(proxied)), 'value');
  assert.deepEqual(proxy.tunnels, [`127.0.0.1:${port}`]);
  assert.equal(textOf(await readDb({ ...proxied, NO_PROXY: '127.0.0.1' })), 'value');
  assert.equal(proxy.tunnels.length, 1);
});

test('a proxy that refuses is named as what to look at', async (t) => {
  const proxy = await startProxy();
  t.after(proxy.close);
  const answer = await readDb({ ...keys, HTTPS_PROXY: proxy.url });
  assert.ok(answer?.kind === 'failed');
  assert.equal(classOf(answer), 'unavailable');
  assert.match(answer.error.hint, /proxy/);
});

test('the region and the environment decide on the host: partitions, FIPS, dual stack', async (t) => {
  const proxy = await startProxy();
  t.after(proxy.close);
  const fips = { AWS_USE_FIPS_ENDPOINT: 'true' };
  const dual = { AWS_USE_DUALSTACK_ENDPOINT: 'true' };
  const cases: readonly (readonly ['SecretsManager' | 'ParameterStore', string, Variables, string])[] = [
    ['SecretsManager', 'eu-west-1', {}, 'secretsmanager.eu-west-1.amazonaws.com:443'],
    ['ParameterStore', 'eu-west-1', {}, 'ssm.eu-west-1.amazonaws.com:443'],
    ['SecretsManager', 'cn-north-1', {}, 'secretsmanager.cn-north-1.amazonaws.com.cn:443'],
    ['ParameterStore', 'us-gov-west-1', {}, 'ssm.us-gov-west-1.amazonaws.com:443'],
    ['SecretsManager', 'us-east-1', fips, 'secretsmanager-fips.us-east-1.amazonaws.com:443'],
    ['ParameterStore', 'ap-south-1', dual, 'ssm.ap-south-1.api.aws:443'],
    ['ParameterStore', 'us-east-1', { ...fips, ...dual }, 'ssm-fips.us-east-1.api.aws:443'],
  ];
  for (const [service, region, more] of cases) await readDb({ ...keys, HTTPS_PROXY: proxy.url, ...more }, service, region);
  assert.deepEqual(
    proxy.tunnels,
    cases.map(([, , , host]) => host),
  );
});

test("an endpoint of the environment is taken, ESO's name for it before AWS's, the service's before the general", async (t) => {
  const right = await double(t);
  const nowhere = 'http://127.0.0.1:9';
  const general = { ...keys, AWS_ENDPOINT_URL: nowhere };
  assert.equal(textOf(await readDb({ ...general, AWS_ENDPOINT_URL_SECRETS_MANAGER: right.url })), 'value');
  assert.equal(
    textOf(await readDb({ ...general, AWS_ENDPOINT_URL_SECRETS_MANAGER: nowhere, AWS_SECRETSMANAGER_ENDPOINT: right.url })),
    'value',
  );
  assert.equal(textOf(await readDb({ ...general, AWS_ENDPOINT_URL_SSM: right.url }, 'ParameterStore')), 'value');
  assert.equal(textOf(await readDb({ ...general, AWS_SSM_ENDPOINT: right.url }, 'ParameterStore')), 'value');
  assert.equal(classOf(await readDb(general)), 'unavailable');
  await assert.rejects(
    readDb({ ...keys, AWS_SSM_ENDPOINT: 'ssm.internal' }, 'ParameterStore'),
    (error) => error instanceof AgentError && error.code === 'REQUEST_INVALID' && error.message.includes('AWS_SSM_ENDPOINT'),
  );
});

/** What one request comes to at the wire, with small limits. */
async function failure(
  t: TestContext,
  server: AwsDouble,
  limits: Partial<TransportLimits>,
): Promise<ReturnType<typeof failureOf>> {
  const options = await awsClientOptions('secretsmanager', 'eu-west-1', server.env, { ...defaultLimits, ...limits });
  const client = new SecretsManagerClient({ ...options, credentials: { accessKeyId: 'a', secretAccessKey: 'b' } });
  t.after(() => client.destroy());
  const error: unknown = await client.send(new GetSecretValueCommand({ SecretId: 'db' })).then(
    () => assert.fail('an answer was taken'),
    (thrown: unknown) => thrown,
  );
  return failureOf(error);
}

test('a request ends in its time: no answer, or one that trickles', async (t) => {
  const server = await double(t);
  for (const trouble of [{ kind: 'hang' }, { kind: 'slow', ms: 20 }] as const) {
    server.fault({ trouble });
    const { meaning } = await failure(t, server, { requestMs: 200 });
    assert.deepEqual([meaning.code, meaning.remedy], ['STORE_UNAVAILABLE', 'backoff']);
  }
});

test('an answer that is too long, cut off or no JSON is told apart from a store that is down', async (t) => {
  const server = await double(t);
  server.fault({ trouble: { kind: 'oversized', bytes: 200_000 } });
  assert.equal((await failure(t, server, { answerBytes: 100_000 })).meaning.code, 'STORE_ANSWER_INVALID');
  server.fault({ trouble: { kind: 'truncated' } });
  assert.equal((await failure(t, server, {})).meaning.code, 'STORE_UNAVAILABLE');
  server.fault({ trouble: { kind: 'answer', body: '<html>Welcome</html>' } });
  assert.equal((await failure(t, server, {})).meaning.code, 'STORE_ANSWER_INVALID');
  server.fault({ trouble: { kind: 'answer', status: 503, body: '<html>Gateway</html>' } });
  assert.equal((await failure(t, server, {})).meaning.code, 'STORE_UNAVAILABLE');
  server.fault({ trouble: { kind: 'answer', status: 429, body: '<html>Slow</html>' } });
  assert.equal((await failure(t, server, {})).meaning.code, 'STORE_THROTTLED');
  server.fault({ trouble: { kind: 'answer', status: 404, body: '<html>Not here</html>' } });
  assert.equal((await failure(t, server, {})).meaning.code, 'STORE_ANSWER_INVALID');
});

test('a connection that a restarted server dropped is not an outage', async (t) => {
  const server = await double(t);
  const provider = await openAws(awsConfig('SecretsManager'), awsWorld(server.env).effects);
  t.after(() => provider.close?.());
  const read = async (): Promise<Answer | undefined> =>
    (await provider.read([ref('db')], new Map(), signal)).values().next().value;
  assert.equal(textOf(await read()), 'value');
  server.dropConnections();
  assert.equal(textOf(await read()), 'value');
});

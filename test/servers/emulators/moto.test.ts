import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateSecretCommand, PutSecretValueCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import { LabelParameterVersionCommand, PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import type { FindQuery, ObjectRef } from '../../../agent/core/object-ref.ts';
import { compileRegexp } from '../../../agent/core/re2.ts';
import type { AwsConfig } from '../../../agent/providers/aws/config.ts';
import type { Provider } from '../../../agent/providers/provider.ts';
import { ref, textOf } from '../../contract/provider-contract.ts';
import { effectsForTests } from '../../contract/provider-effects.ts';
import { awsConfig, openAws } from '../../providers/aws-world.ts';

const endpoint = process.env['MOTO_URL'] ?? '';
const options = { region: 'eu-west-1', endpoint, credentials: { accessKeyId: 'test', secretAccessKey: 'test' } };
const [secrets, parameters] = [new SecretsManagerClient(options), new SSMClient(options)];
const env = { AWS_ENDPOINT_URL: endpoint, AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const within = (): AbortSignal => AbortSignal.timeout(30_000);
let firstVersion = '';

before(async () => {
  await fetch(`${endpoint}/moto-api/reset`, { method: 'POST' });
  const Tags = [
    { Key: 'team', Value: 'a&b' },
    { Key: 'env', Value: 'dev' },
  ];
  const { VersionId } = await secrets.send(new CreateSecretCommand({ Name: 'app/db', SecretString: 'old', Tags }));
  firstVersion = VersionId ?? '';
  await secrets.send(new PutSecretValueCommand({ SecretId: 'app/db', SecretString: 'new' }));
  await secrets.send(new CreateSecretCommand({ Name: 'app/binary', SecretBinary: Buffer.from([0, 255, 10]) }));
  await secrets.send(new CreateSecretCommand({ Name: 'apple', SecretString: 'no' }));
  for (let index = 0; index < 120; index += 1)
    await secrets.send(new CreateSecretCommand({ Name: `many/${index}`, SecretString: `${index}` }));
  for (const Value of ['one', 'two', 'three']) {
    await parameters.send(new PutParameterCommand({ Name: '/app/key', Value, Type: 'SecureString', Overwrite: true }));
  }
  await parameters.send(new LabelParameterVersionCommand({ Name: '/app/key', ParameterVersion: 2, Labels: ['stable'] }));
  await parameters.send(
    new PutParameterCommand({ Name: '/app/deep/list', Value: 'a,b', Type: 'StringList', Tags: [{ Key: 'env', Value: 'dev' }] }),
  );
  for (let index = 0; index < 25; index += 1)
    await parameters.send(new PutParameterCommand({ Name: `/many/${index}`, Value: `${index}`, Type: 'String' }));
});

after(() => {
  secrets.destroy();
  parameters.destroy();
});

describe('Secrets Manager', () => {
  it('gives the current value, an older stage, and a version by its id', () =>
    withProvider('SecretsManager', {}, async (provider) => {
      assert.equal(await read(provider, 'app/db'), 'new');
      assert.equal(await read(provider, 'app/db', 'AWSPREVIOUS'), 'old');
      assert.equal(await read(provider, 'app/db', `uuid/${firstVersion}`), 'old');
    }));

  it('gives bytes as they are', () =>
    withProvider('SecretsManager', {}, async (provider) => {
      const wanted = ref('app/binary');
      const answer = (await provider.read([wanted], new Map(), within())).get(wanted);
      assert.deepEqual(answer?.kind === 'found' && [...answer.value.reveal()], [0, 255, 10]);
    }));

  it('puts the prefix of the store in front of every key', () =>
    withProvider('SecretsManager', { prefix: 'app/' }, async (provider) => assert.equal(await read(provider, 'db'), 'new')));

  it('gives tags as JSON, as External Secrets Operator writes it', () =>
    withProvider('SecretsManager', {}, async (provider) => {
      const wanted: ObjectRef = { kind: 'metadata', key: 'app/db', version: '' };
      assert.equal(textOf((await provider.read([wanted], new Map(), within())).get(wanted)), '{"env":"dev","team":"a\\u0026b"}');
    }));

  it('finds by name, below a path, and by tags, over all pages', () =>
    withProvider('SecretsManager', {}, async (provider) => {
      assert.deepEqual(await find(provider, { name: compileRegexp('^app/') }), ['app/binary', 'app/db']);
      assert.deepEqual(await find(provider, { path: 'app', name: compileRegexp('db$') }), ['app/db']);
      assert.deepEqual(await find(provider, { tags: { env: 'dev' } }), ['app/db']);
      assert.equal((await find(provider, { name: compileRegexp('^many/') })).length, 120);
    }));

  it('reads more than a batch holds, and tells what is missing', () =>
    withProvider('SecretsManager', {}, async (provider) => {
      const refs = [...Array.from({ length: 45 }, (_, index) => ref(`many/${index}`)), ref('gone')];
      const answers = await provider.read(refs, new Map(), within());
      assert.deepEqual(
        refs.map((each) => answers.get(each)?.kind),
        [...Array(45).fill('found'), 'missing'],
      );
    }));
});

describe('Parameter Store', () => {
  it('gives the latest value, a version by number, and one by label', () =>
    withProvider('ParameterStore', {}, async (provider) => {
      assert.equal(await read(provider, '/app/key'), 'three');
      assert.equal(await read(provider, '/app/key', '1'), 'one');
      assert.equal(await read(provider, '/app/key', 'stable'), 'two');
      assert.equal(await read(provider, '/app/deep/list'), 'a,b');
    }));

  it('finds below a path, and by tags', () =>
    withProvider('ParameterStore', {}, async (provider) => {
      assert.deepEqual(await find(provider, { path: '/app', name: compileRegexp('.*') }), ['/app/deep/list', '/app/key']);
      assert.deepEqual(await find(provider, { tags: { env: 'dev' } }), ['/app/deep/list']);
      assert.equal((await find(provider, { path: '/many', name: compileRegexp('.') })).length, 25);
    }));

  it('reads more than a batch holds, and tells what is missing', () =>
    withProvider('ParameterStore', {}, async (provider) => {
      const refs = [...Array.from({ length: 25 }, (_, index) => ref(`/many/${index}`)), ref('/gone')];
      const answers = await provider.read(refs, new Map(), within());
      assert.deepEqual(
        refs.map((each) => answers.get(each)?.kind),
        [...Array(25).fill('found'), 'missing'],
      );
    }));
});

async function withProvider(
  service: AwsConfig['service'],
  config: Partial<AwsConfig>,
  body: (provider: Provider) => Promise<void>,
): Promise<void> {
  const provider = await openAws(awsConfig(service, config), effectsForTests({ env }));
  await body(provider);
  await provider.close?.();
}

async function read(provider: Provider, key: string, version = ''): Promise<string> {
  const wanted: ObjectRef = { kind: 'value', key, version };
  return textOf((await provider.read([wanted], new Map(), within())).get(wanted));
}

async function find(provider: Provider, query: FindQuery): Promise<readonly string[]> {
  const found = (await provider.find?.(query, within())) ?? [];
  return found.map((hit) => (hit.kind === 'found' ? hit.key : `unreadable ${hit.key}`)).sort();
}

import assert from 'node:assert/strict';
import { after, before, describe, it } from 'node:test';
import { CreateSecretCommand, SecretsManagerClient } from '@aws-sdk/client-secrets-manager';
import type { Provider } from '../../../agent/providers/provider.ts';
import { classOf, ref, textOf } from '../../contract/provider-contract.ts';
import { effectsForTests } from '../../contract/provider-effects.ts';
import { awsConfig, openAws } from '../../providers/aws-world.ts';

const proxy = process.env['MICROBURST_URL'] ?? '';
const moto = process.env['MOTO_URL'] ?? '';
const keys = { AWS_ACCESS_KEY_ID: 'test', AWS_SECRET_ACCESS_KEY: 'test' };
const client = new SecretsManagerClient({
  region: 'eu-west-1',
  endpoint: moto,
  credentials: { accessKeyId: 'test', secretAccessKey: 'test' },
});

/** Faults between a real client and a real emulator: a secret is found, or said to be out of reach; never said to be missing. */
describe('faults on the way to Secrets Manager', () => {
  let provider: Provider;

  before(async () => {
    await fetch(`${moto}/moto-api/reset`, { method: 'POST' });
    await client.send(new CreateSecretCommand({ Name: 'a', SecretString: 'one' }));
    provider = await openAws(awsConfig('SecretsManager'), effectsForTests({ env: { ...keys, AWS_ENDPOINT_URL: proxy } }));
    await provider.read([ref('a')], new Map(), AbortSignal.timeout(30_000)); // The proxy takes seconds for its first call.
  });
  after(async () => {
    await provider.close?.();
    client.destroy();
  });

  for (const error of [{ code: 'ThrottlingException' }, { code: 'InternalServiceError', status: 500 }]) {
    it(`${error.code} once is not even noticed`, async () => {
      await rules([{ service: 'secretsmanager', operation: 'GetSecretValue', times: 1, error }]);
      assert.equal(textOf(await read()), 'one');
    });

    it(`${error.code} for long is a failure of its class, and heals`, async () => {
      await rules([{ service: 'secretsmanager', operation: 'GetSecretValue', times: 3, error }]); // As often as one read asks.
      assert.equal(classOf(await read()), error.code === 'ThrottlingException' ? 'throttled' : 'unavailable');
      assert.equal(textOf(await read()), 'one');
    });
  }

  async function read() {
    const wanted = ref('a');
    return (await provider.read([wanted], new Map(), AbortSignal.timeout(30_000))).get(wanted);
  }
});

/** Each rule is used up by the requests that it hits. */
async function rules(list: readonly object[]): Promise<void> {
  const headers = { 'content-type': 'application/json' };
  const answer = await fetch(`${proxy}/_microburst/rules`, { method: 'POST', headers, body: JSON.stringify(list) });
  assert.ok(answer.ok, await answer.text());
}

import assert from 'node:assert/strict';
import test from 'node:test';
import { STSClient } from '@aws-sdk/client-sts';
import { sessionNameOf } from '../../agent/auth/aws/session-name.ts';
import { stsEndpoint } from '../../agent/auth/aws/sts-endpoint.ts';
import { failureOf } from './auth-world.ts';

const regions = [
  ...['us-east-1', 'eu-west-1', 'eu-central-2', 'ap-southeast-7', 'il-central-1', 'mx-central-1'],
  ...['cn-north-1', 'cn-northwest-1', 'us-gov-west-1', 'us-gov-east-1', 'us-iso-east-1', 'us-isob-east-1', 'us-isof-south-1'],
  ...['eu-isoe-west-1', 'eusc-de-east-1'],
];

test('the address of STS is the regional one that the official client uses, in every partition', () => {
  const { endpointProvider } = new STSClient({ region: 'eu-west-1' }).config;
  for (const region of regions) {
    for (const [UseFIPS, UseDualStack] of [
      [false, false],
      [true, false],
      [false, true],
      [true, true],
    ] as const) {
      const env = { AWS_USE_FIPS_ENDPOINT: String(UseFIPS), AWS_USE_DUALSTACK_ENDPOINT: String(UseDualStack) };
      const official = endpointProvider({ Region: region, UseFIPS, UseDualStack, UseGlobalEndpoint: false }).url.origin;
      assert.equal(stsEndpoint(region, env), official, `${region} ${JSON.stringify(env)}`);
    }
  }
});

test('the environment may name another endpoint, most specific first', () => {
  const all = { AWS_STS_ENDPOINT: 'https://a.test', AWS_ENDPOINT_URL_STS: 'https://b.test', AWS_ENDPOINT_URL: 'https://c.test' };
  assert.equal(stsEndpoint('eu-west-1', all), 'https://a.test');
  assert.equal(stsEndpoint('eu-west-1', { ...all, AWS_STS_ENDPOINT: '' }), 'https://b.test');
  assert.equal(stsEndpoint('eu-west-1', { AWS_ENDPOINT_URL: 'https://c.test' }), 'https://c.test');
});

test('what is no region never becomes part of a host name', async () => {
  for (const region of ['', 'eu-west-1.evil.test/', 'a@b', 'EU-WEST-1', '-'])
    assert.equal((await failureOf((async () => stsEndpoint(region, {}))())).code, 'REQUEST_INVALID', region);
});

test('session names have the letters and the length that STS takes', () => {
  assert.equal(sessionNameOf('shop.web-7d4b9'), 'shop.web-7d4b9');
  assert.equal(sessionNameOf('ns/pod:ü x'), 'ns-pod-x');
  assert.equal(sessionNameOf('x'.repeat(100)).length, 64);
  for (const name of ['', 'a', '/', 'ünï']) assert.match(sessionNameOf(name), /^[\w+=,.@-]{2,64}$/);
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'yaml';
import { keypairProblem } from '../../agent/check/keypair.ts';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { formatFile } from './proof.ts';
import type { Fields } from './row.ts';

const { cert, key } = selfSigned();

async function made(format: string, options: Fields): Promise<string> {
  const { value } = await formatFile(format, { 'tls.crt': cert, 'tls.key': key }, options);
  return Buffer.from(value.reveal()).toString();
}

test('traefik-tls says which certificate is served where none is asked for, when told so', async () => {
  const pair = { certFile: cert, keyFile: key };
  assert.deepEqual(parse(await made('traefik-tls', {})), { tls: { certificates: [pair] } });
  const stores = { default: { defaultCertificate: pair } };
  assert.deepEqual(parse(await made('traefik-tls', { default: 'true' })), { tls: { certificates: [pair], stores } });
});

test('caddy-tls is a whole config or the part of it, with a tag when one is given', async () => {
  const certificates = { load_pem: [{ certificate: cert, key, tags: ['web "1"'] }] };
  assert.deepEqual(JSON.parse(await made('caddy-tls', { tag: 'web "1"', part: 'certificates' })), certificates);
  assert.deepEqual(JSON.parse(await made('caddy-tls', { tag: 'web "1"' })), { apps: { tls: { certificates } } });
});

test('a pair in one file of PEM is one that validate: keypair can look at', async () => {
  for (const format of ['nginx-ssl', 'haproxy-pem', 'stunnel-pem']) {
    const file = { name: 'web.pem', text: await made(format, {}) };
    assert.equal(keypairProblem(file, file, { now: Date.now(), host: 'localhost' }), undefined);
  }
});

test('a chain leaves out the entry ca.crt when told so', async () => {
  const entries = { 'tls.crt': cert, 'tls.key': key, 'ca.crt': selfSigned().cert };
  for (const format of ['nginx-ssl', 'haproxy-pem', 'stunnel-pem']) {
    const count = async (options: Fields) => {
      const { value } = await formatFile(format, entries, options);
      return Buffer.from(value.reveal()).toString().split('BEGIN CERTIFICATE').length - 1;
    };
    assert.equal(await count({}), 2);
    assert.equal(await count({ 'ca.crt': '' }), 1);
  }
});

test('envoy-sds has the name of the secret', async () => {
  assert.equal(parse(await made('envoy-sds', { name: 'a: "b"' })).resources[0].name, 'a: "b"');
});

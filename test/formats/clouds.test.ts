import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFile } from './proof.ts';

const awsKeys = { aws_access_key_id: 'AKIA', aws_secret_access_key: 'x/y+z' };

test('format aws-credentials refuses a profile whose name readers would split or cut', async () => {
  for (const profile of ['', 'sso-session x', 'a]', 'a#b', 'a\nb', '"a"', '__proto__']) {
    await assert.rejects(formatFile('aws-credentials', awsKeys, { profile }), /with\.profile: this is not the name of a profile/);
  }
});

test('format kubeconfig wants a token, or a client certificate with its key', async () => {
  const server = 'https://10.0.0.1';
  await assert.rejects(formatFile('kubeconfig', { server }), /there is no entry "token"/);
  await assert.rejects(formatFile('kubeconfig', { server, 'tls.key': 'KEY' }), /there is no entry "token"/);
  await assert.rejects(formatFile('kubeconfig', { server, 'tls.crt': 'CRT' }), /there is no entry "tls\.key"/);
  await assert.rejects(formatFile('kubeconfig', { server, token: 't', 'tls.key': 'KEY' }), /there is no entry "tls\.crt"/);
});

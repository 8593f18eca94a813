import assert from 'node:assert/strict';
import { test } from 'node:test';
import { formatFile } from './proof.ts';
import { sshKeys } from './ssh-keys.ts';

const awsKeys = { aws_access_key_id: 'AKIA', aws_secret_access_key: 'x/y+z' };

test('format aws-credentials refuses a profile whose name readers would split or cut', async () => {
  for (const profile of ['', 'sso-session x', 'a]', 'a#b', 'a\nb', '"a"', '__proto__']) {
    await assert.rejects(formatFile('aws-credentials', awsKeys, { profile }), /with\.profile: this is not the name of a profile/);
  }
});

test('format kubeconfig wants a token, or a client certificate with its key', async () => {
  const server = 'https://10.0.0.1';
  const certificate = '-----BEGIN CERTIFICATE----- MAA= -----END CERTIFICATE-----';
  await assert.rejects(formatFile('kubeconfig', { server }), /there is no entry "token"/);
  await assert.rejects(formatFile('kubeconfig', { server, 'tls.key': 'KEY' }), /there is no entry "token"/);
  await assert.rejects(formatFile('kubeconfig', { server, 'tls.crt': certificate }), /there is no entry "tls\.key"/);
  await assert.rejects(formatFile('kubeconfig', { server, token: 't', 'tls.key': 'KEY' }), /there is no entry "tls\.crt"/);
});

test('format known-hosts refuses the certificate of a host, which would be trusted by nobody', async () => {
  const type = 'ssh-ed25519-cert-v01@openssh.com';
  const line = `${type} ${Buffer.concat([Buffer.of(0, 0, 0, type.length), Buffer.from(type)]).toString('base64')}`;
  await assert.rejects(formatFile('known-hosts', { host: 'git.example', 'host-key': line }), /host-key: this is not a host key/);
});

test('format ssh-key leaves a good key as it is, byte for byte', async () => {
  for (const { text } of sshKeys) {
    const file = await formatFile('ssh-key', { 'ssh-privatekey': text });
    assert.equal(Buffer.from(file.value.reveal()).toString(), text);
    assert.equal(file.mode, 0o600);
  }
});

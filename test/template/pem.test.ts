import assert from 'node:assert/strict';
import { createPrivateKey, generateKeyPairSync, type KeyObject } from 'node:crypto';
import { test } from 'node:test';
import { selfSigned } from '../servers/aws-double-certificate.ts';
import { failureOf, render } from './rendering.ts';

const { cert, key } = selfSigned();

function pem(v: string, kind: string): string {
  return render(`<%= pem(it.v, '${kind}') %>`, { v });
}

test('pem gives the same block, whatever its line breaks have become', () => {
  for (const breaks of ['\r\n', '\r', ' ', '\\n', '\\r\\n', '\n\n', '\n\t', '']) {
    assert.equal(pem(`words\n${cert.replaceAll('\n', breaks)}`, 'certificates'), cert, JSON.stringify(breaks));
  }
});

test('pem takes a key of each kind in each form that OpenSSL has for it', () => {
  const forms = (of: KeyObject, ...types: readonly ('pkcs1' | 'pkcs8' | 'sec1')[]) =>
    types.map((type) => of.export({ type, format: 'pem' }).toString());
  const texts = [
    ...forms(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, 'pkcs1', 'pkcs8'),
    ...forms(generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey, 'pkcs1'),
    ...forms(generateKeyPairSync('ec', { namedCurve: 'P-521' }).privateKey, 'sec1', 'pkcs8'),
    ...forms(generateKeyPairSync('ed25519').privateKey, 'pkcs8'),
  ];
  for (const text of texts) {
    assert.equal(pem(text, 'key'), text);
    assert.ok(createPrivateKey(pem(text.replaceAll('\n', ' '), 'key')).equals(createPrivateKey(text)));
  }
});

test('pem leaves out the parameters in front of a key, and a block that was there before', () => {
  assert.equal(pem(`-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n${key}`, 'key'), key);
  assert.equal(pem(cert + cert.replaceAll('\n', '\r\n'), 'certificates'), cert);
  assert.equal(pem(cert.replaceAll('CERTIFICATE', 'X509 CERTIFICATE'), 'certificates'), cert);
});

test('pem takes any block where none is asked for', () => {
  const openssh = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjE=\n-----END OPENSSH PRIVATE KEY-----\n';
  assert.equal(render('<%= pem(it.v) %>', { v: cert + key + openssh }), cert + key + openssh);
});

test('pem says which entry it can not write, and why', () => {
  const cut = cert.split('\n').toSpliced(2, 1).join('\n');
  const wrong: readonly (readonly [kind: string, v: string, why: RegExp])[] = [
    ['certificates', '', /key v: this is not PEM: there is not a certificate in it/],
    ['certificates', key, /key v: this holds a block that is not a certificate, but a private key/],
    ['certificates', cert + key, /not a certificate, but a private key/],
    ['certificates', cut, /key v: this is not PEM of a certificate: its DER is cut off/],
    ['certificates', cert.slice(0, -10), /key v: this is not PEM: a block in it has no end/],
    ['certificates', `${cert}-----BEGIN CERTIFICATE-----\n${cert}`, /has no end/],
    ['certificates', cert.replace('M', '!'), /not base64/],
    ['key', cert, /key v: this holds a block that is not a private key/],
    ['key', key + selfSigned().key, /can not hold more than one private key/],
    ['key', key.replaceAll('PRIVATE', 'ENCRYPTED PRIVATE'), /can not hold an encrypted key/],
    ['keys', key, /pem\(\) knows the kinds/],
    ['constructor', key, /pem\(\) knows the kinds/],
  ];
  for (const [kind, v, why] of wrong) assert.match(failureOf(`<%= pem(it.v, '${kind}') %>`, { v }), why);
});

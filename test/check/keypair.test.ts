import assert from 'node:assert/strict';
import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import { Certificate } from '../../agent/template/gotemplate/functions/certificate-value.ts';
import { functions } from '../../agent/template/gotemplate/functions/certificates.ts';
import { list } from '../../agent/template/gotemplate/value.ts';
import { certificatePem } from '../servers/aws-double-certificate.ts';
import { syntaxVerdict, verdict } from './files.ts';

const day = 86_400_000;
const now = Date.UTC(2026, 5, 15);

interface Authority {
  readonly commonName: string;
  readonly key: KeyObject;
  readonly pem: string;
}

const ecKey = (): KeyObject => generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey;

function certificate(
  commonName: string,
  key: KeyObject,
  issuer: Pick<Authority, 'commonName' | 'key'>,
  more: Partial<Parameters<typeof certificatePem>[0]> = {},
): string {
  return certificatePem({
    ...{ commonName, dnsNames: [], publicKey: createPublicKey(key), issuer },
    ...{ notBefore: now - day, notAfter: now + day, isAuthority: false },
    ...more,
  });
}

function authority(commonName: string, issuer?: Authority, more: { notAfter?: number } = {}): Authority {
  const key = ecKey();
  const pem = certificate(commonName, key, issuer ?? { commonName, key }, { isAuthority: true, ...more });
  return { commonName, key, pem };
}

function keyPem(key: KeyObject, type: 'pkcs8' | 'pkcs1' | 'sec1' = 'pkcs8'): string {
  return key.export({ type, format: 'pem' } as { type: 'pkcs8'; format: 'pem' }).toString(); // As @types/node has it for each kind of key.
}

const root = authority('root');
const intermediate = authority('intermediate', root);
const key = ecKey();
const names = { dnsNames: ['db.example.com', '*.web.example.com'], addresses: [Buffer.from([10, 0, 0, 7])] };
const leaf = certificate('leaf', key, intermediate, names);
const chain = leaf + intermediate.pem + root.pem;

function pair(crt: string, keyText: string, host?: string, at = now): Promise<string | undefined> {
  const rule = { kind: 'keypair', certificate: 'tls.crt', key: 'tls.key', ...(host === undefined ? {} : { host }) } as const;
  return verdict({ 'tls.crt': crt, 'tls.key': keyText }, [rule], at);
}

test('a key, its certificate and the chain to the root are fine, with text around the blocks', async () => {
  assert.equal(await pair(chain, keyPem(key)), undefined);
  assert.equal(
    await pair(`subject=CN = leaf\r\n${chain.replaceAll('\n', '\r\n')}\n# end\n`, `\n${keyPem(key, 'sec1')}`),
    undefined,
  );
});

test('keys of RSA, Ed25519 and further curves fit their certificates in each form, and no other', async () => {
  const keys = [
    { key: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey, forms: ['pkcs8', 'pkcs1'] },
    { key: generateKeyPairSync('ed25519').privateKey, forms: ['pkcs8'] },
    { key: generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey, forms: ['pkcs8', 'sec1'] },
  ] as const;
  for (const one of keys) {
    const crt = certificate('leaf', one.key, intermediate);
    for (const form of one.forms) assert.equal(await pair(crt, keyPem(one.key, form)), undefined, form);
    for (const other of [...keys.filter((each) => each !== one).map((each) => each.key), key])
      assert.equal(await pair(crt, keyPem(other)), 'the key in tls.key is not that of the first certificate in tls.crt');
  }
});

test('a chain of an RSA root is verified by its signatures, not only by names', async () => {
  const at = Date.now();
  const rsa = rsaChain(at);
  assert.equal(await pair(rsa.leaf + rsa.authority, rsa.key, 'x.example.com', at), undefined);
  assert.equal(
    await pair(rsa.leaf + rsa.stranger, rsa.key, 'x.example.com', at),
    'certificate 1 in tls.crt is not issued by certificate 2: each must be followed by its issuer',
  );
});

/** Made by the functions of Go templates: an RSA authority, a certificate of it, and another authority of the same name. */
function rsaChain(at: number) {
  const { genCAWithKey, genSignedCertWithKey } = functions({
    ...{ now: () => at, randomBytes: (count) => randomBytes(count) },
    ...{ room: () => {}, spend: () => {} },
  });
  const rsa = (): string => keyPem(generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey);
  const leafKey = rsa();
  const [ca, other] = [genCAWithKey('ca', 1n, rsa()), genCAWithKey('ca', 1n, rsa())];
  const signed = genSignedCertWithKey('leaf', null, list(['x.example.com']), 1n, ca, leafKey);
  assert.ok(signed instanceof Certificate && ca instanceof Certificate && other instanceof Certificate);
  return { leaf: signed.cert, authority: ca.cert, stranger: other.cert, key: leafKey };
}

test('one file may hold certificates and key, in any order of the two', async () => {
  for (const text of [chain + keyPem(key), keyPem(key) + chain]) {
    const rule = { kind: 'keypair', certificate: 'all.pem', key: 'all.pem' } as const;
    assert.equal(await verdict({ 'all.pem': text }, [rule], now), undefined);
  }
});

test('a chain that is out of order, has a gap or a stranger, or is forged, is refused', async () => {
  const wrong = [
    [leaf + root.pem, 1],
    [leaf + root.pem + intermediate.pem, 1],
    [leaf + intermediate.pem + authority('root').pem, 2],
    [leaf + authority('intermediate', root).pem, 1],
    [leaf + leaf, 1],
  ] as const;
  for (const [text, at] of wrong) {
    assert.equal(
      await pair(text, keyPem(key)),
      `certificate ${at} in tls.crt is not issued by certificate ${at + 1}: each must be followed by its issuer`,
    );
  }
  assert.match((await pair(intermediate.pem + leaf, keyPem(key))) ?? '', /is not that of the first certificate/);
});

test('what is over its time, or before it, is refused to the second, anywhere in the chain', async () => {
  assert.equal(await pair(leaf, keyPem(key), undefined, now + day), undefined);
  assert.equal(
    await pair(leaf, keyPem(key), undefined, now + day + 1),
    'the certificate in tls.crt expired at 2026-06-16T00:00:00Z',
  );
  assert.equal(await pair(leaf, keyPem(key), undefined, now - day), undefined);
  assert.equal(
    await pair(leaf, keyPem(key), undefined, now - day - 1),
    'the certificate in tls.crt is not valid before 2026-06-14T00:00:00Z',
  );
  const old = authority('intermediate', root, { notAfter: now - 1_000 });
  const below = certificate('leaf', key, old);
  assert.equal(await pair(below + old.pem, keyPem(key)), 'certificate 2 in tls.crt expired at 2026-06-14T23:59:59Z');
});

test('the host must be in subjectAltName: a common name is not looked at', async () => {
  for (const host of ['db.example.com', 'DB.example.com', 'a.web.example.com', '10.0.0.7'])
    assert.equal(await pair(leaf, keyPem(key), host), undefined, host);
  for (const host of ['example.com', 'web.example.com', 'a.b.web.example.com', '10.0.0.8', '::1', 'leaf'])
    assert.equal(await pair(leaf, keyPem(key), host), `the certificate in tls.crt is not for ${host}`);
  const named = certificate('only.example.com', key, intermediate);
  assert.equal(await pair(named, keyPem(key), 'only.example.com'), 'the certificate in tls.crt is not for only.example.com');
});

test('an encrypted key, and one in a form that servers do not read, are said to be so', async () => {
  const encrypted = key.export({ type: 'pkcs8', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  const old = key.export({ type: 'sec1', format: 'pem', cipher: 'aes-256-cbc', passphrase: 'x' }).toString();
  for (const text of [encrypted, old]) {
    assert.equal(await pair(leaf, text), "the key in tls.key is encrypted: it can't be checked without its passphrase");
    assert.equal(await syntaxVerdict('pem', text), undefined, 'as PEM it is whole');
  }
  const openSsh = '-----BEGIN OPENSSH PRIVATE KEY-----\nb3BlbnNzaC1rZXktdjEA\n-----END OPENSSH PRIVATE KEY-----\n';
  assert.match((await pair(leaf, openSsh)) ?? '', /^the key in tls.key is in OpenSSH's form/);
});

test('missing parts are named', async () => {
  assert.equal(await pair(keyPem(key), keyPem(key)), 'tls.crt holds no certificate');
  assert.equal(await pair(leaf, leaf), 'tls.key holds no private key');
  assert.equal(await pair('', keyPem(key)), 'tls.crt is not valid as PEM: it holds no block (-----BEGIN ...-----)');
  const rule = { kind: 'keypair', certificate: 'tls.crt', key: 'tls.key' } as const;
  assert.match((await verdict({ 'tls.crt': leaf }, [rule], now)) ?? '', /^there is no file tls.key in this generation/);
  assert.match((await verdict({ 'tls.key': leaf }, [rule], now)) ?? '', /^there is no file tls.crt in this generation/);
});

const garbage = Buffer.from([0x30, 3, 2, 1, 5]).toString('base64');
const broken = [
  ['', 'it holds no block (-----BEGIN ...-----)'],
  ['text only', 'it holds no block (-----BEGIN ...-----)'],
  ['-----BEGIN CERTIFICATE-----\nMIIB\n', 'line 1: a block that has no end'],
  ['-----BEGIN A-----\nMIIB\n-----END B-----\n', 'line 3: dashes that are not the end of the block which began in line 1'],
  ['-----BEGIN A-----\nMIIB\n-----BEGIN A-----\n', 'line 3: dashes that are not the end of the block which began in line 1'],
  ['\n-----END A-----\n', 'line 2: dashes that are no -----BEGIN ...----- line'],
  ['-----BEGIN A-----\nMI!B\n-----END A-----\n', 'line 2: something that is not base64'],
  ['-----BEGIN A-----\nMIIBx\n-----END A-----\n', 'line 1: a block whose base64 is not whole'],
  ['-----BEGIN A-----\n-----END A-----\n', 'line 1: a block whose base64 is not whole'],
  ['-----BEGIN A-----\nMIIB\n-----END A-----\n', 'line 1: a block that is cut short, or has something behind its end'],
  [`-----BEGIN CERTIFICATE-----\n${garbage}\n-----END CERTIFICATE-----\n`, 'line 1: a certificate that OpenSSL can not read'],
  [`x\n-----BEGIN PRIVATE KEY-----\n${garbage}\n-----END PRIVATE KEY-----\n`, 'line 2: a private key that OpenSSL can not read'],
  [`-----BEGIN PUBLIC KEY-----\n${garbage}\n-----END PUBLIC KEY-----\n`, 'line 1: a public key that OpenSSL can not read'],
] as const;

for (const [text, said] of broken) {
  test(`PEM: ${JSON.stringify(text.slice(0, 50))} is refused: ${said}`, async () => {
    assert.equal(await syntaxVerdict('pem', text), `f is not valid as PEM: ${said}`);
  });
}

test('PEM that is whole is fine, and a cut or a flipped character anywhere in a key is not', async () => {
  const text = chain + keyPem(key) + createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
  assert.equal(await syntaxVerdict('pem', text), undefined);
  const one = keyPem(generateKeyPairSync('ed25519').privateKey);
  await fc.assert(
    fc.asyncProperty(fc.nat({ max: one.trimEnd().length - 1 }), async (at) => {
      if (one[at] === '\n') return;
      assert.notEqual(await syntaxVerdict('pem', one.slice(0, at) + one.slice(at + 1)), undefined);
    }),
  );
});

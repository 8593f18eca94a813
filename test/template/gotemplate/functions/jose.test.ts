import assert from 'node:assert/strict';
import { constants, createPrivateKey, createPublicKey, generateKeyPairSync, type KeyObject, publicEncrypt } from 'node:crypto';
import test from 'node:test';
import fc from 'fast-check';
import { functions } from '../../../../agent/template/gotemplate/functions/jose.ts';
import { GoError, LimitExceeded } from '../../../../agent/template/gotemplate/go-error.ts';
import { leaf, leafKey } from './key-stores.ts';

const { jwkPublicKeyPem, jwkPrivateKeyPem, rsaDecrypt } = functions({
  now: () => 0,
  randomBytes: (count) => new Uint8Array(count),
  room: () => {},
  spend: () => {},
});

function says(text: string) {
  return (error: unknown) => error instanceof GoError && error.message === text;
}

const rsa = generateKeyPairSync('rsa', { modulusLength: 1024 });
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' });
const ed25519 = generateKeyPairSync('ed25519');
const x25519 = generateKeyPairSync('x25519');

function jwk(key: KeyObject, changes: object = {}): string {
  return JSON.stringify({ ...key.export({ format: 'jwk' }), ...changes });
}

const pairs = {
  rsa,
  ec,
  'P-384': generateKeyPairSync('ec', { namedCurve: 'P-384' }),
  'P-521': generateKeyPairSync('ec', { namedCurve: 'P-521' }),
  ed25519,
};

for (const [name, { privateKey, publicKey }] of Object.entries(pairs)) {
  test(`a JWK of ${name} becomes PEM`, () => {
    assert.equal(jwkPublicKeyPem(jwk(publicKey)), publicKey.export({ format: 'pem', type: 'spki' }));
    assert.equal(jwkPrivateKeyPem(jwk(privateKey)), privateKey.export({ format: 'pem', type: 'pkcs8' }));
  });
}

test('numbers that can be worked out may be left out of an RSA key', () => {
  const short = jwk(rsa.privateKey, { dp: undefined, dq: undefined, qi: undefined });
  assert.equal(jwkPrivateKeyPem(short), rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }));
  const wrong = jwk(rsa.privateKey, { p: undefined, q: undefined });
  assert.throws(() => jwkPrivateKeyPem(wrong), says('modulus must be > 1'));
  assert.throws(() => jwkPrivateKeyPem(jwk(rsa.privateKey, { dp: 'AQ' })), says('crypto/rsa: invalid CRT exponent'));
});

test('a public key has to be public, and a private one private, and both asymmetric', () => {
  const unsupported = (type: string) => says(`x509: unsupported public key type: ${type}`);
  assert.throws(() => jwkPublicKeyPem(jwk(rsa.privateKey)), unsupported('*rsa.PrivateKey'));
  assert.throws(() => jwkPublicKeyPem(jwk(ec.privateKey)), unsupported('*ecdsa.PrivateKey'));
  assert.throws(() => jwkPublicKeyPem(jwk(x25519.publicKey)), unsupported('x25519.PublicKey'));
  assert.throws(() => jwkPublicKeyPem('{"kty":"oct","k":"AA"}'), unsupported('[]uint8'));
  const unknown = (type: string) => says(`x509: unknown key type while marshaling PKCS#8: ${type}`);
  assert.throws(() => jwkPrivateKeyPem(jwk(ed25519.publicKey)), unknown('ed25519.PublicKey'));
  assert.throws(() => jwkPrivateKeyPem(jwk(x25519.privateKey)), unknown('x25519.PrivateKey'));
});

test('a point has to be on its curve, and a public key that of its private one where jwx looks', () => {
  assert.throws(() => jwkPublicKeyPem(jwk(ec.publicKey, { y: 'AQ' })), says('P256 point not on curve'));
  assert.throws(
    () => jwkPublicKeyPem(jwk(ec.publicKey, { crv: 'secp256k1' })),
    says('failed to build public key: invalid curve algorithm secp256k1'),
  );
  const { x } = generateKeyPairSync('ed25519').publicKey.export({ format: 'jwk' });
  const words = 'failed to build public key: invalid x value given d value';
  assert.throws(() => jwkPrivateKeyPem(jwk(ed25519.privateKey, { x })), says(words));
});

test('what is no JWK is refused with the words of jwx', () => {
  const hint = 'failed to unmarshal JSON into key hint: ';
  assert.throws(() => jwkPublicKeyPem(''), says(`${hint}EOF`));
  assert.throws(() => jwkPublicKeyPem('{"kty"'), says(`${hint}unexpected EOF`));
  assert.throws(() => jwkPublicKeyPem('x'), says(`${hint}invalid character 'x' looking for beginning of value`));
  assert.throws(() => jwkPublicKeyPem('{"keys":[]}'), says('invalid key type from JSON ()'));
  const key = 'failed to unmarshal JSON into key (*jwk.rsaPublicKey): ';
  assert.throws(() => jwkPublicKeyPem('{"kty":"RSA","n":"AQ"}'), says(`${key}required field e is missing`));
  const n = `${key}failed to decode value for key n: `;
  assert.throws(() => jwkPublicKeyPem('{"kty":"RSA","n":"*"}'), says(`${n}expected base64 encoded []byte (string)`));
});

test('what follows a JWK is not looked at, and every base64 is taken', () => {
  const { n, e } = rsa.publicKey.export({ format: 'jwk' });
  const padded = Buffer.from(String(n), 'base64url').toString('base64');
  const pem = rsa.publicKey.export({ format: 'pem', type: 'spki' });
  assert.equal(jwkPublicKeyPem(`{"kty":"RSA","n":"${padded}","e":"${e}"} and more`), pem);
});

test('an RSA key of absurd size is refused before it keeps us busy', () => {
  const huge = Buffer.alloc(10_000, 0xff).toString('base64url');
  assert.throws(() => jwkPrivateKeyPem(jwk(rsa.privateKey, { p: huge, n: huge, dp: undefined })), LimitExceeded);
});

test('no JSON makes the reader fail in another way than jwx does', () => {
  const keys = Object.values(pairs).map(({ privateKey }) => privateKey.export({ format: 'jwk' }));
  fc.assert(
    fc.property(
      fc.constantFrom(...keys),
      fc.string({ maxLength: 3 }),
      fc.jsonValue({ maxDepth: 1 }),
      fc.nat(10),
      (key, name, value, nth) => {
        const members = Object.keys(key);
        const text = JSON.stringify({ ...key, [nth < members.length ? String(members[nth]) : name]: value });
        try {
          assert.match(jwkPrivateKeyPem(Buffer.from(text).toString('latin1')), /^-----BEGIN PRIVATE KEY-----\n/);
        } catch (error) {
          assert.ok(error instanceof GoError || error instanceof LimitExceeded, String(error));
        }
      },
    ),
    { numRuns: 500 },
  );
});

function encrypted(hash: string, text: Buffer): string {
  return publicEncrypt({ key: rsa.publicKey, oaepHash: hash, padding: constants.RSA_PKCS1_OAEP_PADDING }, text).toString(
    'latin1',
  );
}

test('RSA-OAEP is decrypted with the hash it names, SHA-256 unless it is known', () => {
  const key = rsa.privateKey.export({ format: 'pem', type: 'pkcs1' }).toString();
  const pkcs8 = rsa.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  const text = Buffer.from([0, 255, 128, 10]);
  for (const [name, hash] of [
    ['SHA1', 'sha1'],
    ['SHA256', 'sha256'],
    ['None', 'sha256'],
    ['MD5', 'sha256'],
  ] as const) {
    assert.equal(rsaDecrypt('RSA-OAEP', name, encrypted(hash, text), key), '\0\xff\x80\n');
    assert.equal(rsaDecrypt('RSA-OAEP', name, encrypted(hash, text), pkcs8), '\0\xff\x80\n');
  }
  const failed = says('error decrypting data with RSA: crypto/rsa: decryption error');
  assert.throws(() => rsaDecrypt('RSA-OAEP', 'SHA1', encrypted('sha256', text), key), failed);
  assert.throws(() => rsaDecrypt('RSA-OAEP', 'SHA512', encrypted('sha1', text), key), failed, 'too small for that hash');
  assert.throws(() => rsaDecrypt('RSA-OAEP', 'SHA1', 'words', key), failed);
});

test('the key has to be one, of RSA, and not too small', () => {
  assert.equal(rsaDecrypt('None', 'SHA1', '\xff', ''), '\xff');
  assert.throws(() => rsaDecrypt('rsa', '', '', ''), says('decryption scheme rsa is not supported'));
  assert.throws(() => rsaDecrypt('RSA-OAEP', '', '', ''), says('failed to decode PEM block'));
  assert.throws(() => rsaDecrypt('RSA-OAEP', '', '', leafKey), says('could not parse RSA private key'));
  const words = 'could not parse private key: unable to parse private key type';
  assert.throws(() => rsaDecrypt('RSA-OAEP', '', '', leaf), says(words));
  const small = generateKeyPairSync('rsa', { modulusLength: 512 }).privateKey.export({ format: 'pem', type: 'pkcs1' }).toString();
  assert.throws(() => rsaDecrypt('RSA-OAEP', '', '', small), /512-bit keys are insecure/);
});

test('the public key of a JWK is that of the certificate for it', () => {
  const der = createPrivateKey(leafKey);
  assert.equal(jwkPublicKeyPem(jwk(createPublicKey(der))), createPublicKey(leaf).export({ format: 'pem', type: 'spki' }));
});

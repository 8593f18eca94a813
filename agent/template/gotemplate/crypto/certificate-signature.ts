import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto';
import { ecdsa, weierstrass } from '@noble/curves/abstract/weierstrass.js';
import { p256, p384, p521 } from '@noble/curves/nist.js';
import { sha256 } from '@noble/hashes/sha2.js';
import { GoError } from '../go-error.ts';
import { type Curve, curves, unsigned } from './curves.ts';
import { nothing, objectIdentifier, octetString, sequence, unsignedBytes } from './der-encode.ts';
import { publicKeyOf, type SprigKey } from './private-key.ts';
import { pkcs1Of, pkcs8Of } from './private-key-encode.ts';
import { type EcKey, keyAlgorithms, type PrivateKey } from './private-key-parse.ts';
import { bitLength, power, type RsaKey } from './rsa-key.ts';

/** A key that can sign certificates. */
export type SigningKey = Exclude<PrivateKey, { readonly kind: 'x25519' }>;

export function signingKey(key: SprigKey): SigningKey {
  if (key.kind === 'rsa' || key.kind === 'ec' || key.kind === 'ed25519') return key;
  throw new GoError('x509: certificate private key does not implement crypto.Signer', 'fixed');
}

/** An AlgorithmIdentifier: the signature that Go's x509 chooses for a kind of key. */
export function signatureAlgorithm(key: SigningKey): Buffer {
  switch (key.kind) {
    case 'rsa':
      return sequence(objectIdentifier('1.2.840.113549.1.1.11'), nothing());
    case 'ec':
      return sequence(objectIdentifier(ecdsaAlgorithms[key.curve.name]));
    default:
      return sequence(objectIdentifier(keyAlgorithms.ed25519));
  }
}

/** With SHA-256, 384 or 512, by the size of the curve. */
const ecdsaAlgorithms = {
  P224: '1.2.840.10045.4.3.2',
  P256: '1.2.840.10045.4.3.2',
  P384: '1.2.840.10045.4.3.3',
  P521: '1.2.840.10045.4.3.4',
} as const;

/** The same for the same bytes, whatever the kind of the key. */
export function signature(key: SigningKey, bytes: Uint8Array): Uint8Array {
  switch (key.kind) {
    case 'rsa':
      return rsaSignature(key, bytes);
    case 'ec':
      return ecdsaSignature(key, bytes);
    default:
      return sign(null, bytes, createPrivateKey({ key: pkcs8Of(key), format: 'der', type: 'pkcs8' }));
  }
}

function rsaSignature(key: RsaKey, bytes: Uint8Array): Uint8Array {
  const size = bitLength(key.n);
  if (size < smallestRsa) throw insecure(size);
  const signed = key.primes.length > 2 ? plainSignature(key, bytes) : quickSignature(key, bytes);
  const publicKey = createPublicKey({ key: publicKeyOf(key).bits, format: 'der', type: 'pkcs1' });
  // Of numbers that only look like a key.
  if (!verify('sha256', bytes, publicKey, signed)) throw new GoError('crypto/rsa: decryption error', 'fixed');
  return signed;
}

function quickSignature(key: RsaKey, bytes: Uint8Array): Uint8Array {
  return sign('sha256', bytes, createPrivateKey({ key: pkcs1Of(key), format: 'der', type: 'pkcs1' }));
}

/** By modulus and exponent alone (RFC 8017, 9.2), as Go does it with more than two primes: it doesn't care whether they fit. */
function plainSignature({ n, d }: RsaKey, bytes: Uint8Array): Uint8Array {
  const size = Math.ceil(bitLength(n) / 8);
  const hash = createHash('sha256').update(bytes).digest();
  const digest = sequence(sequence(objectIdentifier('2.16.840.1.101.3.4.2.1'), nothing()), octetString(hash));
  const padding = Buffer.alloc(size - 3 - digest.length, 0xff);
  const message = Buffer.concat([Buffer.from([0, 1]), padding, Buffer.from([0]), digest]);
  return unsignedBytes(power(unsigned(message), d, n), size);
}

const smallestRsa = 1024;

function insecure(size: number): GoError {
  const where = 'https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size';
  return new GoError(`crypto/rsa: ${size}-bit keys are insecure (see ${where})`, 'fixed');
}

/** RFC 6979, which node:crypto can't do: its nonces are random, and so would the certificate be. */
function ecdsaSignature({ curve, scalar }: EcKey, bytes: Uint8Array): Uint8Array {
  const secret = unsignedBytes(scalar, curve.size);
  return signers[curve.name]().sign(bytes, secret, { format: 'der', lowS: false });
}

const signers: Readonly<Record<Curve['name'], () => Pick<typeof p256, 'sign'>>> = {
  P224: () => p224(),
  P256: () => p256,
  P384: () => p384,
  P521: () => p521,
};

/** Go takes it, the library hasn't got it. */
function p224(): ReturnType<typeof ecdsa> {
  const [curve] = curves;
  if (curve?.name !== 'P224') throw new Error('P-224 is not the first of the curves');
  const { p, b, order } = curve;
  const Gx = 0xb70e0cbd6bb4bf7f321390b94a03c1d356c21122343280d6115c1d21n;
  const Gy = 0xbd376388b5f723fb4c22dfe6cd4375a05a07476444d5819985007e34n;
  return ecdsa(weierstrass({ p, n: order, h: 1n, a: p - 3n, b, Gx, Gy }), sha256);
}

import { createECDH } from 'node:crypto';
import { GoError } from '../go-error.ts';
import { unsignedBytes } from './der-encode.ts';

/** A curve y² = x³ - 3x + b over the numbers below p. */
export interface Curve {
  /** As Go's errors name it. */
  readonly name: 'P224' | 'P256' | 'P384' | 'P521';
  readonly oid: string;
  /** Of a number below p or below the order, in bytes. */
  readonly size: number;
  readonly bits: number;
  readonly p: bigint;
  readonly b: bigint;
  readonly order: bigint;
  /** As OpenSSL names it. */
  readonly openssl: string;
}

/** FIPS 186-4, D.1.2. */
export const curves: readonly Curve[] = [
  {
    name: 'P224',
    oid: '1.3.132.0.33',
    size: 28,
    bits: 224,
    p: 2n ** 224n - 2n ** 96n + 1n,
    b: 0xb4050a850c04b3abf54132565044b0b7d7bfd8ba270b39432355ffb4n,
    order: 0xffffffffffffffffffffffffffff16a2e0b8f03e13dd29455c5c2a3dn,
    openssl: 'secp224r1',
  },
  {
    name: 'P256',
    oid: '1.2.840.10045.3.1.7',
    size: 32,
    bits: 256,
    p: 2n ** 256n - 2n ** 224n + 2n ** 192n + 2n ** 96n - 1n,
    b: 0x5ac635d8aa3a93e7b3ebbd55769886bc651d06b0cc53b0f63bce3c3e27d2604bn,
    order: 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n,
    openssl: 'prime256v1',
  },
  {
    name: 'P384',
    oid: '1.3.132.0.34',
    size: 48,
    bits: 384,
    p: 2n ** 384n - 2n ** 128n - 2n ** 96n + 2n ** 32n - 1n,
    b: 0xb3312fa7e23ee7e4988e056be3f82d19181d9c6efe8141120314088f5013875ac656398d8a2ed19d2a85c8edd3ec2aefn,
    order: 0xffffffffffffffffffffffffffffffffffffffffffffffffc7634d81f4372ddf581a0db248b0a77aecec196accc52973n,
    openssl: 'secp384r1',
  },
  {
    name: 'P521',
    oid: '1.3.132.0.35',
    size: 66,
    bits: 521,
    p: 2n ** 521n - 1n,
    b: 0x51953eb9618e1c9a1f929a21a0b68540eea2da725b99b315f3b8b489918ef109e156193951ec7e937b1652c0bd3bb1bf073573df883d2c34f1ef451fd46b503f00n,
    order:
      0x1fffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffffa51868783bf2f966b7fcc0148f709a5d03bb5c9b8899c47aebb6fb71e91386409n,
    openssl: 'secp521r1',
  },
];

export function curveOf(oid: string): Curve | undefined {
  return curves.find((curve) => curve.oid === oid);
}

/** What crypto/ecdsa demands of a public key in uncompressed form. */
export function checkPoint(curve: Curve, point: Buffer): void {
  if (point[0] !== 4 || point.length !== 1 + 2 * curve.size) throw new GoError(`invalid ${curve.name} point encoding`, 'fixed');
  const x = unsigned(point.subarray(1, 1 + curve.size));
  const y = unsigned(point.subarray(1 + curve.size));
  if (x >= curve.p || y >= curve.p) {
    // Go has P-256 in assembler, and there the words differ.
    throw new GoError(curve.name === 'P256' ? 'invalid P256 element encoding' : `invalid ${curve.name}Element encoding`, 'fixed');
  }
  if ((y * y - (x * x * x - 3n * x + curve.b)) % curve.p !== 0n) throw new GoError(`${curve.name} point not on curve`, 'fixed');
}

/** What crypto/ecdsa demands of a private key, which is of the curve's size. */
export function checkScalar(curve: Curve, scalar: bigint): void {
  if (scalar >= curve.order) throw new GoError('input overflows the modulus', 'fixed');
  if (scalar === 0n) throw new GoError('ecdsa: private key is zero', 'fixed');
}

/** The public key of a private one, in uncompressed form. */
export function pointOf(curve: Curve, scalar: bigint): Buffer {
  const ecdh = createECDH(curve.openssl);
  ecdh.setPrivateKey(unsignedBytes(scalar, curve.size));
  return ecdh.getPublicKey();
}

export function unsigned(bytes: Uint8Array): bigint {
  return bytes.length === 0 ? 0n : BigInt(`0x${Buffer.from(bytes).toString('hex')}`);
}

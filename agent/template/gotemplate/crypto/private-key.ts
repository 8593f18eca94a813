import { createPrivateKey, createPublicKey } from 'node:crypto';
import { GoError } from '../go-error.ts';
import { bigInteger, smallInteger, struct, unmarshal } from './der-decode.ts';
import {
  bitString,
  element,
  integer,
  nothing,
  objectIdentifier,
  octetString,
  sequence,
  tagged,
  unsignedBytes,
} from './der-encode.ts';
import { decodePem, encodePem } from './pem-blocks.ts';
import { pkcs1Of, pkcs8Of } from './private-key-encode.ts';
import { type EcKey, keyAlgorithms, type PrivateKey, parseEc, parsePkcs1, parsePkcs8, within } from './private-key-parse.ts';

/** A private key of the kinds that sprig knows: Go's x509 has no DSA. */
export type SprigKey = PrivateKey | DsaKey;

/** Nothing of a DSA key that is read is checked. */
export interface DsaKey {
  readonly kind: 'dsa';
  readonly p: bigint;
  readonly q: bigint;
  readonly g: bigint;
  readonly y: bigint;
  readonly x: bigint;
}

/** What functions of sprig take for a private key, with their errors (gotemplate.md 12.11). */
export function parsePrivateKeyPem(text: string): SprigKey {
  const found = decodePem(text);
  if (found === undefined) throw new GoError('no PEM data in input', 'fixed');
  const { type, bytes } = found.block;
  switch (type) {
    case 'PRIVATE KEY':
      return within('decoding PEM as PKCS#8: ', () => parsePkcs8(bytes));
    case 'RSA PRIVATE KEY':
      return within('parsing RSA private key from PEM: ', () => parsePkcs1(bytes));
    case 'EC PRIVATE KEY':
      return within('parsing EC private key from PEM: ', () => parseEc(bytes));
    case 'DSA PRIVATE KEY':
      return within('parsing DSA private key from PEM: ', () => unmarshal(bytes, dsaKey).value);
    default:
      if (type.endsWith(' PRIVATE KEY')) throw new GoError(`invalid private key type ${type}`);
      throw new GoError(`no private key data in PEM block of type ${type}`);
  }
}

const dsaKey = struct('DSAKeyFormat', (next) => {
  next(smallInteger);
  const [p, q, g] = [next(bigInteger), next(bigInteger), next(bigInteger)];
  return { kind: 'dsa' as const, p, q, g, y: next(bigInteger), x: next(bigInteger) };
});

/** As sprig writes it: PKCS#1, SEC 1, OpenSSL's form of DSA, or PKCS#8. */
export function encodePrivateKey(key: SprigKey): string {
  switch (key.kind) {
    case 'rsa':
      return encodePem('RSA PRIVATE KEY', pkcs1Of(key));
    case 'ec':
      return encodePem('EC PRIVATE KEY', sec1(key));
    case 'dsa':
      return encodePem('DSA PRIVATE KEY', sequence(...[0n, key.p, key.q, key.g, key.y, key.x].map(signedInteger)));
    default:
      return encodePem('PRIVATE KEY', pkcs8Of(key));
  }
}

function sec1({ curve, scalar, point }: EcKey): Buffer {
  const bytes = unsignedBytes(scalar, curve.size);
  return sequence(integer(1n), octetString(bytes), tagged(0, objectIdentifier(curve.oid)), tagged(1, bitString(point)));
}

/** What is read of a DSA key may be negative. */
function signedInteger(value: bigint): Buffer {
  if (value >= 0n) return integer(value);
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size += 1;
  return element(0x02, unsignedBytes(BigInt.asUintN(size * 8, value), size));
}

/** What a certificate says of a public key: an AlgorithmIdentifier, and the bits. */
export interface PublicKeyInfo {
  readonly algorithm: Buffer;
  readonly bits: Buffer;
}

export function publicKeyOf(key: Exclude<PrivateKey, { readonly kind: 'x25519' }>): PublicKeyInfo {
  const kind = objectIdentifier(keyAlgorithms[key.kind]);
  switch (key.kind) {
    case 'rsa':
      return { algorithm: sequence(kind, nothing()), bits: sequence(integer(key.n), integer(key.e)) };
    case 'ec':
      return { algorithm: sequence(kind, objectIdentifier(key.curve.oid)), bits: key.point };
    default: {
      const privateKey = createPrivateKey({ key: pkcs8Of(key), format: 'der', type: 'pkcs8' });
      const whole = createPublicKey(privateKey).export({ format: 'der', type: 'spki' });
      return { algorithm: sequence(kind), bits: whole.subarray(-32) };
    }
  }
}

import { createPrivateKey, createPublicKey } from 'node:crypto';
import { GoError } from '../go-error.ts';
import { type Curve, checkPoint, checkScalar, curves, unsigned } from './curves.ts';
import { bitString, integer, nothing, objectIdentifier, sequence, unsignedBytes } from './der-encode.ts';
import { withWords } from './go-panic.ts';
import type { Jwk } from './jwk-parse.ts';
import { pkcs8Of } from './private-key-encode.ts';
import { keyAlgorithms } from './private-key-parse.ts';
import { bitLength, rsaKey } from './rsa-key.ts';

/** SubjectPublicKeyInfo of a public key, as jwx and x509.MarshalPKIXPublicKey make it. */
export function publicKeyInfo(jwk: Jwk): Buffer {
  const unsupported = (type: string) => new GoError(`x509: unsupported public key type: ${type}`, 'fixed');
  switch (jwk.kind.type) {
    case 'RSA':
      if (jwk.kind.isPrivate) throw unsupported('*rsa.PrivateKey');
      return info([keyAlgorithms.rsa], sequence(integer(numberOf(jwk, 'n')), integer(exponentOf(jwk))));
    case 'EC': {
      const curve = curveNamed(jwk);
      if (jwk.kind.isPrivate) throw unsupported('*ecdsa.PrivateKey');
      const point = encodedPoint(curve, jwk);
      checkPoint(curve, point);
      return info([keyAlgorithms.ec, curve.oid], point);
    }
    case 'OKP': {
      const name = octetKeyType(jwk);
      if (jwk.kind.isPrivate) throw unsupported(`${name}.PrivateKey`);
      if (name !== 'ed25519') throw unsupported(`${name}.PublicKey`);
      return sequence(sequence(objectIdentifier(keyAlgorithms.ed25519)), bitString(bytesOf(jwk, 'x')));
    }
    default:
      throw unsupported('[]uint8');
  }
}

/** PKCS#8 of a private key, as jwx and x509.MarshalPKCS8PrivateKey make it. */
export function privateKeyInfo(jwk: Jwk): Buffer {
  const unknown = (type: string) => new GoError(`x509: unknown key type while marshaling PKCS#8: ${type}`, 'fixed');
  switch (jwk.kind.type) {
    case 'RSA':
      if (!jwk.kind.isPrivate) throw unknown('*rsa.PublicKey');
      return rsaPrivate(jwk);
    case 'EC': {
      const curve = curveNamed(jwk);
      if (!jwk.kind.isPrivate) throw unknown('*ecdsa.PublicKey');
      const words = 'x509: failed to marshal EC private key while building PKCS#8: ';
      return withWords(words, () => ecPrivate(curve, jwk));
    }
    case 'OKP': {
      const name = octetKeyType(jwk);
      if (!jwk.kind.isPrivate) throw unknown(`${name}.PublicKey`);
      // The library has a type of its own for it, which Go doesn't know.
      if (name !== 'ed25519') throw unknown(`${name}.PrivateKey`);
      return pkcs8Of({ kind: name, seed: bytesOf(jwk, 'd') });
    }
    default:
      throw unknown('[]uint8');
  }
}

function info([type = '', parameters]: readonly string[], key: Buffer): Buffer {
  const second = parameters === undefined ? nothing() : objectIdentifier(parameters);
  return sequence(sequence(objectIdentifier(type), second), bitString(key));
}

function bytesOf(jwk: Jwk, name: string): Buffer {
  return jwk.bytes.get(name) ?? Buffer.alloc(0);
}

function numberOf(jwk: Jwk, name: string): bigint {
  return unsigned(bytesOf(jwk, name));
}

/** Go keeps its last 64 bits only. */
function exponentOf(jwk: Jwk): bigint {
  return BigInt.asIntN(64, numberOf(jwk, 'e'));
}

function rsaPrivate(jwk: Jwk): Buffer {
  const hasRemainders = ['dp', 'dq', 'qi'].every((name) => bytesOf(jwk, name).length > 0);
  const crt = { dp: numberOf(jwk, 'dp'), dq: numberOf(jwk, 'dq'), qInverse: numberOf(jwk, 'qi') };
  const key = rsaKey({
    n: numberOf(jwk, 'n'),
    e: exponentOf(jwk),
    d: numberOf(jwk, 'd'),
    primes: [numberOf(jwk, 'p'), numberOf(jwk, 'q')],
    crt: hasRemainders ? crt : undefined,
  });
  return pkcs8Of(key);
}

const curveNames: Readonly<Record<string, Curve['name']>> = { 'P-256': 'P256', 'P-384': 'P384', 'P-521': 'P521' };

function curveNamed({ curve }: Jwk): Curve {
  const name = Object.hasOwn(curveNames, curve) ? curveNames[curve] : undefined;
  const found = curves.find((each) => each.name === name);
  if (found) return found;
  throw new GoError(`failed to build public key: invalid curve algorithm ${curve}`);
}

/** Not yet known to be on the curve. */
function encodedPoint(curve: Curve, jwk: Jwk): Buffer {
  const [x, y] = [numberOf(jwk, 'x'), numberOf(jwk, 'y')];
  if ([x, y].some((coordinate) => bitLength(coordinate) > curve.bits)) throw new GoError('overflowing coordinate', 'fixed');
  return Buffer.concat([Buffer.from([4]), unsignedBytes(x, curve.size), unsignedBytes(y, curve.size)]);
}

/** Whether the public key belongs to the private one Go doesn't ask. */
function ecPrivate(curve: Curve, jwk: Jwk): Buffer {
  const point = encodedPoint(curve, jwk);
  const scalar = numberOf(jwk, 'd');
  if (bitLength(scalar) > bitLength(curve.order)) throw new GoError('ecdsa: private key scalar too large', 'fixed');
  if (scalar === 0n) throw new GoError('ecdsa: private key scalar is zero or negative', 'fixed');
  checkPoint(curve, point);
  checkScalar(curve, scalar);
  return pkcs8Of({ kind: 'ec', curve, scalar, point });
}

/** The package of Go that a key of kind OKP belongs to; checks that a private key and its public one belong together. */
function octetKeyType(jwk: Jwk): 'ed25519' | 'x25519' {
  return withWords('failed to build public key: ', () => {
    const [x, d] = [bytesOf(jwk, 'x'), bytesOf(jwk, 'd')];
    if (jwk.kind.isPrivate && d.length === 0) throw new GoError('cannot use empty seed', 'fixed');
    if (jwk.curve !== 'Ed25519' && jwk.curve !== 'X25519') throw new GoError(`invalid curve algorithm ${jwk.curve}`);
    const kind = jwk.curve === 'Ed25519' ? 'ed25519' : 'x25519';
    if (!jwk.kind.isPrivate) return kind;
    if (d.length !== 32) throw new GoError(seedSizeError(kind, d.length));
    const privateKey = createPrivateKey({ key: pkcs8Of({ kind, seed: d }), format: 'der', type: 'pkcs8' });
    const expected = createPublicKey(privateKey).export({ format: 'der', type: 'spki' }).subarray(-32);
    if (!expected.equals(x)) throw new GoError('invalid x value given d value', 'fixed');
    return kind;
  });
}

function seedSizeError(kind: 'ed25519' | 'x25519', size: number): string {
  if (kind === 'ed25519') return 'wrong private key size';
  return `unable to construct x25519 private key from seed: unexpected seed size: ${size}`;
}

import { checkPoint, curveOf } from './curves.ts';
import * as der from './der-cursor.ts';
import { keyAlgorithms } from './private-key-parse.ts';

const dsa = '1.2.840.10040.4.1';

/** A SubjectPublicKeyInfo, as crypto/x509 demands it to be. Keys of kinds that Go doesn't know pass. */
export function checkPublicKey(info: der.Cursor): void {
  const algorithm = der.inside(info, der.tags.sequence, 'x509: malformed public key algorithm identifier');
  const type = der.oidOf(algorithm, 'x509: malformed OID');
  const parameters = der.isAtEnd(algorithm) ? undefined : der.anyElement(algorithm);
  if (!parameters && !der.isAtEnd(algorithm)) throw der.fault('x509: malformed parameters');
  const { bytes, unused } = der.bitStringOf(info, 'x509: malformed subjectPublicKey');
  const key = rightAligned(bytes, unused);
  const given = parameters?.full ?? Buffer.alloc(0);
  if (type === keyAlgorithms.rsa) checkRsa(given, key);
  if (type === keyAlgorithms.ec) checkEc(given, key);
  if (type === keyAlgorithms.ed25519) checkEd25519(given, key);
  if (type === dsa) checkDsa(given, key);
}

function rightAligned(bytes: Buffer, unused: number): Buffer {
  if (unused === 0) return bytes;
  return Buffer.from(bytes.map((byte, at) => (((bytes[at - 1] ?? 0) << (8 - unused)) | (byte >> unused)) & 0xff));
}

function checkRsa(parameters: Buffer, key: Buffer): void {
  if (!parameters.equals(Buffer.from([5, 0]))) throw der.fault('x509: RSA key missing NULL parameters');
  const numbers = der.inside(der.cursor(key), der.tags.sequence, 'x509: invalid RSA public key');
  const modulus = der.integerOf(numbers, 'x509: invalid RSA modulus');
  const exponent = der.integerOf(numbers, 'x509: invalid RSA public exponent');
  if (!der.isWithin(exponent, 64)) throw der.fault('x509: invalid RSA public exponent');
  if (modulus <= 0n) throw der.fault('x509: RSA modulus is not a positive number');
  if (exponent <= 0n) throw der.fault('x509: RSA public exponent is not a positive number');
}

function checkEc(parameters: Buffer, key: Buffer): void {
  const curve = curveOf(der.oidOf(der.cursor(parameters), 'x509: invalid ECDSA parameters'));
  if (!curve) throw der.fault('x509: unsupported elliptic curve');
  if (key[0] !== 4) throw der.fault('ecdsa: invalid uncompressed public key');
  checkPoint(curve, key);
}

function checkEd25519(parameters: Buffer, key: Buffer): void {
  if (parameters.length > 0) throw der.fault('x509: Ed25519 key encoded with illegal parameters');
  if (key.length !== 32) throw der.fault('x509: wrong Ed25519 public key size');
}

function checkDsa(parameters: Buffer, key: Buffer): void {
  const invalid = 'x509: invalid DSA parameters';
  const numbers = [der.integerOf(der.cursor(key), 'x509: invalid DSA public key')];
  const all = der.inside(der.cursor(parameters), der.tags.sequence, invalid);
  for (const _ of 'pqg') numbers.push(der.integerOf(all, invalid));
  if (numbers.some((number) => number <= 0n)) throw der.fault('x509: zero or negative DSA parameter');
}

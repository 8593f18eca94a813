import { GoError } from '../go-error.ts';
import { type Curve, checkScalar, curveOf, pointOf, unsigned } from './curves.ts';
import {
  type Asn1Type,
  bigInteger,
  bits,
  octets,
  oid,
  rawValue,
  sequenceOf,
  smallInteger,
  struct,
  syntaxError,
  unmarshal,
} from './der-decode.ts';
import { type RsaKey, rsaKey } from './rsa-key.ts';

/** A private key of the kinds that Go's x509 parses. */
export type PrivateKey = RsaKey | EcKey | OkpKey;

export interface EcKey {
  readonly kind: 'ec';
  readonly curve: Curve;
  readonly scalar: bigint;
  /** Uncompressed. */
  readonly point: Buffer;
}

export interface OkpKey {
  readonly kind: 'ed25519' | 'x25519';
  /** 32 bytes. */
  readonly seed: Buffer;
}

export const keyAlgorithms = {
  rsa: '1.2.840.113549.1.1.1',
  ec: '1.2.840.10045.2.1',
  ed25519: '1.3.101.112',
  x25519: '1.3.101.110',
} as const;

/** Go's x509.ParsePKCS8PrivateKey, with its errors. */
export function parsePkcs8(bytes: Buffer): PrivateKey {
  const key = orOtherFormat(bytes, pkcs8, { ec: ecPrivateKey, pkcs1: pkcs1PrivateKey }).value;
  switch (key.algorithm) {
    case keyAlgorithms.rsa:
      return within('x509: failed to parse RSA private key embedded in PKCS#8: ', () => parsePkcs1(key.content));
    case keyAlgorithms.ec:
      return within('x509: failed to parse EC private key embedded in PKCS#8: ', () => {
        return parseEc(key.content, readable(key.parameters, oid));
      });
    case keyAlgorithms.ed25519:
      return { kind: 'ed25519', seed: curveKey(key, 'Ed25519') };
    case keyAlgorithms.x25519:
      return { kind: 'x25519', seed: curveKey(key, 'X25519') };
    default:
      throw new GoError(`x509: PKCS#8 wrapping contained private key with unknown algorithm: ${key.algorithm}`);
  }
}

const nothing = { full: Buffer.alloc(0) };

const algorithmIdentifier = struct('AlgorithmIdentifier', (next) => {
  const algorithm = next(oid);
  return { algorithm, parameters: next<{ readonly full: Buffer }>(rawValue, { absent: { value: nothing } }).full };
});

const pkcs8 = struct('pkcs8', (next) => {
  next(smallInteger);
  return { ...next(algorithmIdentifier), content: next(octets) };
});

function curveKey({ parameters, content }: { parameters: Buffer; content: Buffer }, name: 'Ed25519' | 'X25519'): Buffer {
  if (parameters.length > 0) throw new GoError(`x509: invalid ${name} private key parameters`, 'fixed');
  const seed = within(`x509: invalid ${name} private key: `, () => unmarshal(content, octets).value);
  if (seed.length === 32) return seed;
  if (name === 'Ed25519') throw new GoError(`x509: invalid Ed25519 private key length: ${seed.length}`);
  throw new GoError('crypto/ecdh: invalid private key size', 'fixed');
}

/** Go's x509.ParsePKCS1PrivateKey, with its errors. */
export function parsePkcs1(bytes: Buffer): RsaKey {
  const { value, rest } = orOtherFormat(bytes, pkcs1PrivateKey, { ec: ecPrivateKey, pkcs8 });
  if (rest.length > 0) throw syntaxError('trailing data');
  if (value.version > 1n) throw new GoError('x509: unsupported private key version', 'fixed');
  const { n, e, d, p, q, dp, dq, qInverse, others } = value;
  if ([n, d, p, q, dp, dq, qInverse].some((number) => number !== undefined && number <= 0n)) {
    throw new GoError('x509: private key contains zero or negative value', 'fixed');
  }
  if (others.some((prime) => prime <= 0n)) throw new GoError('x509: private key contains zero or negative prime', 'fixed');
  const isWhole = dp !== undefined && dq !== undefined && qInverse !== undefined;
  return rsaKey({ n, e, d, primes: [p, q, ...others], crt: isWhole ? { dp, dq, qInverse } : undefined });
}

const optional = { absent: { value: undefined } };

const pkcs1PrivateKey = struct('pkcs1PrivateKey', (next) => ({
  version: next(smallInteger),
  n: next(bigInteger),
  e: next(smallInteger),
  d: next(bigInteger),
  p: next(bigInteger),
  q: next(bigInteger),
  dp: next<bigint | undefined>(bigInteger, optional),
  dq: next<bigint | undefined>(bigInteger, optional),
  qInverse: next<bigint | undefined>(bigInteger, optional),
  others: next(sequenceOf(additionalPrime), { absent: { value: [] } }),
}));

const additionalPrime = struct('pkcs1AdditionalRSAPrime', (next) => {
  const prime = next(bigInteger);
  next(bigInteger);
  next(bigInteger);
  return prime;
});

/** Go's x509.ParseECPrivateKey, with its errors; a curve that PKCS#8 names comes before the key's own. */
export function parseEc(bytes: Buffer, outerCurve?: string): EcKey {
  const key = orOtherFormat(
    bytes,
    ecPrivateKey,
    { pkcs8, pkcs1: pkcs1PrivateKey },
    'x509: failed to parse EC private key: ',
  ).value;
  if (key.version !== 1n) throw new GoError(`x509: unknown EC private key version ${key.version}`);
  const curve = curveOf(outerCurve ?? key.curve ?? '');
  if (curve === undefined) throw new GoError('x509: unknown elliptic curve', 'fixed');
  const zeros = key.scalar.subarray(0, Math.max(key.scalar.length - curve.size, 0));
  if (zeros.some((byte) => byte !== 0)) throw new GoError('x509: invalid private key length', 'fixed');
  const scalar = unsigned(key.scalar);
  // Go computes the point first, and has no encoding for the one at infinity.
  if (scalar % curve.order === 0n) throw new GoError('ecdsa: invalid public key encoding', 'fixed');
  checkScalar(curve, scalar);
  return { kind: 'ec', curve, scalar, point: pointOf(curve, scalar) };
}

const ecPrivateKey = struct('ecPrivateKey', (next) => {
  const version = next(smallInteger);
  const scalar = next(octets);
  const curve = next<string | undefined>(oid, { explicit: 0, ...optional });
  next<Buffer | undefined>(bits, { explicit: 1, ...optional });
  return { version, scalar, curve };
});

const parserOf = { ec: 'ParseECPrivateKey', pkcs8: 'ParsePKCS8PrivateKey', pkcs1: 'ParsePKCS1PrivateKey' } as const;

/** When the bytes are a key in another form, Go says so. */
function orOtherFormat<T>(
  bytes: Buffer,
  type: Asn1Type<T>,
  others: { readonly [Form in keyof typeof parserOf]?: Asn1Type<unknown> },
  words = '',
): { readonly value: T; readonly rest: Buffer } {
  try {
    return within(words, () => unmarshal(bytes, type));
  } catch (error) {
    for (const form of ['ec', 'pkcs8', 'pkcs1'] as const) {
      const other = others[form];
      if (other === undefined || readable(bytes, other) === undefined) continue;
      throw new GoError(`x509: failed to parse private key (use ${parserOf[form]} instead for this key format)`, 'fixed');
    }
    throw error;
  }
}

function readable<T>(bytes: Buffer, type: Asn1Type<T>): T | undefined {
  try {
    return unmarshal(bytes, type).value;
  } catch (error) {
    if (error instanceof GoError) return undefined;
    throw error;
  }
}

/** Runs a part, and puts words before its error. */
export function within<T>(words: string, part: () => T): T {
  try {
    return part();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(words + error.message, error.isFixed ? 'fixed' : 'quotes arguments');
  }
}

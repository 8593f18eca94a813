import { GoError } from '../go-error.ts';
import { type Asn1Type, type Element, octets, oid, rawValue, sequenceOf, smallInteger, struct, unmarshal } from './der-decode.ts';

/** The parts of a PKCS#12 file, named as in RFC 7292 and in the structs that Go reads them into. */

export const oids = {
  data: '1.2.840.113549.1.7.1',
  encryptedData: '1.2.840.113549.1.7.6',
  friendlyName: '1.2.840.113549.1.9.20',
  localKeyId: '1.2.840.113549.1.9.21',
  x509Certificate: '1.2.840.113549.1.9.22.1',
  keyBag: '1.2.840.113549.1.12.10.1.1',
  shroudedKeyBag: '1.2.840.113549.1.12.10.1.2',
  certBag: '1.2.840.113549.1.12.10.1.3',
  javaTrustStore: '2.16.840.1.113894.746875.1.1',
  anyExtendedKeyUsage: '2.5.29.37.0',
  pbes2: '1.2.840.113549.1.5.13',
  pbkdf2: '1.2.840.113549.1.5.12',
  pbmac1: '1.2.840.113549.1.5.14',
  hmacSha1: '1.2.840.113549.2.7',
  hmacSha256: '1.2.840.113549.2.9',
  hmacSha512: '1.2.840.113549.2.11',
  sha1: '1.3.14.3.2.26',
  sha256: '2.16.840.1.101.3.4.2.1',
  sha512: '2.16.840.1.101.3.4.2.3',
  aes256: '2.16.840.1.101.3.4.1.42',
  aes192: '2.16.840.1.101.3.4.1.22',
  aes128: '2.16.840.1.101.3.4.1.2',
} as const;

/** Exactly one value. */
export function decodeWhole<T>(der: Buffer, type: Asn1Type<T>): T {
  const { value, rest } = unmarshal(der, type);
  if (rest.length > 0) throw new GoError('pkcs12: trailing data found', 'fixed');
  return value;
}

/** What Go says of what it hasn't learned. */
export function notImplemented(text: string): GoError {
  return new GoError(`pkcs12: ${text}`);
}

const absentElement: Element = { class: 0, tag: 0, isCompound: false, content: Buffer.alloc(0), full: Buffer.alloc(0) };

export interface AlgorithmIdentifier {
  /** Empty when there is none. */
  readonly algorithm: string;
  readonly parameters: Element;
}

const algorithmIdentifier: Asn1Type<AlgorithmIdentifier> = struct('AlgorithmIdentifier', (next) => ({
  algorithm: next(oid),
  parameters: next(rawValue, { absent: { value: absentElement } }),
}));

const noAlgorithm: AlgorithmIdentifier = { algorithm: '', parameters: absentElement };

export interface MacData {
  readonly mac: { readonly algorithm: AlgorithmIdentifier; readonly digest: Buffer };
  readonly salt: Buffer;
  readonly iterations: bigint;
}

const macData: Asn1Type<MacData> = struct('macData', (next) => ({
  mac: next(digestInfo),
  salt: next(octets),
  iterations: next(smallInteger, { absent: { value: 1n } }),
}));

const digestInfo = struct('digestInfo', (next) => ({ algorithm: next(algorithmIdentifier), digest: next(octets) }));

export const contentInfo = struct('contentInfo', (next) => ({
  type: next(oid),
  content: next(rawValue, { explicit: 0, absent: { value: absentElement } }).content,
}));

export const pfx = struct('pfxPdu', (next) => ({
  version: next(smallInteger),
  authenticatedSafe: next(contentInfo),
  mac: next<MacData | undefined>(macData, { absent: { value: undefined } }),
}));

export interface Encrypted {
  readonly algorithm: AlgorithmIdentifier;
  readonly bytes: Buffer;
}

const encryptedContentInfo: Asn1Type<Encrypted> = struct('encryptedContentInfo', (next) => {
  next(oid);
  return {
    algorithm: next(algorithmIdentifier),
    bytes: next(octets, { implicit: 0, absent: { value: Buffer.alloc(0) } }),
  };
});

export const encryptedData = struct('encryptedData', (next) => ({
  version: next(smallInteger),
  content: next(encryptedContentInfo),
}));

export const encryptedPrivateKey: Asn1Type<Encrypted> = struct('encryptedPrivateKeyInfo', (next) => ({
  algorithm: next(algorithmIdentifier),
  bytes: next(octets),
}));

const attribute = struct('pkcs12Attribute', (next) => ({ id: next(oid), value: next(rawValue, { isSet: true }).content }));

export const safeBag = struct('safeBag', (next) => ({
  id: next(oid),
  value: next(rawValue, { explicit: 0 }).content,
  attributes: next(sequenceOf(attribute), { isSet: true, absent: { value: [] } }),
}));

export const certBag = struct('certBag', (next) => ({ id: next(oid), data: next(octets, { explicit: 0 }) }));

export const pbeParameters = struct('pbeParams', (next) => ({ salt: next(octets), iterations: next(smallInteger) }));

/** Of PBES2 and of PBMAC1: how the key is derived, and what is done with it. */
export function derivedKeyParameters(name: string): Asn1Type<{ derivation: AlgorithmIdentifier; scheme: AlgorithmIdentifier }> {
  return struct(name, (next) => ({ derivation: next(algorithmIdentifier), scheme: next(algorithmIdentifier) }));
}

export const pbkdf2Parameters = struct('pbkdf2Params', (next) => ({
  salt: next(rawValue),
  iterations: next(smallInteger),
  /** Zero when there is none. */
  keyLength: next(smallInteger, { absent: { value: 0n } }),
  prf: next(algorithmIdentifier, { absent: { value: noAlgorithm } }),
}));

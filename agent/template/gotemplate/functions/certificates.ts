import { decodeBase64 } from '../crypto/base64.ts';
import { type CertificateRequest, createCertificate } from '../crypto/certificate-create.ts';
import { parseIssuer } from '../crypto/certificate-issuer.ts';
import { unsigned } from '../crypto/curves.ts';
import { ipAddress } from '../crypto/ip-address.ts';
import { dsaKeyFrom, ecKeyFrom, ed25519KeyFrom, rsaKeyFrom } from '../crypto/keys-from-seed.ts';
import { encodePem } from '../crypto/pem-blocks.ts';
import { encodePrivateKey, parsePrivateKeyPem, type SprigKey } from '../crypto/private-key.ts';
import { within } from '../crypto/private-key-parse.ts';
import { GoError } from '../go-error.ts';
import { printf } from '../printing/printf.ts';
import type { GoList, GoObject } from '../value.ts';
import { Certificate } from './certificate-value.ts';
import type { FunctionFamily } from './family.ts';
import type { FunctionWorld } from './world.ts';

/**
 * gotemplate.md 12.11. Keys and serial numbers come from the stream of the world, the dates from its clock, and signatures have no
 * random part: the same input gives the same certificate.
 */
export const functions: FunctionFamily<'certificates'> = (world) => {
  const freshKey = () => {
    world.spend(steps.rsa2048);
    return rsaKeyFrom(world.randomBytes, 2048);
  };
  const authority = (name: string, days: bigint, key: SprigKey) =>
    issued(requestOf(world, { role: 'authority', name, days, addresses: [], dnsNames: [] }), key, { key });
  const selfSigned = (request: CertificateRequest, key: SprigKey) => issued(request, key, { key });
  const leaf = (name: string, ips: GoList | null, dnsNames: GoList | null, days: bigint) =>
    requestOf(world, { role: 'leaf', name, days, ...namesOf(ips, dnsNames) });
  return {
    genPrivateKey: (type) => generated(world, type),
    genCA: (name, days) => authority(name, days, freshKey()),
    genCAWithKey: (name, days, key) => authority(name, days, givenKey(key)),
    genSelfSignedCert: (name, ips, dnsNames, days) => selfSigned(leaf(name, ips, dnsNames, days), freshKey()),
    genSelfSignedCertWithKey: (name, ips, dnsNames, days, pem) => {
      const key = givenKey(pem);
      return selfSigned(leaf(name, ips, dnsNames, days), key);
    },
    genSignedCert: (name, ips, dnsNames, days, ca) => {
      const signer = signerOf(ca);
      return issued(leaf(name, ips, dnsNames, days), freshKey(), signer);
    },
    genSignedCertWithKey: (name, ips, dnsNames, days, ca, pem) => {
      const key = givenKey(pem);
      const signer = signerOf(ca);
      return issued(leaf(name, ips, dnsNames, days), key, signer);
    },
    buildCustomCert: custom,
  };
};

/** One for each 3 µs or so that it takes, so that a loop of them comes to an end. */
const steps = { rsa2048: 30_000, rsa4096: 200_000, dsa: 100_000, certificate: 2_000 } as const;

function generated({ randomBytes, spend }: FunctionWorld, type: string): string {
  switch (type) {
    case '':
    case 'rsa':
      spend(steps.rsa4096);
      return encodePrivateKey(rsaKeyFrom(randomBytes, 4096));
    case 'dsa':
      spend(steps.dsa);
      return encodePrivateKey(dsaKeyFrom(randomBytes));
    case 'ecdsa':
      return encodePrivateKey(ecKeyFrom(randomBytes));
    case 'ed25519':
      return encodePrivateKey(ed25519KeyFrom(randomBytes));
    default:
      return `Unknown type ${type}`;
  }
}

function givenKey(pem: string): SprigKey {
  return within('parsing private key: ', () => parsePrivateKeyPem(pem));
}

function signerOf(ca: GoObject) {
  const { cert, key } = ca instanceof Certificate ? ca : new Certificate('', '');
  const issuer = parseIssuer(cert, 'decodedSignerCert');
  return { issuer, key: within('error parsing private key: ', () => parsePrivateKeyPem(key)) };
}

function issued(request: CertificateRequest, key: SprigKey, signer: Parameters<typeof createCertificate>[2]): Certificate {
  const bytes = within('error creating certificate: ', () => createCertificate(request, key, signer));
  return new Certificate(encodePem('CERTIFICATE', bytes), encodePrivateKey(key));
}

interface Wish extends Pick<CertificateRequest, 'addresses' | 'dnsNames' | 'role'> {
  readonly name: string;
  readonly days: bigint;
}

function requestOf(world: FunctionWorld, { name, days, ...rest }: Wish): CertificateRequest {
  world.spend(steps.certificate);
  const now = BigInt(Math.floor(world.now())) * 1_000_000n;
  const span = BigInt.asIntN(64, days * 86_400_000_000_000n); // A time.Duration, which overflows at 292 years.
  const serial = unsigned(world.randomBytes(16));
  return { ...rest, commonName: name, serial, notBefore: seconds(now), notAfter: seconds(now + span) };
}

/** Rounded down, as a clock shows them. */
function seconds(nanoseconds: bigint): bigint {
  return (nanoseconds - (((nanoseconds % second) + second) % second)) / second;
}

const second = 1_000_000_000n;

function namesOf(ips: GoList | null, dnsNames: GoList | null): Pick<CertificateRequest, 'addresses' | 'dnsNames'> {
  const addresses = textsOf(ips, 'error parsing ip').map((text) => {
    const address = ipAddress(text);
    if (address === undefined) throw new GoError(`error parsing ip: ${text}`);
    return address;
  });
  return { addresses, dnsNames: textsOf(dnsNames, 'error processing alternate dns name') };
}

function textsOf(list: GoList | null, wrong: string): readonly string[] {
  return (list?.items ?? []).map((item) => {
    if (typeof item === 'string') return item;
    throw new GoError(`${wrong}: ${printf('%v', [item], () => {})} is not a string`);
  });
}

/** Both are decoded and looked at, and given back as they are. */
function custom(base64Certificate: string, base64Key: string): Certificate {
  const certificate = decodeBase64(base64Certificate);
  if (typeof certificate === 'number') throw new GoError('unable to decode base64 certificate', 'fixed');
  const key = decodeBase64(base64Key);
  if (typeof key === 'number') throw new GoError('unable to decode base64 private key', 'fixed');
  const result = new Certificate(certificate.toString('latin1'), key.toString('latin1'));
  parseIssuer(result.cert, 'decodedCert');
  within('error parsing private key: ', () => parsePrivateKeyPem(result.key));
  return result;
}

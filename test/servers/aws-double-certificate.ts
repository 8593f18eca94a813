import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A key and its self-signed certificate as PEM; the certificate is its own CA. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/** What a certificate says, and who signs it. */
export interface CertificateContent {
  readonly commonName: string;
  readonly dnsNames: readonly string[];
  /** Bytes of IPv4 or IPv6 addresses. */
  readonly addresses?: readonly Buffer[];
  readonly publicKey: KeyObject;
  readonly issuer: { readonly commonName: string; readonly key: KeyObject };
  /** In ms. */
  readonly notBefore: number;
  readonly notAfter: number;
  readonly isAuthority: boolean;
  /** Positive; made up unless given. */
  readonly serial?: Buffer;
}

/** A certificate for localhost, 127.0.0.1 and further names, valid from an hour ago for a day. */
export function selfSigned(...names: readonly string[]): SelfSigned {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const commonName = `aws double ${randomBytes(4).toString('hex')}`;
  const now = Date.now();
  const cert = certificatePem({
    commonName,
    dnsNames: ['localhost', ...names],
    addresses: [Buffer.from([127, 0, 0, 1])],
    publicKey: createPublicKey(privateKey),
    issuer: { commonName, key: privateKey },
    notBefore: now - 3_600_000,
    notAfter: now + 86_400_000,
    isAuthority: true,
  });
  return { key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(), cert };
}

/**
 * A certificate signed by an EC key. node:crypto signs but makes no certificates, and a machine with only Node has no openssl, so the
 * few DER structures of RFC 5280 are put together here.
 */
export function certificatePem(content: CertificateContent): string {
  const body = toBeSigned(content);
  const certificate = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, content.issuer.key)));
  return `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`;
}

function toBeSigned(content: CertificateContent): Buffer {
  const version3 = tagged(0xa0, integer(Buffer.from([2])));
  const serial = integer(content.serial ?? Buffer.concat([Buffer.from([1]), randomBytes(15)]));
  const validity = sequence(utcTime(content.notBefore), utcTime(content.notAfter));
  const publicKey = content.publicKey.export({ type: 'spki', format: 'der' });
  const [issuer, subject] = [named(content.issuer.commonName), named(content.commonName)];
  return sequence(version3, serial, ecdsaWithSha256, issuer, validity, subject, publicKey, extensions(content));
}

function named(commonName: string): Buffer {
  return sequence(tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(commonName)))));
}

function extensions({ dnsNames, addresses = [], isAuthority }: CertificateContent): Buffer {
  const names = [...dnsNames.map((each) => tagged(0x82, Buffer.from(each))), ...addresses.map((each) => tagged(0x87, each))];
  const alternatives = names.length > 0 ? [extension('551d11', sequence(...names))] : [];
  const authority = isAuthority ? [extension('551d13', sequence(tagged(0x01, Buffer.from([0xff]))))] : [];
  const all = [...alternatives, ...authority];
  return all.length > 0 ? tagged(0xa3, sequence(...all)) : Buffer.alloc(0);
}

function extension(id: string, value: Buffer): Buffer {
  return sequence(oid(id), tagged(0x04, value));
}

/** One tag-length-value of DER. */
function tagged(tag: number, ...contents: readonly Buffer[]): Buffer {
  const content = Buffer.concat(contents);
  const { length } = content;
  const size = length < 0x80 ? [length] : length < 0x100 ? [0x81, length] : [0x82, length >> 8, length & 0xff];
  return Buffer.concat([Buffer.from([tag, ...size]), content]);
}

function sequence(...contents: readonly Buffer[]): Buffer {
  return tagged(0x30, ...contents);
}

function integer(bytes: Buffer): Buffer {
  return tagged(0x02, bytes);
}

function oid(hex: string): Buffer {
  return tagged(0x06, Buffer.from(hex, 'hex'));
}

function bitString(bytes: Buffer): Buffer {
  return tagged(0x03, Buffer.from([0]), bytes);
}

function utcTime(ms: number): Buffer {
  const digits = new Date(ms).toISOString().replace(/[-:T]/g, '').slice(2, 14);
  return tagged(0x17, Buffer.from(`${digits}Z`));
}

const ecdsaWithSha256 = sequence(oid('2a8648ce3d040302'));

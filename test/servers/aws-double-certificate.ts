import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto';

/** A key and its self-signed certificate as PEM; the certificate is its own CA. */
export interface SelfSigned {
  readonly key: string;
  readonly cert: string;
}

/**
 * A certificate for localhost, 127.0.0.1 and further names, valid from an hour ago for a day. node:crypto signs but makes no certificates, and
 * a machine with only Node has no openssl, so the few DER structures of RFC 5280 are put together here.
 */
export function selfSigned(...names: readonly string[]): SelfSigned {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const body = toBeSigned(privateKey, ['localhost', ...names]);
  const certificate = sequence(body, ecdsaWithSha256, bitString(sign('sha256', body, privateKey)));
  return {
    key: privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
    cert: `-----BEGIN CERTIFICATE-----\n${certificate.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END CERTIFICATE-----\n`,
  };
}

function toBeSigned(privateKey: KeyObject, names: readonly string[]): Buffer {
  const now = Date.now();
  const version3 = tagged(0xa0, integer(Buffer.from([2])));
  const serial = integer(Buffer.concat([Buffer.from([1]), randomBytes(15)]));
  const name = sequence(
    tagged(0x31, sequence(oid('550403'), tagged(0x0c, Buffer.from(`aws double ${randomBytes(4).toString('hex')}`)))),
  );
  const validity = sequence(utcTime(now - 3_600_000), utcTime(now + 86_400_000));
  const publicKey = createPublicKey(privateKey).export({ type: 'spki', format: 'der' });
  return sequence(version3, serial, ecdsaWithSha256, name, validity, name, publicKey, extensions(names));
}

function extensions(names: readonly string[]): Buffer {
  const loopback = tagged(0x87, Buffer.from([127, 0, 0, 1]));
  const alternatives = sequence(...names.map((each) => tagged(0x82, Buffer.from(each))), loopback);
  const isAuthority = sequence(tagged(0x01, Buffer.from([0xff])));
  return tagged(0xa3, sequence(extension('551d11', alternatives), extension('551d13', isAuthority)));
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

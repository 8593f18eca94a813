import { createHash } from 'node:crypto';
import { GoError } from '../go-error.ts';
import { quoteGo } from '../printing/quote.ts';
import { runesOf } from '../runes.ts';
import type { Issuer } from './certificate-issuer.ts';
import { isAscii } from './certificate-names.ts';
import { signature, signatureAlgorithm, signingKey } from './certificate-signature.ts';
import { bitString, element, integer, objectIdentifier, octetString, sequence, set, tagged } from './der-encode.ts';
import { type PublicKeyInfo, publicKeyOf, type SprigKey } from './private-key.ts';

/** What sprig asks for in a certificate. */
export interface CertificateRequest {
  readonly commonName: string;
  readonly addresses: readonly Buffer[];
  readonly dnsNames: readonly string[];
  readonly serial: bigint;
  /** In seconds since the epoch. */
  readonly notBefore: bigint;
  readonly notAfter: bigint;
  readonly role: 'authority' | 'leaf';
}

/** As Go 1.26's x509.CreateCertificate makes it, byte for byte. Without an issuer it is signed by its own name. */
export function createCertificate(
  request: CertificateRequest,
  key: SprigKey,
  signer: { readonly key: SprigKey; readonly issuer?: Issuer },
): Buffer {
  const signing = signingKey(signer.key);
  if (key.kind === 'dsa' || key.kind === 'x25519') throw unsupported(key.kind === 'dsa' ? 'dsa' : 'ecdh');
  const publicKey = publicKeyOf(key);
  const subject = nameOf(request.commonName);
  const issuer = signer.issuer ?? { subject, keyId: undefined, publicKey: undefined };
  if (issuer.publicKey !== undefined && !isSame(issuer.publicKey, publicKeyOf(signing))) {
    throw new GoError("x509: provided PrivateKey doesn't match parent's PublicKey", 'fixed');
  }
  const authority = issuer.subject.equals(subject) ? undefined : issuer.keyId;
  const algorithm = signatureAlgorithm(signing);
  const signed = sequence(
    tagged(0, integer(2n)),
    integer(request.serial),
    algorithm,
    issuer.subject,
    sequence(time(request.notBefore), time(request.notAfter)),
    subject,
    sequence(publicKey.algorithm, bitString(publicKey.bits)),
    tagged(3, sequence(...extensions(request, publicKey, authority))),
  );
  return sequence(signed, algorithm, bitString(signature(signing, signed)));
}

function unsupported(goPackage: string): GoError {
  return new GoError(`x509: unsupported public key type: *${goPackage}.PublicKey`, 'fixed');
}

function isSame(a: PublicKeyInfo, b: PublicKeyInfo): boolean {
  return a.algorithm.equals(b.algorithm) && a.bits.equals(b.bits);
}

/** A Name of a common name alone; of an empty one, of nothing. */
function nameOf(commonName: string): Buffer {
  if (commonName === '') return sequence();
  const isPrintable = /^[a-zA-Z0-9'()+,\-./ :=?]*$/.test(commonName);
  if (!isPrintable && runesOf(commonName).some((rune) => !rune.isValid)) {
    throw new GoError('asn1: string not valid UTF-8', 'fixed');
  }
  const text = element(isPrintable ? 0x13 : 0x0c, Buffer.from(commonName, 'latin1'));
  return sequence(set(sequence(objectIdentifier('2.5.4.3'), text)));
}

/** UTCTime for the years from 1950 to 2049, else GeneralizedTime. */
function time(seconds: bigint): Buffer {
  const digits = new Date(Number(seconds) * 1000).toISOString().replace(/\.\d+Z$|[-T:]/g, '');
  const isShort = digits >= '1950' && digits < '2050';
  return element(isShort ? 0x17 : 0x18, Buffer.from(`${isShort ? digits.slice(2) : digits}Z`, 'latin1'));
}

function extensions(request: CertificateRequest, publicKey: PublicKeyInfo, authority: Buffer | undefined): readonly Buffer[] {
  const isAuthority = request.role === 'authority';
  const found = [
    critical('2.5.29.15', keyUsage(isAuthority)),
    extension('2.5.29.37', sequence(objectIdentifier('1.3.6.1.5.5.7.3.1'), objectIdentifier('1.3.6.1.5.5.7.3.2'))),
    critical('2.5.29.19', sequence(...(isAuthority ? [asnTrue] : []))),
  ];
  // RFC 7093, 2.1: the first 160 bits of SHA-256, since Go 1.25.
  const own = createHash('sha256').update(publicKey.bits).digest().subarray(0, 20);
  if (isAuthority) found.push(extension('2.5.29.14', octetString(own)));
  if (authority !== undefined) found.push(extension('2.5.29.35', sequence(element(0x80, authority))));
  const names = [...request.dnsNames.map(dnsName), ...request.addresses.map((address) => element(0x87, address))];
  if (names.length > 0) {
    const mark = request.commonName === '' ? critical : extension; // RFC 5280, 4.2.1.6: nothing else names it then.
    found.push(mark('2.5.29.17', sequence(...names)));
  }
  return found;
}

/** digitalSignature, keyEncipherment, and keyCertSign; the bits behind the last one that is set don't count. */
function keyUsage(isAuthority: boolean): Buffer {
  return element(0x03, Buffer.from(isAuthority ? [2, 0b1010_0100] : [5, 0b1010_0000]));
}

function dnsName(name: string): Buffer {
  if (!isAscii(name)) throw new GoError(`x509: ${quoteGo(name)} cannot be encoded as an IA5String`);
  return element(0x82, Buffer.from(name, 'latin1'));
}

const asnTrue = element(0x01, Buffer.from([0xff]));

function extension(id: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(id), octetString(value));
}

function critical(id: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(id), asnTrue, octetString(value));
}

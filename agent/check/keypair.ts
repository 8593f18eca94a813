import type { KeyObject, X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { faultText } from './fault.ts';
import { certificateOf, isCertificate, isEncrypted, isPrivateKey, privateKeyOf } from './pem.ts';
import { type PemBlock, readPem } from './pem-blocks.ts';

/** A file of the generation. */
export interface NamedText {
  readonly name: string;
  readonly text: string;
}

export interface PairRules {
  /** In ms since the epoch. */
  readonly now: number;
  /** A DNS name or an IP address that the certificate must be for. */
  readonly host?: string;
}

/**
 * Why a server can't work with a certificate and a key: the key fits the first certificate, each certificate is issued by the next one,
 * all are in their time, and the first is for the host, if one is given. Both may be in one file.
 */
export function keypairProblem(certificate: NamedText, key: NamedText, { now, host }: PairRules): string | undefined {
  const chain = readCertificates(certificate);
  if (typeof chain === 'string') return chain;
  const privateKey = readKey(key);
  if (typeof privateKey === 'string') return privateKey;
  const [first] = chain;
  if (!first) return `${certificate.name} holds no certificate`;
  if (!fits(first, privateKey)) return `the key in ${key.name} is not that of the first certificate in ${certificate.name}`;
  return chainProblem(certificate.name, chain, now) ?? hostProblem(certificate.name, first, host);
}

function readCertificates(file: NamedText): readonly X509Certificate[] | string {
  const blocks = blocksOf(file);
  if (typeof blocks === 'string') return blocks;
  const found: X509Certificate[] = [];
  for (const block of blocks.filter(isCertificate)) {
    const certificate = certificateOf(block);
    if (!certificate) return `${file.name}: line ${block.line}: a certificate that OpenSSL can not read`;
    found.push(certificate);
  }
  return found;
}

/** The first private key counts, as it does for OpenSSL. */
function readKey(file: NamedText): KeyObject | string {
  const blocks = blocksOf(file);
  if (typeof blocks === 'string') return blocks;
  const block = blocks.find(isPrivateKey);
  if (!block) return `${file.name} holds no private key`;
  if (isEncrypted(block)) return `the key in ${file.name} is encrypted: it can't be checked without its passphrase`;
  if (block.label.startsWith('OPENSSH')) return `the key in ${file.name} is in OpenSSH's form, which servers of TLS don't read`;
  return privateKeyOf(block) ?? `${file.name}: line ${block.line}: a private key that OpenSSL can not read`;
}

function blocksOf({ name, text }: NamedText): readonly PemBlock[] | string {
  const read = readPem(text);
  return 'fault' in read ? `${name} is not valid as PEM: ${faultText(read.fault)}` : read.blocks;
}

function fits(certificate: X509Certificate, key: KeyObject): boolean {
  try {
    return certificate.checkPrivateKey(key);
  } catch {
    return false; // A key of another kind.
  }
}

function chainProblem(file: string, chain: readonly X509Certificate[], now: number): string | undefined {
  for (const [index, certificate] of chain.entries()) {
    const which = chain.length > 1 ? `certificate ${index + 1} in ${file}` : `the certificate in ${file}`;
    const { validFromDate, validToDate } = certificate;
    if (now < validFromDate.getTime()) return `${which} is not valid before ${iso(validFromDate)}`;
    if (now > validToDate.getTime()) return `${which} expired at ${iso(validToDate)}`;
    const issuer = chain[index + 1];
    if (issuer && !isIssuedBy(certificate, issuer))
      return `${which} is not issued by certificate ${index + 2}: each must be followed by its issuer`;
  }
  return undefined;
}

function iso(date: Date): string {
  return date.toISOString().replace('.000Z', 'Z');
}

function isIssuedBy(certificate: X509Certificate, issuer: X509Certificate): boolean {
  try {
    return certificate.checkIssued(issuer) && certificate.verify(issuer.publicKey);
  } catch {
    return false; // Signed with an algorithm that the issuer's key isn't for.
  }
}

/** By the names in subjectAltName only: clients have stopped to look at the common name (RFC 9525). */
function hostProblem(file: string, certificate: X509Certificate, host: string | undefined): string | undefined {
  if (host === undefined) return undefined;
  const found = isIP(host) === 0 ? certificate.checkHost(host, { subject: 'never' }) : certificate.checkIP(host);
  return found === undefined ? `the certificate in ${file} is not for ${host}` : undefined;
}

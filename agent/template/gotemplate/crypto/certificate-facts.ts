import { GoError } from '../go-error.ts';
import { type Extension, type ExtensionFacts, readExtensions } from './certificate-extensions.ts';
import { checkPublicKey } from './certificate-keys.ts';
import { type NameAttribute, readName } from './certificate-names.ts';
import { isUniversalTime } from './certificate-times.ts';
import * as der from './der-cursor.ts';

/** What templates need to know of a certificate. */
export interface CertificateFacts extends ExtensionFacts {
  readonly der: Buffer;
  readonly subject: readonly NameAttribute[];
}

/** One certificate, checked as Go's x509.ParseCertificate does, with its words; nothing may follow it. */
export function certificateFacts(bytes: Buffer): CertificateFacts {
  const facts = firstCertificate(bytes);
  if (facts.der.length !== bytes.length) throw der.fault('x509: trailing data');
  return facts;
}

/** Certificates one behind the other, as Go's x509.ParseCertificates takes them. */
export function certificatesIn(bytes: Buffer): readonly CertificateFacts[] {
  const found: CertificateFacts[] = [];
  for (let rest = bytes; rest.length > 0; ) {
    const facts = firstCertificate(rest);
    found.push(facts);
    rest = rest.subarray(facts.der.length);
  }
  return found;
}

function firstCertificate(bytes: Buffer): CertificateFacts {
  const whole = der.elementOf(der.cursor(bytes), der.tags.sequence, 'x509: malformed certificate');
  const outer = der.cursor(whole.content);
  const signed = der.inside(outer, der.tags.sequence, 'x509: malformed tbs certificate');
  const version = readVersion(signed);
  if (der.integerOf(signed, 'x509: malformed serial number') < 0n) throw der.fault('x509: negative serial number');
  checkSignatureAlgorithm(signed, outer);
  readName(der.elementOf(signed, der.tags.sequence, 'x509: malformed issuer').full);
  checkValidity(der.inside(signed, der.tags.sequence, 'x509: malformed validity'));
  // Go says "issuer" here as well.
  const subject = readName(der.elementOf(signed, der.tags.sequence, 'x509: malformed issuer').full);
  checkPublicKey(der.inside(signed, der.tags.sequence, 'x509: malformed spki'));
  const extensions = version === 1 ? [] : readTail(signed, version);
  const facts = readExtensions(extensions);
  der.bitStringOf(outer, 'x509: malformed signature');
  return { ...facts, der: whole.full, subject };
}

function readVersion(from: der.Cursor): number {
  const wrong = 'x509: malformed version';
  const explicit = der.optionalInside(from, 0xa0, wrong);
  const version = explicit ? der.integerOf(explicit, wrong) : 0n;
  if (version < 0n || !der.isWithin(version, 64) || (explicit && !der.isAtEnd(explicit))) throw der.fault(wrong);
  if (version > 2n) throw der.fault('x509: invalid version');
  return Number(version) + 1;
}

function checkSignatureAlgorithm(signed: der.Cursor, outer: der.Cursor): void {
  const inner = der.contentOf(signed, der.tags.sequence, 'x509: malformed signature algorithm identifier');
  const repeated = der.contentOf(outer, der.tags.sequence, 'x509: malformed algorithm identifier');
  if (!inner.equals(repeated)) throw der.fault("x509: inner and outer signature algorithm identifiers don't match");
  const algorithm = der.cursor(inner);
  der.oidOf(algorithm, 'x509: malformed OID');
  if (!der.isAtEnd(algorithm) && !der.anyElement(algorithm)) throw der.fault('x509: malformed parameters');
}

function checkValidity(from: der.Cursor): void {
  for (const _ of ['not before', 'not after']) {
    const kind = der.isNext(from, der.tags.utcTime) ? 'UTCTime' : 'GeneralizedTime';
    const tag = kind === 'UTCTime' ? der.tags.utcTime : der.tags.generalizedTime;
    if (!der.isNext(from, tag)) throw der.fault('x509: unsupported time format');
    const text = der.contentOf(from, tag, `x509: malformed ${kind}`).toString('latin1');
    if (!isUniversalTime(text, kind)) throw der.fault(`x509: malformed ${kind}`);
  }
}

function readTail(from: der.Cursor, version: number): readonly Extension[] {
  der.optionalInside(from, 0x81, 'x509: malformed issuerUniqueID');
  der.optionalInside(from, 0x82, 'x509: malformed subjectUniqueID');
  const wrapped = version === 3 ? der.optionalInside(from, 0xa3, 'x509: malformed extensions') : undefined;
  if (!wrapped) return [];
  const all = der.inside(wrapped, der.tags.sequence, 'x509: malformed extensions');
  const extensions = new Map<string, Extension>();
  while (!der.isAtEnd(all)) {
    const extension = readExtension(der.inside(all, der.tags.sequence, 'x509: malformed extension'));
    if (extensions.has(extension.id)) {
      throw new GoError(`x509: certificate contains duplicate extension with OID "${extension.id}"`);
    }
    extensions.set(extension.id, extension);
  }
  return [...extensions.values()];
}

function readExtension(from: der.Cursor): Extension {
  const id = der.oidOf(from, 'x509: malformed extension OID field');
  const isMarked = der.isNext(from, der.tags.boolean);
  const isCritical = isMarked && der.booleanOf(from, 'x509: malformed extension critical field');
  return { id, isCritical, value: der.contentOf(from, der.tags.octetString, 'x509: malformed extension value field') };
}

import { GoError } from '../go-error.ts';
import { certificateFacts } from './certificate-facts.ts';
import * as der from './der-cursor.ts';
import { decodePem } from './pem-blocks.ts';
import type { PublicKeyInfo } from './private-key.ts';
import { keyAlgorithms, within } from './private-key-parse.ts';

/** What a certificate says of itself, for those that it issues. */
export interface Issuer {
  /** Its Name, byte for byte. */
  readonly subject: Buffer;
  readonly keyId: Buffer | undefined;
  /** Undefined when Go doesn't know keys of its kind. */
  readonly publicKey: PublicKeyInfo | undefined;
}

/** The first certificate in a PEM text, with sprig's errors. */
export function parseIssuer(text: string, name: 'decodedCert' | 'decodedSignerCert'): Issuer {
  const found = decodePem(text);
  if (found === undefined) throw new GoError('unable to decode certificate', 'fixed');
  const { bytes } = found.block;
  const { subjectKeyId } = within(`error parsing certificate: ${name}.Bytes: `, () => certificateFacts(bytes));
  return { ...subjectOf(bytes), keyId: subjectKeyId?.length ? subjectKeyId : undefined };
}

/** Of a certificate that is known to be whole. */
function subjectOf(certificate: Buffer): Pick<Issuer, 'subject' | 'publicKey'> {
  const broken = 'x509: malformed certificate';
  const signed = der.inside(der.inside(der.cursor(certificate), der.tags.sequence, broken), der.tags.sequence, broken);
  der.optionalInside(signed, 0xa0, broken); // The version; then serial number, algorithm, issuer and validity.
  for (let skipped = 0; skipped < 4; skipped += 1) der.anyElement(signed);
  const subject = der.elementOf(signed, der.tags.sequence, broken).full;
  const info = der.inside(signed, der.tags.sequence, broken);
  const algorithm = der.elementOf(info, der.tags.sequence, broken);
  const kind = der.oidOf(der.cursor(algorithm.content), broken);
  if (!comparable.has(kind)) return { subject, publicKey: undefined };
  return { subject, publicKey: { algorithm: algorithm.full, bits: der.bitStringOf(info, broken).bytes } };
}

/** Those that Go knows in certificates: it compares them with the key that signs. The last is DSA. */
const comparable: ReadonlySet<string> = new Set([
  keyAlgorithms.rsa,
  keyAlgorithms.ec,
  keyAlgorithms.ed25519,
  '1.2.840.10040.4.1',
]);

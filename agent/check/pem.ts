import { createPrivateKey, createPublicKey, type KeyObject, X509Certificate } from 'node:crypto';
import type { Fault } from './fault.ts';
import { type PemBlock, readPem } from './pem-blocks.ts';

/** Why a text is no PEM file: a block that isn't whole, none at all, or a certificate or key that OpenSSL can't read. */
export function pemFault(text: string): Fault | undefined {
  const read = readPem(text);
  if ('fault' in read) return read.fault;
  for (const block of read.blocks) {
    const what = contentProblem(block);
    if (what !== undefined) return { line: block.line, what };
  }
  return undefined;
}

function contentProblem(block: PemBlock): string | undefined {
  if (block.hasEncryptedBody || /^(OPENSSH|SSH2|TRUSTED) /.test(block.label)) return undefined;
  if (!isOneDerElement(block.bytes)) return 'a block that is cut short, or has something behind its end';
  if (isCertificate(block)) return certificateOf(block) ? undefined : 'a certificate that OpenSSL can not read';
  if (isPrivateKey(block))
    return isEncrypted(block) || privateKeyOf(block) ? undefined : 'a private key that OpenSSL can not read';
  if (/^(RSA )?PUBLIC KEY$/.test(block.label)) return publicKeyOf(block) ? undefined : 'a public key that OpenSSL can not read';
  return undefined;
}

export function isCertificate({ label }: PemBlock): boolean {
  return label === 'CERTIFICATE' || label === 'X509 CERTIFICATE';
}

export function isPrivateKey({ label }: PemBlock): boolean {
  return label.endsWith('PRIVATE KEY');
}

export function isEncrypted({ label, hasEncryptedBody }: PemBlock): boolean {
  return label === 'ENCRYPTED PRIVATE KEY' || hasEncryptedBody;
}

/** Undefined when it is none. OpenSSL's own words are left out: it is not ours to say what they hold. */
export function certificateOf({ bytes }: PemBlock): X509Certificate | undefined {
  try {
    return new X509Certificate(bytes);
  } catch {
    return undefined;
  }
}

export function privateKeyOf({ label, bytes }: PemBlock): KeyObject | undefined {
  try {
    return createPrivateKey(pemText(label, bytes));
  } catch {
    return undefined;
  }
}

function publicKeyOf({ label, bytes }: PemBlock): KeyObject | undefined {
  try {
    return createPublicKey(pemText(label, bytes));
  } catch {
    return undefined;
  }
}

function pemText(label: string, bytes: Buffer): string {
  return `-----BEGIN ${label}-----\n${bytes.toString('base64').replace(/.{1,64}/g, '$&\n')}-----END ${label}-----\n`;
}

/** A whole element of DER and nothing else (X.690, 8.1.3): a tag, a length in its short or long form, so many bytes. */
function isOneDerElement(bytes: Buffer): boolean {
  const first = bytes[1];
  if (first === undefined) return false;
  if (first < 0x80) return bytes.length === 2 + first;
  const count = first & 0x7f;
  if (count === 0 || count > 4 || bytes.length < 2 + count) return false;
  return bytes.length === 2 + count + bytes.readUIntBE(2, count);
}

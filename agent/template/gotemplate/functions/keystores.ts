import { orderedChain } from '../crypto/certificate-chain.ts';
import { type CertificateFacts, certificateFacts } from '../crypto/certificate-facts.ts';
import { nilDereference, withWords } from '../crypto/go-panic.ts';
import { decodePem, encodePem } from '../crypto/pem-blocks.ts';
import { readKeyStore } from '../crypto/pkcs12-read.ts';
import { writeKeyStore, writeTrustStore } from '../crypto/pkcs12-write.ts';
import { parseAnyPrivateKey } from '../crypto/private-key-any.ts';
import { pkcs8Of } from '../crypto/private-key-encode.ts';
import { GoError } from '../go-error.ts';
import type { FunctionFamily } from './family.ts';
import type { FunctionWorld } from './world.ts';

/** PKCS#12 in and out (gotemplate.md 13). A file comes in as its bytes, and goes out in base64. */
export const functions: FunctionFamily<'keystores'> = (world) => ({
  pkcs12key: (file) => keyOf(file, '', world),
  pkcs12keyPass: (password, file) => keyOf(file, password, world),
  pkcs12cert: (file) => certificatesOf(file, '', world),
  pkcs12certPass: (password, file) => certificatesOf(file, password, world),
  pemToPkcs12: (certificate, key) => keyStore([firstCertificate(certificate).facts], key, '', world),
  pemToPkcs12Pass: (certificate, key, password) => keyStore([firstCertificate(certificate).facts], key, password, world),
  fullPemToPkcs12: (certificates, key) => keyStore(allCertificates(certificates), key, '', world),
  fullPemToPkcs12Pass: (certificates, key, password) => keyStore(allCertificates(certificates), key, password, world),
  pemTruststoreToPKCS12: (certificates) => trustStore(certificates, '', world),
  pemTruststoreToPKCS12Pass: (certificates, password) => trustStore(certificates, password, world),
});

function keyOf(file: string, password: string, world: FunctionWorld): string {
  const store = withWords('unable to decode pkcs12 with password: ', () => readKeyStore(bytesOf(file), password, world));
  return encodePem('PRIVATE KEY', pkcs8Of(store.key));
}

function certificatesOf(file: string, password: string, world: FunctionWorld): string {
  const { certificates } = withWords('unable to decode pkcs12 certificate with password: ', () =>
    readKeyStore(bytesOf(file), password, world),
  );
  return orderedIfPossible(certificates, world)
    .map(({ der }) => encodePem('CERTIFICATE', der))
    .join('');
}

function bytesOf(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

function orderedIfPossible(certificates: readonly CertificateFacts[], world: FunctionWorld): readonly CertificateFacts[] {
  try {
    return orderedChain(certificates, world.spend);
  } catch (error) {
    if (error instanceof GoError) return certificates;
    throw error;
  }
}

function firstCertificate(text: string): { readonly facts: CertificateFacts; readonly rest: string } {
  const found = decodePem(text);
  if (!found) throw nilDereference();
  return { facts: certificateFacts(found.block.bytes), rest: found.rest };
}

/** Whatever follows a certificate has to be another one: even an empty line at the end makes the operator panic. */
export function allCertificates(text: string): readonly CertificateFacts[] {
  const all: CertificateFacts[] = [];
  for (let rest = text; rest !== '' || all.length === 0; ) {
    const first = firstCertificate(rest);
    all.push(first.facts);
    rest = first.rest;
  }
  return all;
}

function keyStore(certificates: readonly CertificateFacts[], keyText: string, password: string, world: FunctionWorld): string {
  const found = decodePem(keyText);
  if (!found) throw nilDereference();
  const key = parseAnyPrivateKey(found.block.bytes);
  return writeKeyStore(key, certificates, password, world).toString('base64');
}

function trustStore(text: string, password: string, world: FunctionWorld): string {
  const certificates = text === '' ? [] : allCertificates(text);
  return writeTrustStore(certificates, password, world).toString('base64');
}

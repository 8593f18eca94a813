import { nameText } from '../crypto/certificate-names.ts';
import { writeTrustStore } from '../crypto/pkcs12-write.ts';
import type { FunctionFamily } from './family.ts';
import { allCertificates } from './keystores.ts';

/**
 * `javaTrustStore CERTIFICATES PASSWORD`: PKCS#12 in base64, as pemTruststoreToPKCS12Pass gives it, but for the aliases. Java keeps one entry an
 * alias, whatever the case of its letters, and Go's library takes the subject: of two authorities of one subject, as there are while an
 * authority gets a new key, Java would see the last alone. Here a number tells them apart.
 */
export const functions: FunctionFamily<'javaStores'> = (world) => ({
  javaTrustStore(text, password) {
    const certificates = allCertificates(text);
    const aliases = distinct(certificates.map(({ subject }) => nameText(subject)));
    return writeTrustStore(certificates, password, world, aliases).toString('base64');
  },
});

function distinct(names: readonly string[]): readonly string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const alias = (count: number): string => (count === 1 ? name : `${name} ${count}`);
    const folded = (count: number): string => Buffer.from(alias(count), 'latin1').toString().toLowerCase();
    let count = 1;
    while (taken.has(folded(count))) count += 1;
    taken.add(folded(count));
    return alias(count);
  });
}

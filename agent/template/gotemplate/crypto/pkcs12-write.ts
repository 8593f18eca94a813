import { createCipheriv, createHash, createHmac } from 'node:crypto';
import type { FunctionWorld } from '../functions/world.ts';
import { bmpString, type Password, passwordOf } from './bmp-string.ts';
import type { CertificateFacts } from './certificate-facts.ts';
import { nameText } from './certificate-names.ts';
import { element, integer, objectIdentifier, octetString, sequence, set, tagged } from './der-encode.ts';
import { pbkdf2, pkcs12Derivation } from './key-derivation.ts';
import { oids } from './pkcs12-types.ts';
import { pkcs8Of } from './private-key-encode.ts';
import type { PrivateKey } from './private-key-parse.ts';

/** go-pkcs12's profile "Modern2023", which OpenSSL 3 and Java 20 write as well (gotemplate.md 13). */
const iterations = 2_048n;
const saltSize = 16;
const keySize = 32;

/**
 * A key with its certificates, that of the key first. Salts and IVs are asked for in the order in which Go's library does it, so
 * that its file and ours are the same where the random bytes are.
 */
export function writeKeyStore(
  key: PrivateKey,
  certificates: readonly CertificateFacts[],
  passwordText: string,
  world: FunctionWorld,
): Buffer {
  const password = passwordOf(passwordText);
  const leaf = certificates[0]?.der ?? Buffer.alloc(0);
  const localKeyId = attribute(oids.localKeyId, octetString(createHash('sha1').update(leaf).digest()));
  const shrouded = encrypted(pkcs8Of(key), password, world);
  const keyBag = bag(oids.shroudedKeyBag, sequence(shrouded.algorithm, octetString(shrouded.bytes)), [localKeyId]);
  // An empty set of attributes, where others leave it out: so does Go's library.
  const certBags = certificates.map(({ der }, index) => certBag(der, index === 0 ? [localKeyId] : []));
  const safe = [encryptedContent(certBags, password, world), dataContent(sequence(keyBag))];
  return wholeFile(sequence(...safe), password, world);
}

/** Certificates that Java trusts, each under an alias: as Go's library has it, its subject. */
export function writeTrustStore(
  certificates: readonly CertificateFacts[],
  passwordText: string,
  world: FunctionWorld,
  aliases: readonly string[] = certificates.map(({ subject }) => nameText(subject)),
): Buffer {
  const password = passwordOf(passwordText);
  const trusted = attribute(oids.javaTrustStore, objectIdentifier(oids.anyExtendedKeyUsage));
  const certBags = certificates.map(({ der }, index) => {
    return certBag(der, [trusted, attribute(oids.friendlyName, element(0x1e, bmpString(aliases[index] ?? '')))]);
  });
  return wholeFile(sequence(encryptedContent(certBags, password, world)), password, world);
}

function attribute(id: string, value: Buffer): Buffer {
  return sequence(objectIdentifier(id), set(value));
}

function bag(id: string, value: Buffer, attributes: readonly Buffer[]): Buffer {
  // The order of DER: by their bytes.
  return sequence(objectIdentifier(id), tagged(0, value), set(...[...attributes].sort(Buffer.compare)));
}

function certBag(certificate: Buffer, attributes: readonly Buffer[]): Buffer {
  const value = sequence(objectIdentifier(oids.x509Certificate), tagged(0, octetString(certificate)));
  return bag(oids.certBag, value, attributes);
}

function dataContent(content: Buffer): Buffer {
  return sequence(objectIdentifier(oids.data), tagged(0, octetString(content)));
}

function encryptedContent(bags: readonly Buffer[], password: Password, world: FunctionWorld): Buffer {
  const { algorithm, bytes } = encrypted(sequence(...bags), password, world);
  const content = sequence(objectIdentifier(oids.data), algorithm, element(0x80, bytes));
  return sequence(objectIdentifier(oids.encryptedData), tagged(0, sequence(integer(0n), content)));
}

/** By PBES2, with PBKDF2-HMAC-SHA-256 and AES-256-CBC. */
function encrypted(plain: Buffer, password: Password, world: FunctionWorld): { algorithm: Buffer; bytes: Buffer } {
  const salt = Buffer.from(world.randomBytes(saltSize));
  const iv = Buffer.from(world.randomBytes(16));
  const key = pbkdf2(password.utf8, { hash: 'sha256', salt, iterations, size: keySize }, world);
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const prf = sequence(objectIdentifier(oids.hmacSha256));
  const derivation = sequence(objectIdentifier(oids.pbkdf2), sequence(octetString(salt), integer(iterations), prf));
  const scheme = sequence(objectIdentifier(oids.aes256), octetString(iv));
  return {
    algorithm: sequence(objectIdentifier(oids.pbes2), sequence(derivation, scheme)),
    bytes: Buffer.concat([cipher.update(plain), cipher.final()]),
  };
}

function wholeFile(safe: Buffer, password: Password, world: FunctionWorld): Buffer {
  const salt = Buffer.from(world.randomBytes(saltSize));
  const key = pkcs12Derivation(password.wide, 'mac', { hash: 'sha256', salt, iterations, size: keySize }, world);
  const digest = octetString(createHmac('sha256', key).update(safe).digest());
  const mac = sequence(sequence(objectIdentifier(oids.sha256)), digest);
  return sequence(integer(3n), dataContent(safe), sequence(mac, octetString(salt), integer(iterations)));
}

import type { FunctionWorld } from '../functions/world.ts';
import { GoError } from '../go-error.ts';
import { noPassword, type Password, passwordOf } from './bmp-string.ts';
import { type CertificateFacts, certificatesIn } from './certificate-facts.ts';
import { octets, rawValue, sequenceOf } from './der-decode.ts';
import { withWords } from './go-panic.ts';
import { decryptByPassword } from './pkcs12-cipher.ts';
import { isRightPassword } from './pkcs12-mac.ts';
import * as pkcs12 from './pkcs12-types.ts';
import { type PrivateKey, parsePkcs8 } from './private-key-parse.ts';

export interface KeyStore {
  readonly key: PrivateKey;
  /** The first one is taken for that of the key, all others for its chain. At least one. */
  readonly certificates: readonly CertificateFacts[];
}

/** A key and its certificates, as go-pkcs12's DecodeChain takes them out of a file, with its words (gotemplate.md 13). */
export function readKeyStore(file: Buffer, passwordText: string, world: FunctionWorld): KeyStore {
  const { bags, password } = readBags(file, passwordOf(passwordText), world);
  const certificates: CertificateFacts[] = [];
  let key: PrivateKey | undefined;
  for (const bag of bags) {
    if (bag.id === pkcs12.oids.certBag) certificates.push(readCertificate(bag.value));
    if (bag.id !== pkcs12.oids.keyBag && bag.id !== pkcs12.oids.shroudedKeyBag) continue;
    if (key) throw new GoError('pkcs12: expected exactly one key bag', 'fixed');
    key = bag.id === pkcs12.oids.keyBag ? parsePkcs8(bag.value) : readShroudedKey(bag.value, password, world);
  }
  if (certificates.length === 0) throw new GoError('pkcs12: certificate missing', 'fixed');
  if (!key) throw new GoError('pkcs12: private key missing', 'fixed');
  return { key, certificates };
}

interface Bag {
  readonly id: string;
  readonly value: Buffer;
}

function readBags(file: Buffer, given: Password, world: FunctionWorld): { bags: readonly Bag[]; password: Password } {
  const whole = withWords('pkcs12: error reading P12 data: ', () => pkcs12.decodeWhole(file, pkcs12.pfx));
  if (whole.version !== 3n) throw pkcs12.notImplemented("can only decode v3 PFX PDU's");
  const { type, content } = whole.authenticatedSafe;
  if (type !== pkcs12.oids.data) throw pkcs12.notImplemented('only password-protected PFX is implemented');
  const safe = pkcs12.decodeWhole(content, rawValue).content;
  const password = rightPassword(whole.mac, safe, given, world);
  const infos = pkcs12.decodeWhole(safe, sequenceOf(pkcs12.contentInfo));
  if (infos.length < 1 || infos.length > 2) {
    throw pkcs12.notImplemented(`expected between 1 and 2 items in the authenticated safe, but this file has ${infos.length}`);
  }
  const bags = infos.flatMap((info) => pkcs12.decodeWhole(plainContent(info, password, world), sequenceOf(pkcs12.safeBag)));
  return { bags, password };
}

/** The password in the form that the file was made with: of the empty one there are two. */
function rightPassword(mac: pkcs12.MacData | undefined, safe: Buffer, given: Password, world: FunctionWorld): Password {
  const isEmpty = given.utf8.length === 0;
  if (!mac) {
    if (isEmpty) return given;
    throw new GoError('pkcs12: no MAC in data', 'fixed');
  }
  if (isRightPassword(mac, safe, given, world)) return given;
  if (isEmpty && isRightPassword(mac, safe, noPassword, world)) return noPassword;
  throw new GoError('pkcs12: decryption password incorrect', 'fixed');
}

interface ContentInfo {
  readonly type: string;
  readonly content: Buffer;
}

function plainContent({ type, content }: ContentInfo, password: Password, world: FunctionWorld): Buffer {
  if (type === pkcs12.oids.data) return pkcs12.decodeWhole(content, octets);
  if (type !== pkcs12.oids.encryptedData) {
    throw pkcs12.notImplemented('only data and encryptedData content types are supported in authenticated safe');
  }
  const encrypted = pkcs12.decodeWhole(content, pkcs12.encryptedData);
  if (encrypted.version !== 0n) throw pkcs12.notImplemented('only version 0 of EncryptedData is supported');
  return decryptByPassword(encrypted.content, password, world);
}

function readCertificate(value: Buffer): CertificateFacts {
  const bag = withWords('pkcs12: error decoding cert bag: ', () => pkcs12.decodeWhole(value, pkcs12.certBag));
  if (bag.id !== pkcs12.oids.x509Certificate) {
    throw pkcs12.notImplemented('only X509 certificates are supported in cert bags');
  }
  const [certificate, ...more] = certificatesIn(bag.data);
  if (certificate && more.length === 0) return certificate;
  throw new GoError('pkcs12: expected exactly one certificate in the certBag', 'fixed');
}

function readShroudedKey(value: Buffer, password: Password, world: FunctionWorld): PrivateKey {
  const encrypted = withWords('pkcs12: error decoding PKCS#8 shrouded key bag: ', () =>
    pkcs12.decodeWhole(value, pkcs12.encryptedPrivateKey),
  );
  const plain = withWords('pkcs12: error decrypting PKCS#8 shrouded key bag: ', () =>
    decryptByPassword(encrypted, password, world),
  );
  withWords('pkcs12: error unmarshaling decrypted private key: ', () => pkcs12.decodeWhole(plain, rawValue));
  return withWords('pkcs12: error parsing PKCS#8 private key: ', () => parsePkcs8(plain));
}

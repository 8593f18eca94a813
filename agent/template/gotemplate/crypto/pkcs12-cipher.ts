import { createDecipheriv } from 'node:crypto';
import type { FunctionWorld } from '../functions/world.ts';
import { GoError } from '../go-error.ts';
import type { Password } from './bmp-string.ts';
import { GoPanic } from './go-panic.ts';
import { type Hash, pbkdf2, pkcs12Derivation } from './key-derivation.ts';
import * as pkcs12 from './pkcs12-types.ts';
import { decryptRc2 } from './rc2.ts';

interface Cipher {
  readonly blockSize: number;
  /** Leaves the padding on. */
  readonly decrypt: (text: Buffer) => Buffer;
}

/** Decrypts with a password, by the old schemes of PKCS#12 or by PBES2. */
export function decryptByPassword({ algorithm, bytes }: pkcs12.Encrypted, password: Password, world: FunctionWorld): Buffer {
  const { blockSize, decrypt } = cipherFor(algorithm, password, world);
  if (bytes.length === 0) throw new GoError('pkcs12: empty encrypted data', 'fixed');
  if (bytes.length % blockSize !== 0) throw new GoError('pkcs12: input is not a multiple of the block size', 'fixed');
  const padded = decrypt(bytes);
  const padding = padded.at(-1) ?? 0;
  const isPadding = padding > 0 && padding <= blockSize && padded.subarray(-padding).every((byte) => byte === padding);
  if (!isPadding) throw new GoError('pkcs12: decryption error, incorrect padding', 'fixed');
  return padded.subarray(0, -padding);
}

/** Schemes of RFC 7292, appendix C. */
const oldCiphers: Readonly<Record<string, { readonly keySize: number; readonly name: 'des' | 'rc2' }>> = {
  '1.2.840.113549.1.12.1.3': { keySize: 24, name: 'des' },
  '1.2.840.113549.1.12.1.5': { keySize: 16, name: 'rc2' },
  '1.2.840.113549.1.12.1.6': { keySize: 5, name: 'rc2' },
};

function cipherFor(algorithm: pkcs12.AlgorithmIdentifier, password: Password, world: FunctionWorld): Cipher {
  if (algorithm.algorithm === pkcs12.oids.pbes2) return pbes2(algorithm.parameters.full, password, world);
  const old = oldCiphers[algorithm.algorithm];
  if (!old) throw pkcs12.notImplemented(`pbe algorithm ${algorithm.algorithm} is not supported`);
  const { salt, iterations } = pkcs12.decodeWhole(algorithm.parameters.full, pkcs12.pbeParameters);
  const from = { hash: 'sha1', salt, iterations } as const;
  const key = pkcs12Derivation(password.wide, 'key', { ...from, size: old.keySize }, world);
  const iv = pkcs12Derivation(password.wide, 'iv', { ...from, size: 8 }, world);
  return {
    blockSize: 8,
    decrypt: (text) => {
      world.spend(text.length);
      return old.name === 'rc2' ? decryptRc2(key, iv, text) : decryptUnpadded('des-ede3-cbc', key, iv, text);
    },
  };
}

const aes: Readonly<Record<string, { readonly name: string; readonly keySize: number }>> = {
  [pkcs12.oids.aes256]: { name: 'aes-256-cbc', keySize: 32 },
  [pkcs12.oids.aes192]: { name: 'aes-192-cbc', keySize: 24 },
  [pkcs12.oids.aes128]: { name: 'aes-128-cbc', keySize: 16 },
};

function pbes2(parameters: Buffer, password: Password, world: FunctionWorld): Cipher {
  const { derivation, scheme } = pkcs12.decodeWhole(parameters, pkcs12.derivedKeyParameters('pbes2Params'));
  const { hash, salt, iterations } = pbkdf2ParametersOf(derivation, pbes2Words);
  const cipher = aes[scheme.algorithm];
  if (!cipher) throw pkcs12.notImplemented(`pbes2 algorithm ${scheme.algorithm} is not supported`);
  const key = pbkdf2(password.utf8, { hash, salt, iterations, size: cipher.keySize }, world);
  const iv = scheme.parameters.content;
  if (iv.length !== 16) throw new GoPanic('cipher.NewCBCDecrypter: IV length must equal block size');
  return { blockSize: 16, decrypt: (text) => decryptUnpadded(cipher.name, key, iv, text) };
}

function decryptUnpadded(name: string, key: Buffer, iv: Buffer, text: Buffer): Buffer {
  const cipher = createDecipheriv(name, key, iv).setAutoPadding(false);
  return Buffer.concat([cipher.update(text), cipher.final()]);
}

/** How the library names PBES2 and PBMAC1 in its errors. */
interface Words {
  readonly derivation: string;
  readonly salt: string;
  readonly prf: string;
}

const pbes2Words: Words = { derivation: 'pbes2 kdf', salt: 'pbes2/pbkdf2', prf: 'pbes2 prf' };
export const pbmac1Words: Words = { derivation: 'PBMAC1 KDF', salt: 'PBMAC1/PBKDF2', prf: 'PBMAC1 PRF' };

export const hmacs: Readonly<Record<string, Hash>> = {
  [pkcs12.oids.hmacSha1]: 'sha1',
  [pkcs12.oids.hmacSha256]: 'sha256',
  [pkcs12.oids.hmacSha512]: 'sha512',
};

export function pbkdf2ParametersOf({ algorithm, parameters }: pkcs12.AlgorithmIdentifier, words: Words) {
  if (algorithm !== pkcs12.oids.pbkdf2) {
    throw pkcs12.notImplemented(`${words.derivation} algorithm ${algorithm} is not supported`);
  }
  const { salt, iterations, keyLength, prf } = pkcs12.decodeWhole(parameters.full, pkcs12.pbkdf2Parameters);
  if (salt.tag !== 4) throw pkcs12.notImplemented(`only octet string salts are supported for ${words.salt}`);
  const hash = prf.algorithm === '' ? 'sha1' : hmacs[prf.algorithm];
  if (!hash) throw pkcs12.notImplemented(`${words.prf} ${prf.algorithm} is not supported`);
  return { hash, salt: salt.content, iterations, keyLength };
}

import { constants, createPrivateKey, privateDecrypt } from 'node:crypto';
import { GoError } from '../go-error.ts';
import { pkcs1Of } from './private-key-encode.ts';
import { bitLength, type RsaKey } from './rsa-key.ts';

/** Go's rsa.DecryptOAEP with an empty label. The hash is that of the mask, too. */
export function decryptOaep(key: RsaKey, hash: 'sha1' | 'sha256' | 'sha512', text: Buffer): Buffer {
  const bits = bitLength(key.n);
  if (bits < 1024) {
    throw new GoError(`crypto/rsa: ${bits}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`);
  }
  const size = Math.ceil(bits / 8);
  if (text.length > size) throw decryptionError();
  // Go takes a text without its leading zeros, too.
  const whole = Buffer.concat([Buffer.alloc(size - text.length), text]);
  try {
    const privateKey = createPrivateKey({ key: pkcs1Of(key), format: 'der', type: 'pkcs1' });
    return privateDecrypt({ key: privateKey, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: hash }, whole);
  } catch {
    throw decryptionError();
  }
}

function decryptionError(): GoError {
  return new GoError('crypto/rsa: decryption error', 'fixed');
}

import { isUtf8 } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto';
import { encodeBase64, hashSync } from 'bcryptjs';
import { decodeBase64, illegalBase64 } from '../crypto/base64.ts';
import { GoError } from '../go-error.ts';
import { derivedPassword } from './derived-password.ts';
import type { FunctionFamily } from './family.ts';

/** gotemplate.md 12.11. Salts and initialization vectors come from the world, so that the same input gives the same hash. */
export const functions: FunctionFamily<'passwords'> = ({ randomBytes, spend }) => {
  const bcrypt = (password: string) => {
    if (password.length > bcryptLimit) return tooLong;
    spend(steps.bcrypt);
    return bcryptHash(randomBytes(16), password);
  };
  return {
    bcrypt,
    htpasswd: (user, password, algorithm) => {
      if (user.includes(':')) return `invalid username: ${user}`;
      if (algorithm !== 'sha') return `${user}:${bcrypt(password)}`;
      return `${user}:{SHA}${createHash('sha1').update(password, 'latin1').digest('base64')}`;
    },
    derivePassword: (...args) => {
      spend(steps.scrypt);
      return derivedPassword(...args);
    },
    encryptAES: (password, text) => (text === '' ? '' : encrypted(aesKey(password), randomBytes(blockSize), text)),
    decryptAES: (password, text) => (text === '' ? '' : decrypted(aesKey(password), text)),
  };
};

/** One for each 3 µs or so that it takes, so that a loop of them comes to an end. */
const steps = { bcrypt: 20_000, scrypt: 40_000 } as const;

const bcryptLimit = 72;
const tooLong = 'failed to encrypt string with bcrypt: bcrypt: password length exceeds 72 bytes';

function bcryptHash(salt: Uint8Array, password: string): string {
  const bytes = Buffer.from(password, 'latin1');
  // Go takes any bytes; the library takes text.
  if (!isUtf8(bytes)) throw new GoError('bcrypt of bytes that are no UTF-8 is not supported', 'fixed');
  return hashSync(bytes.toString('utf8'), `$2a$10$${encodeBase64(salt, salt.length)}`);
}

const blockSize = 16;

function aesKey(password: string): Buffer {
  const key = Buffer.alloc(32);
  key.write(password, 'latin1');
  return key;
}

function encrypted(key: Buffer, vector: Uint8Array, text: string): string {
  const cipher = createCipheriv('aes-256-cbc', key, vector);
  return Buffer.concat([vector, cipher.update(text, 'latin1'), cipher.final()]).toString('base64');
}

/** The padding is taken off by its last byte alone, unchecked; texts of Go's panics where it doesn't fit. */
function decrypted(key: Buffer, text: string): string {
  const bytes = decodeBase64(text);
  if (typeof bytes === 'number') throw new GoError(illegalBase64(bytes));
  const capacity = Math.floor(text.length / 4) * 3;
  if (capacity < blockSize) throw outOfRange(`[:${blockSize}] with capacity ${capacity}`);
  if (bytes.length < blockSize) throw outOfRange(`[${blockSize}:${bytes.length}]`);
  const content = bytes.subarray(blockSize);
  if (content.length % blockSize !== 0) throw new GoError('crypto/cipher: input not full blocks', 'fixed');
  if (content.length === 0) throw new GoError('runtime error: index out of range [-1]', 'fixed');
  const cipher = createDecipheriv('aes-256-cbc', key, bytes.subarray(0, blockSize)).setAutoPadding(false);
  const padded = Buffer.concat([cipher.update(content), cipher.final()]);
  const length = padded.length - (padded.at(-1) ?? 0);
  if (length < 0) throw outOfRange(`[:${length}]`);
  return padded.toString('latin1', 0, length);
}

function outOfRange(range: string): GoError {
  return new GoError(`runtime error: slice bounds out of range ${range}`);
}

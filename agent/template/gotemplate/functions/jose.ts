import { withWords } from '../crypto/go-panic.ts';
import { privateKeyInfo, publicKeyInfo } from '../crypto/jwk-keys.ts';
import { parseJwk } from '../crypto/jwk-parse.ts';
import { decodePem, encodePem } from '../crypto/pem-blocks.ts';
import { parseAnyPrivateKey } from '../crypto/private-key-any.ts';
import { decryptOaep } from '../crypto/rsa-oaep.ts';
import { GoError } from '../go-error.ts';
import type { FunctionFamily } from './family.ts';

/** JSON Web Keys as PEM, and what was encrypted with RSA (gotemplate.md 13). */
export const functions: FunctionFamily<'jose'> = () => ({
  jwkPublicKeyPem: (json) => encodePem('PUBLIC KEY', publicKeyInfo(parseJwk(json))),

  jwkPrivateKeyPem: (json) => encodePem('PRIVATE KEY', privateKeyInfo(parseJwk(json))),

  rsaDecrypt: (scheme, hash, text, keyText) => {
    if (scheme === 'None') return text;
    if (scheme !== 'RSA-OAEP') throw new GoError(`decryption scheme ${scheme} is not supported`);
    const found = decodePem(keyText);
    if (!found) throw new GoError('failed to decode PEM block', 'fixed');
    const key = withWords('could not parse private key: ', () => parseAnyPrivateKey(found.block.bytes));
    if (key.kind !== 'rsa') throw new GoError('could not parse RSA private key', 'fixed');
    return withWords('error decrypting data with RSA: ', () =>
      decryptOaep(key, hashNamed(hash), Buffer.from(text, 'latin1')).toString('latin1'),
    );
  },
});

/** Any other name is SHA-256. */
function hashNamed(name: string): 'sha1' | 'sha256' | 'sha512' {
  if (name === 'SHA1') return 'sha1';
  return name === 'SHA512' ? 'sha512' : 'sha256';
}

import { createHmac, timingSafeEqual } from 'node:crypto';
import type { FunctionWorld } from '../functions/world.ts';
import { GoError, LimitExceeded } from '../go-error.ts';
import type { Password } from './bmp-string.ts';
import { type Hash, hashSize, pbkdf2, pkcs12Derivation } from './key-derivation.ts';
import { hmacs, pbkdf2ParametersOf, pbmac1Words } from './pkcs12-cipher.ts';
import * as pkcs12 from './pkcs12-types.ts';

/** Whether the password fits the MAC of a file. */
export function isRightPassword(data: pkcs12.MacData, message: Buffer, password: Password, world: FunctionWorld): boolean {
  const { algorithm, digest } = data.mac;
  const { hash, key } =
    algorithm.algorithm === pkcs12.oids.pbmac1
      ? pbmac1Key(algorithm.parameters.full, password, world)
      : oldKey(data, password, world);
  const expected = createHmac(hash, key).update(message).digest();
  return expected.length === digest.length && timingSafeEqual(expected, digest);
}

interface MacKey {
  readonly hash: Hash;
  readonly key: Buffer;
}

const hashes: Readonly<Record<string, Hash>> = {
  [pkcs12.oids.sha1]: 'sha1',
  [pkcs12.oids.sha256]: 'sha256',
  [pkcs12.oids.sha512]: 'sha512',
};

function oldKey({ mac, salt, iterations }: pkcs12.MacData, password: Password, world: FunctionWorld): MacKey {
  const hash = hashes[mac.algorithm.algorithm];
  if (!hash) throw pkcs12.notImplemented(`MAC digest algorithm not supported: ${mac.algorithm.algorithm}`);
  return { hash, key: pkcs12Derivation(password.wide, 'mac', { hash, salt, iterations, size: hashSize[hash] }, world) };
}

/** Nothing sane has a longer key for a MAC, but a file may ask for 2^63 bytes. */
const longestKey = 4_096n;

/** RFC 9579. */
function pbmac1Key(parameters: Buffer, password: Password, world: FunctionWorld): MacKey {
  const { derivation, scheme } = pkcs12.decodeWhole(parameters, pkcs12.derivedKeyParameters('pbmac1Params'));
  const { hash, salt, iterations, keyLength } = pbkdf2ParametersOf(derivation, pbmac1Words);
  const hmac = hmacs[scheme.algorithm];
  if (!hmac) throw pkcs12.notImplemented(`PBMAC1 MAC algorithm ${scheme.algorithm} is not supported`);
  if (keyLength <= 0n) {
    throw new GoError('pkcs12: PBMAC1 requires explicit KeyLength parameter in PBKDF2 parameters', 'fixed');
  }
  if (keyLength > longestKey) throw new LimitExceeded(`a key store asks for a key of more than ${longestKey} bytes`);
  return { hash: hmac, key: pbkdf2(password.utf8, { hash, salt, iterations, size: Number(keyLength) }, world) };
}

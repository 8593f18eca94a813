import { bitString, integer, nothing, objectIdentifier, octetString, sequence, tagged, unsignedBytes } from './der-encode.ts';
import { keyAlgorithms, type PrivateKey } from './private-key-parse.ts';
import { moreFactors, type RsaKey } from './rsa-key.ts';

/** As Go's x509.MarshalPKCS8PrivateKey writes it. */
export function pkcs8Of(key: PrivateKey): Buffer {
  const algorithm = objectIdentifier(keyAlgorithms[key.kind]);
  switch (key.kind) {
    case 'rsa':
      return wrapped(sequence(algorithm, nothing()), pkcs1Of(key));
    case 'ec': {
      const scalar = octetString(unsignedBytes(key.scalar, key.curve.size));
      const inner = sequence(integer(1n), scalar, tagged(1, bitString(key.point)));
      return wrapped(sequence(algorithm, objectIdentifier(key.curve.oid)), inner);
    }
    default:
      return wrapped(sequence(algorithm), octetString(key.seed));
  }
}

function wrapped(algorithm: Buffer, privateKey: Buffer): Buffer {
  return sequence(integer(0n), algorithm, octetString(privateKey));
}

/** As Go's x509.MarshalPKCS1PrivateKey writes it. */
export function pkcs1Of(key: RsaKey): Buffer {
  const [p = 0n, q = 0n] = key.primes;
  const numbers = [key.n, key.e, key.d, p, q, key.crt.dp, key.crt.dq, key.crt.qInverse].map(integer);
  const more = moreFactors(key).map((factor) =>
    sequence(integer(factor.prime), integer(factor.exponent), integer(factor.coefficient)),
  );
  return sequence(integer(more.length > 0 ? 1n : 0n), ...numbers, ...(more.length > 0 ? [sequence(...more)] : []));
}

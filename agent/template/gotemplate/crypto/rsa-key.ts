import { GoError, LimitExceeded } from '../go-error.ts';
import { unsignedBytes } from './der-encode.ts';

/** The numbers of an RSA private key. More than two primes make a key that Go reads, but no longer makes. */
export interface RsaNumbers {
  readonly n: bigint;
  readonly e: bigint;
  readonly d: bigint;
  readonly primes: readonly bigint[];
  /** d mod p-1, d mod q-1, and the inverse of q mod p: all of them, or none. */
  readonly crt: RsaRemainders | undefined;
}

export interface RsaRemainders {
  readonly dp: bigint;
  readonly dq: bigint;
  readonly qInverse: bigint;
}

export interface RsaKey extends RsaNumbers {
  readonly kind: 'rsa';
  readonly crt: RsaRemainders;
}

/** Of one number, in bits: what is larger would keep us busy for minutes. Go has no such limit. */
const largest = 16_384;
const mostPrimes = 16;

/** A key that passed all checks of Go's crypto/rsa, in their order and with their words. */
export function rsaKey(numbers: RsaNumbers): RsaKey {
  const isLarge = [numbers.n, numbers.d, ...numbers.primes].some((number) => number >> BigInt(largest) > 0n);
  if (isLarge || numbers.primes.length > mostPrimes) {
    throw new LimitExceeded(`an RSA key may have up to ${mostPrimes} primes, and numbers of up to ${largest} bits`);
  }
  const [p = 0n, q = 0n] = numbers.primes;
  const isOld = numbers.primes.length > 2;
  for (const modulus of isOld ? [numbers.n] : [numbers.n, p, q]) checkModulus(modulus);
  checkBelow(numbers.d, numbers.n);
  if (isOld) return oldKey(numbers, p, q);
  const given = numbers.crt;
  if (given) checkBelow(given.qInverse, p);
  const crt = given ?? remainders(numbers.d, p, q);
  checkPublic(numbers.n, numbers.e);
  checkPrivate(numbers, p, q, crt);
  return { ...numbers, kind: 'rsa', crt };
}

function fault(text: string): GoError {
  return new GoError(text, 'fixed');
}

function checkModulus(modulus: bigint): void {
  if (modulus <= 1n) throw fault('modulus must be > 1');
}

/** Go keeps numbers in words of 64 bits, and tells by them in which way one is too large. */
function checkBelow(value: bigint, modulus: bigint): void {
  if (unsignedBytes(value).length > Math.ceil(bitLength(modulus) / 64) * 8) throw fault('input overflows the modulus size');
  if (value >= modulus) throw fault('input overflows the modulus');
}

function remainders(d: bigint, p: bigint, q: bigint): RsaRemainders {
  checkModulus(p - 1n);
  checkModulus(q - 1n);
  if (p % 2n === 0n) throw fault('crypto/rsa: p is even');
  // By Fermat's theorem, as Go does it: of a p that is no prime it makes something else than the inverse.
  return { dp: d % (p - 1n), dq: d % (q - 1n), qInverse: power(q % p, p - 2n, p) };
}

function checkPublic(n: bigint, e: bigint): void {
  if (n % 2n === 0n) throw fault('crypto/rsa: public modulus is even');
  if (e < 2n) throw fault('crypto/rsa: public exponent too small or negative');
  if (e % 2n === 0n) throw fault('crypto/rsa: public exponent is even');
  if (e > 0x7fffffffn) throw fault('crypto/rsa: public exponent too large');
}

function checkPrivate({ n, e, d }: RsaNumbers, p: bigint, q: bigint, crt: RsaRemainders): void {
  if (p >= n || q >= n) throw fault('crypto/rsa: invalid prime');
  if ((p * q) % n !== 0n) throw fault('crypto/rsa: p * q != n');
  for (const [prime, exponent] of [
    [p, crt.dp],
    [q, crt.dq],
  ] as const) {
    if (prime - 1n <= 1n) throw fault('crypto/rsa: invalid prime');
    if (exponent >= prime - 1n || (e * exponent) % (prime - 1n) !== 1n) throw fault('crypto/rsa: invalid CRT exponent');
  }
  if ((q * crt.qInverse) % p !== 1n) throw fault('crypto/rsa: invalid CRT coefficient');
  if (d % (p - 1n) !== crt.dp) throw fault('crypto/rsa: d does not match dP');
  if (d % (q - 1n) !== crt.dq) throw fault('crypto/rsa: d does not match dQ');
  if (p === q) throw fault('crypto/rsa: p == q');
  const half = Math.floor(bitLength(n) / 2);
  if (bitLength(p > q ? p - q : q - p) <= half - 100) throw fault('crypto/rsa: |p - q| too small');
  if (bitLength(d) <= half) throw fault('crypto/rsa: d too small');
}

function oldKey(numbers: RsaNumbers, p: bigint, q: bigint): RsaKey {
  checkPublic(numbers.n, numbers.e);
  if (numbers.primes.some((prime) => prime <= 1n)) throw fault('crypto/rsa: prime factor is <= 1');
  const qInverse = inverse(q, p);
  moreFactors(numbers);
  return { ...numbers, kind: 'rsa', crt: { dp: numbers.d % (p - 1n), dq: numbers.d % (q - 1n), qInverse } };
}

/** Of each prime after the second: d mod prime-1, and the inverse of the product of those before it. */
export function moreFactors({ d, primes }: RsaNumbers): readonly { prime: bigint; exponent: bigint; coefficient: bigint }[] {
  return primes.slice(2).map((prime, index) => {
    const product = primes.slice(0, index + 2).reduce((a, b) => a * b);
    return { prime, exponent: d % (prime - 1n), coefficient: inverse(product, prime) };
  });
}

export function inverse(value: bigint, modulus: bigint): bigint {
  let [a, b, x, y] = [modulus, value % modulus, 0n, 1n];
  while (b > 0n) [a, b, x, y] = [b, a % b, y, x - (a / b) * y];
  if (a !== 1n) throw fault('crypto/rsa: prime factors are not relatively prime');
  return ((x % modulus) + modulus) % modulus;
}

export function power(base: bigint, exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  for (const bit of exponent.toString(2)) {
    result = (result * result) % modulus;
    if (bit === '1') result = (result * base) % modulus;
  }
  return result;
}

export function bitLength(value: bigint): number {
  return value === 0n ? 0 : value.toString(2).length;
}

import type { FunctionWorld } from '../functions/world.ts';
import { curves, pointOf, unsigned } from './curves.ts';
import { primeFrom, randomOdd } from './prime.ts';
import type { DsaKey } from './private-key.ts';
import type { EcKey, OkpKey } from './private-key-parse.ts';
import { inverse, power, type RsaKey, rsaKey } from './rsa-key.ts';

type RandomBytes = FunctionWorld['randomBytes'];

/** Every key is a function of the bytes it is made of: the same stream gives the same key, today and after a restart. */
export function rsaKeyFrom(randomBytes: RandomBytes, bits: 2048 | 4096): RsaKey {
  const e = 65537n;
  // With two bits set in each prime the product has all its bits; p-1 has to be free of e.
  const prime = () => keyPrime(randomBytes, bits / 2, e);
  const p = prime();
  let q = prime();
  while (p === q) q = prime();
  const d = inverse(e, leastCommonMultiple(p - 1n, q - 1n));
  return rsaKey({ n: p * q, e, d, primes: [p, q], crt: undefined });
}

function keyPrime(randomBytes: RandomBytes, bits: number, e: bigint): bigint {
  const limit = 1n << BigInt(bits);
  for (;;) {
    const start = randomOdd(randomBytes, bits, 0xc0);
    const prime = primeFrom(start, 2n, (candidate) => candidate < limit && candidate % e !== 1n);
    if (prime !== undefined) return prime;
  }
}

function leastCommonMultiple(a: bigint, b: bigint): bigint {
  let [divisor, rest] = [a, b];
  while (rest > 0n) [divisor, rest] = [rest, divisor % rest];
  return (a / divisor) * b;
}

/** On P-256. */
export function ecKeyFrom(randomBytes: RandomBytes): EcKey {
  const curve = curves.find(({ name }) => name === 'P256');
  if (curve === undefined) throw new Error('P-256 is not among the curves');
  const scalar = belowFrom(randomBytes, curve.order, curve.size);
  return { kind: 'ec', curve, scalar, point: pointOf(curve, scalar) };
}

export function ed25519KeyFrom(randomBytes: RandomBytes): OkpKey {
  return { kind: 'ed25519', seed: Buffer.from(randomBytes(32)) };
}

/** Of 2048 bits, in a group of 256, as Go's crypto/dsa makes its L2048N256. */
export function dsaKeyFrom(randomBytes: RandomBytes): DsaKey {
  const { p, q } = dsaPrimes(randomBytes);
  let g = 1n;
  for (let base = 2n; g === 1n; base += 1n) g = power(base, (p - 1n) / q, p);
  const x = belowFrom(randomBytes, q, 32);
  return { kind: 'dsa', p, q, g, y: power(g, x, p), x };
}

function dsaPrimes(randomBytes: RandomBytes): { readonly p: bigint; readonly q: bigint } {
  const q = primeFrom(randomOdd(randomBytes, 256, 0x80), 2n, (candidate) => candidate < 1n << 256n);
  if (q === undefined) return dsaPrimes(randomBytes);
  for (;;) {
    const start = randomOdd(randomBytes, 2048, 0x80);
    const limit = 1n << 2048n;
    // q divides p-1.
    const p = primeFrom(start - (start % (2n * q)) + 1n, 2n * q, (candidate) => candidate >> 2047n === 1n && candidate < limit);
    if (p !== undefined) return { p, q };
  }
}

/** From 1 to below the bound, each with the same chance. */
function belowFrom(randomBytes: RandomBytes, bound: bigint, size: number): bigint {
  for (;;) {
    const number = unsigned(randomBytes(size));
    if (number > 0n && number < bound) return number;
  }
}

import { checkPrimeSync } from 'node:crypto';
import type { FunctionWorld } from '../functions/world.ts';
import { unsigned } from './curves.ts';

type RandomBytes = FunctionWorld['randomBytes'];

/** A number of that many bits (a multiple of 8): the bits of the mask in its first byte are set, and so is the last bit. */
export function randomOdd(randomBytes: RandomBytes, bits: number, mask: number): bigint {
  const bytes = Uint8Array.from(randomBytes(bits / 8));
  bytes[0] = (bytes[0] ?? 0) | mask;
  return unsigned(bytes) | 1n;
}

/**
 * The first prime that fits among start, start + step, start + 2 step ... as OpenSSL looks for one too; undefined when there is none
 * close by. `start` is odd, `step` even. A prime is one that OpenSSL holds for one, by 64 rounds of Miller and Rabin or more, with
 * bases of its own choice: that a composite passes has no chance worth the name, so the choice doesn't show in the result.
 */
export function primeFrom(start: bigint, step: bigint, fits: (prime: bigint) => boolean): bigint | undefined {
  const isRuledOut = sieve(start, step);
  for (let index = 0; index < reach; index += 1) {
    if (isRuledOut[index]) continue;
    const candidate = start + step * BigInt(index);
    if (fits(candidate) && checkPrimeSync(candidate)) return candidate;
  }
  return undefined;
}

/** Of 1024 bits every 355th odd number is a prime, of 2048 bits every 710th. */
const reach = 4096;

/** What has a small factor needs no costly test. */
function sieve(start: bigint, step: bigint): Uint8Array {
  const isRuledOut = new Uint8Array(reach);
  for (const prime of smallPrimes) {
    const first = Number(start % BigInt(prime));
    const stride = Number(step % BigInt(prime));
    if (stride === 0) continue;
    let index = 0;
    while ((first + index * stride) % prime !== 0) index += 1;
    for (; index < reach; index += prime) isRuledOut[index] = 1;
  }
  return isRuledOut;
}

const smallPrimes = Array.from({ length: 4000 }, (_, index) => 2 * index + 3).filter(isSmallPrime);

function isSmallPrime(odd: number): boolean {
  for (let factor = 3; factor * factor <= odd; factor += 2) if (odd % factor === 0) return false;
  return true;
}

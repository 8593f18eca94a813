import { hash as digest, pbkdf2Sync } from 'node:crypto';
import type { FunctionWorld } from '../functions/world.ts';
import { LimitExceeded } from '../go-error.ts';

export type Hash = 'sha1' | 'sha256' | 'sha512';

export const hashSize: Readonly<Record<Hash, number>> = { sha1: 20, sha256: 32, sha512: 64 };

/** Files of our days ask for 2,048 to 600,000. Go has no bound, and a file may ask for 2^63. */
const mostIterations = 1_000_000n;

/** At least one, whatever is asked for. */
function counted(iterations: bigint): number {
  if (iterations > mostIterations) {
    throw new LimitExceeded(`a key store asks for more than ${mostIterations} iterations to derive a key`);
  }
  return iterations < 1n ? 1 : Number(iterations);
}

export interface Derivation {
  readonly hash: Hash;
  readonly salt: Buffer;
  readonly iterations: bigint;
  /** Of the key, in bytes. */
  readonly size: number;
}

/** PBKDF2 of RFC 8018. */
export function pbkdf2(password: Buffer, { hash, salt, iterations, size }: Derivation, world: FunctionWorld): Buffer {
  const count = counted(iterations);
  world.room(size);
  world.spend(count * Math.ceil(size / hashSize[hash]));
  return pbkdf2Sync(password, salt, count, size, hash);
}

/** What a key is derived for: each purpose has a key of its own. */
const purposes = { key: 1, iv: 2, mac: 3 } as const;

/** The derivation of RFC 7292, appendix B.2. The names are the letters of that text. */
export function pkcs12Derivation(
  password: Buffer,
  purpose: keyof typeof purposes,
  { hash, salt, iterations, size }: Derivation,
  world: FunctionWorld,
): Buffer {
  const count = counted(iterations);
  const v = hash === 'sha512' ? 128 : 64;
  const d = Buffer.alloc(v, purposes[purpose]);
  const i = Buffer.concat([repeated(salt, v), repeated(password, v)]);
  const parts: Buffer[] = [];
  for (let length = 0; length < size; length += hashSize[hash]) {
    const a = hashedOften(hash, Buffer.concat([d, i]), count, world.spend);
    parts.push(a);
    const b = Buffer.alloc(v, a);
    for (let at = 0; at < i.length; at += v) addPlusOne(i.subarray(at, at + v), b);
    world.spend(Math.ceil(i.length / v));
  }
  return Buffer.concat(parts).subarray(0, size);
}

function hashedOften(hash: Hash, bytes: Buffer, count: number, spend: (steps: number) => void): Buffer {
  let result = bytes;
  for (let round = 0; round < count; round += 1) {
    if (round % 1_024 === 0) spend(Math.min(1_024, count - round));
    result = digest(hash, result, 'buffer');
  }
  return result;
}

/** To a multiple of a block's size. */
function repeated(pattern: Buffer, v: number): Buffer {
  return pattern.length === 0 ? pattern : Buffer.alloc(v * Math.ceil(pattern.length / v), pattern);
}

/** Adds a number and one to the number in a block, in place; what overflows is lost. */
function addPlusOne(block: Buffer, number: Buffer): void {
  let carry = 1;
  for (let at = block.length - 1; at >= 0; at -= 1) {
    carry += (block[at] ?? 0) + (number[at] ?? 0);
    block[at] = carry & 0xff;
    carry >>= 8;
  }
}

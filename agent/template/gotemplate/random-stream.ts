import { createCipheriv, hkdfSync } from 'node:crypto';

/**
 * Random bytes that are a function of the seed: the key stream of AES-256 in counter mode, from zero, under a key that HKDF-SHA256
 * draws from the seed. Who doesn't know the seed can't tell the bytes from random ones, nor foretell the next from the last; the
 * same seed gives the same bytes however they are cut into calls. A seed serves one stream: two would repeat each other.
 */
export function randomStream(seed: Uint8Array): (count: number) => Uint8Array {
  const key = new Uint8Array(
    hkdfSync('sha256', seed, new Uint8Array(0), 'keytide: random stream of a template, AES-256-CTR', 32),
  );
  const keyStream = createCipheriv('aes-256-ctr', key, new Uint8Array(16));
  return (count) => keyStream.update(new Uint8Array(count));
}

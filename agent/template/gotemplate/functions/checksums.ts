import { createHash } from 'node:crypto';

/** Of the bytes of a Go string, in lower hex. */
export function hexHash(algorithm: 'sha1' | 'sha256' | 'sha512', text: string): string {
  return createHash(algorithm).update(text, 'latin1').digest('hex');
}

/** In decimal, as sprig gives it. */
export function adler32(text: string): string {
  let [low, high] = [1, 0];
  for (let at = 0; at < text.length; at += 1) {
    low = (low + text.charCodeAt(at)) % 65521;
    high = (high + low) % 65521;
  }
  return String(high * 65536 + low);
}

import type { Refuse } from './quoting.ts';

/** SHA-256 of a text in UTF-8, in hexadecimal (FIPS 180-4). Here because no other function of ours is inside the context of a template. */
export function sha256(text: string, refuse: Refuse): string {
  if (!text.isWellFormed()) return refuse('bytes can not hold half a character (a lone surrogate)');
  const bytes = Array.from(encodeURIComponent(text).matchAll(/%(..)|./g), ([byte, code]) =>
    code === undefined ? byte.charCodeAt(0) : Number.parseInt(code, 16),
  );
  const bits = 8 * bytes.length;
  const blocks = new DataView(new ArrayBuffer(64 * Math.ceil((bytes.length + 9) / 64)));
  for (const [at, byte] of [...bytes, 0x80].entries()) blocks.setUint8(at, byte);
  blocks.setUint32(blocks.byteLength - 8, Math.floor(bits / 2 ** 32));
  blocks.setUint32(blocks.byteLength - 4, bits >>> 0);

  const primes: number[] = [];
  for (let number = 2; primes.length < 64; number += 1) {
    if (primes.every((prime) => number % prime !== 0)) primes.push(number);
  }
  const constants = primes.map((prime) => Math.floor((Math.cbrt(prime) % 1) * 2 ** 32)); // The first 32 bits behind the point.
  const sums = primes.slice(0, 8).map((prime) => Math.floor((Math.sqrt(prime) % 1) * 2 ** 32));
  const turn = (word: number, by: number) => (word >>> by) | (word << (32 - by));
  const schedule = new DataView(new ArrayBuffer(256));
  const word = (at: number) => schedule.getUint32(4 * at);
  for (let block = 0; block < blocks.byteLength; block += 64) {
    let [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0, g = 0, h = 0] = sums;
    for (const [at, constant] of constants.entries()) {
      if (at < 16) schedule.setUint32(4 * at, blocks.getUint32(block + 4 * at));
      else {
        const [early, late] = [word(at - 15), word(at - 2)];
        const low = turn(early, 7) ^ turn(early, 18) ^ (early >>> 3);
        const high = turn(late, 17) ^ turn(late, 19) ^ (late >>> 10);
        schedule.setUint32(4 * at, word(at - 16) + low + word(at - 7) + high);
      }
      const first = h + (turn(e, 6) ^ turn(e, 11) ^ turn(e, 25)) + ((e & f) ^ (~e & g)) + constant + word(at);
      const second = (turn(a, 2) ^ turn(a, 13) ^ turn(a, 22)) + ((a & b) ^ (a & c) ^ (b & c));
      [a, b, c, d, e, f, g, h] = [(first + second) | 0, a, b, c, (d + first) | 0, e, f, g];
    }
    for (const [at, part] of [a, b, c, d, e, f, g, h].entries()) sums[at] = ((sums[at] ?? 0) + part) | 0;
  }
  return sums.map((sum) => (sum >>> 0).toString(16).padStart(8, '0')).join('');
}

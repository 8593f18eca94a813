import type { FunctionWorld } from './world.ts';

type RandomBytes = FunctionWorld['randomBytes'];

/** Each number from 0 to below the bound with the same chance: what a remainder would favour is drawn again. */
export function randomBelow(randomBytes: RandomBytes, bound: bigint): bigint {
  const bits = (bound - 1n).toString(2).length;
  const size = Math.ceil(bits / 8);
  for (;;) {
    const drawn = BigInt(`0x${Buffer.from(randomBytes(size)).toString('hex')}`);
    const number = BigInt.asUintN(bits, drawn);
    if (number < bound) return number;
  }
}

/** Characters of an alphabet of at most 256, each with the same chance. */
export function randomCharacters(randomBytes: RandomBytes, alphabet: string, count: number): string {
  const fair = 256 - (256 % alphabet.length);
  const chosen: string[] = [];
  while (chosen.length < count) {
    for (const byte of randomBytes(count - chosen.length)) {
      if (byte < fair) chosen.push(alphabet.charAt(byte % alphabet.length));
    }
  }
  return chosen.join('');
}

import { GoError } from '../go-error.ts';
import { encodeRune, runesOf } from '../runes.ts';
import type { FunctionFamily } from './family.ts';
import { randomBelow, randomCharacters } from './random-choice.ts';

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const printable = Array.from({ length: 127 - 32 }, (_, index) => String.fromCharCode(32 + index)).join('');

/** gotemplate.md 12.1, 12.3 and 12.11. What is random in Go is here what the stream of the world says. */
export const functions: FunctionFamily<'random'> = ({ randomBytes, room }) => {
  const characters = (alphabet: string) => (count: bigint) => {
    if (count <= 0n) return ''; // Go makes an error of a negative count, and sprig drops it.
    if (count > largestSlice / runeSize) throw tooLong();
    room(Number(count));
    return randomCharacters(randomBytes, alphabet, Number(count));
  };
  return {
    randAlphaNum: characters(letters + digits),
    randAlpha: characters(letters),
    randNumeric: characters(digits),
    randAscii: characters(printable),
    randInt: (low, high) => {
      const span = BigInt.asIntN(64, high - low);
      if (span <= 0n) throw new GoError('invalid argument to Intn', 'fixed');
      return BigInt.asIntN(64, low + randomBelow(randomBytes, span));
    },
    randBytes: (count) => {
      if (count < 0n || count > largestSlice) throw tooLong();
      room(Number(count));
      return Buffer.from(randomBytes(Number(count))).toString('base64');
    },
    shuffle: (text) => shuffled(randomBytes, text),
    uuidv4: () => uuid(randomBytes(16)),
  };
};

/** Go refuses to make more than this many bytes of memory, before it tries. */
const largestSlice = 1n << 48n;
const runeSize = 4n;

function tooLong(): GoError {
  return new GoError('runtime error: makeslice: len out of range', 'fixed');
}

/** Fisher and Yates. A byte that is no UTF-8 comes out as U+FFFD, because Go turns the text into runes and back. */
function shuffled(randomBytes: (count: number) => Uint8Array, text: string): string {
  const runes = runesOf(text).map(({ rune }) => encodeRune(rune));
  for (let left = runes.length - 1; left > 0; left -= 1) {
    const chosen = Number(randomBelow(randomBytes, BigInt(left + 1)));
    [runes[left], runes[chosen]] = [runes[chosen] ?? '', runes[left] ?? ''];
  }
  return runes.join('');
}

/** RFC 9562, version 4. */
function uuid(bytes: Uint8Array): string {
  const marked = Uint8Array.from(bytes, (byte, index) => {
    if (index === 6) return (byte & 0x0f) | 0x40;
    return index === 8 ? (byte & 0x3f) | 0x80 : byte;
  });
  return Buffer.from(marked)
    .toString('hex')
    .replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5');
}

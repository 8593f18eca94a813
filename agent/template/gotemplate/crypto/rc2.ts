/**
 * RC2 of RFC 2268, to read key stores of old: OpenSSL 3 has it only in a module that Node doesn't come with. No one should write
 * with it, so that there is no way to.
 */
const piTable = Buffer.from(
  'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82\
54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7\
08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731\
2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad',
  'hex',
);

/** CBC mode; padding is left on. The text is a multiple of 8 bytes, the IV has 8, and all bits of the key count. */
export function decryptRc2(key: Buffer, iv: Buffer, text: Buffer): Buffer {
  const words = expandedKey(key);
  const plain = Buffer.alloc(text.length);
  let previous = iv;
  for (let at = 0; at < text.length; at += 8) {
    const block = text.subarray(at, at + 8);
    const decrypted = decryptBlock(words, block);
    for (let byte = 0; byte < 8; byte += 1) plain[at + byte] = (decrypted[byte] ?? 0) ^ (previous[byte] ?? 0);
    previous = block;
  }
  return plain;
}

function expandedKey(key: Buffer): Uint16Array {
  const bytes = Buffer.alloc(128);
  key.copy(bytes);
  const pi = (index: number) => piTable[index & 0xff] ?? 0;
  const at = (index: number) => bytes[index] ?? 0;
  for (let i = key.length; i < 128; i += 1) bytes[i] = pi(at(i - 1) + at(i - key.length));
  bytes[128 - key.length] = pi(at(128 - key.length));
  for (let i = 127 - key.length; i >= 0; i -= 1) bytes[i] = pi(at(i + 1) ^ at(i + key.length));
  return Uint16Array.from({ length: 64 }, (_, i) => bytes.readUInt16LE(i * 2));
}

const rotations = [1, 2, 3, 5];

function decryptBlock(key: Uint16Array, block: Buffer): Buffer {
  const r = Uint16Array.from({ length: 4 }, (_, i) => block.readUInt16LE(i * 2));
  const word = (index: number) => r[index & 3] ?? 0;
  for (let j = 63; j >= 0; j -= 1) {
    const i = j & 3;
    const turn = rotations[i] ?? 0;
    const turned = (word(i) >>> turn) | (word(i) << (16 - turn));
    r[i] = turned - (key[j] ?? 0) - (word(i - 1) & word(i - 2)) - (~word(i - 1) & word(i - 3));
    if (j !== 44 && j !== 20) continue;
    for (let mashed = 3; mashed >= 0; mashed -= 1) r[mashed] = word(mashed) - (key[word(mashed - 1) & 63] ?? 0);
  }
  const plain = Buffer.alloc(8);
  r.forEach((value, i) => {
    plain.writeUInt16LE(value, i * 2);
  });
  return plain;
}

/** DER, as far as keys and key stores need it. What is written here is read by everyone, so it is canonical. */

export function element(tag: number, ...contents: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(contents);
  return Buffer.concat([Buffer.from([tag, ...lengthBytes(content.length)]), content]);
}

function lengthBytes(length: number): readonly number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

export function sequence(...contents: readonly Uint8Array[]): Buffer {
  return element(0x30, ...contents);
}

export function set(...contents: readonly Uint8Array[]): Buffer {
  return element(0x31, ...contents);
}

/** `[n] EXPLICIT`, or `[n] IMPLICIT` of what has members. */
export function tagged(number: number, ...contents: readonly Uint8Array[]): Buffer {
  return element(0xa0 | number, ...contents);
}

export function octetString(bytes: Uint8Array): Buffer {
  return element(0x04, bytes);
}

export function bitString(bytes: Uint8Array): Buffer {
  return element(0x03, Buffer.from([0]), bytes);
}

export function nothing(): Buffer {
  return element(0x05);
}

export function integer(value: bigint): Buffer {
  let size = 1;
  while (BigInt.asIntN(size * 8, value) !== value) size += 1;
  return element(0x02, unsignedBytes(BigInt.asUintN(size * 8, value), size));
}

/** Big-endian, without leading zeros unless a size is given. */
export function unsignedBytes(value: bigint, size = 0): Buffer {
  const hex = value === 0n ? '' : value.toString(16);
  return Buffer.from(hex.padStart(Math.max(size * 2, hex.length + (hex.length % 2)), '0'), 'hex');
}

/** Of a text such as `1.2.840.113549.1.7.1`. */
export function objectIdentifier(text: string): Buffer {
  const [first = 0, second = 0, ...rest] = text.split('.').map(Number);
  return element(0x06, Buffer.from([first * 40 + second, ...rest].flatMap(base128)));
}

function base128(arc: number): readonly number[] {
  const digits = [arc % 128];
  for (let rest = Math.floor(arc / 128); rest > 0; rest = Math.floor(rest / 128)) digits.unshift(0x80 | (rest % 128));
  return digits;
}

/** Compares texts by their UTF-8 bytes, as Go does; JavaScript's own order differs beyond U+FFFF. */
export function byBytes(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a, 'utf8'), Buffer.from(b, 'utf8'));
}

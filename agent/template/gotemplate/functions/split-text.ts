import { runesOf } from '../runes.ts';

/** Go's strings.SplitN (gotemplate.md 12.2): at most `limit` parts, all for a negative limit. No separator splits between the runes. */
export function splitText(text: string, separator: string, limit = -1n): readonly string[] {
  if (limit === 0n) return [];
  const parts = separator === '' ? runesOf(text).map(({ bytes }) => bytes) : text.split(separator);
  if (limit < 0n || BigInt(parts.length) <= limit) return parts;
  const last = Number(limit) - 1;
  return [...parts.slice(0, last), parts.slice(last).join(separator)];
}

/** As `split` numbers the parts: `_0`, `_1`. */
export function numbered(parts: readonly string[]): ReadonlyMap<string, string> {
  return new Map(parts.map((part, index) => [`_${index}`, part]));
}

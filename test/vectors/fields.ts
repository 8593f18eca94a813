/** Members of a decoded YAML map, of any type. */
export type Fields = Readonly<Record<string, unknown>>;

/** The value as a map; what is none has no members. */
export function fields(value: unknown): Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};
}

export function textOr(value: unknown, fallback: string): string {
  return typeof value === 'string' ? value : fallback;
}

/** Bytes of a text, or of `{b64: ...}`. */
export function bytesOf(value: unknown): Buffer {
  return typeof value === 'string' ? Buffer.from(value, 'utf8') : Buffer.from(textOr(fields(value)['b64'], ''), 'base64');
}

/** Whole numbers as numbers where they fit: the files are read with integers that keep all digits. */
export function plain(value: unknown): unknown {
  if (typeof value === 'bigint') return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, member]) => [key, plain(member)]));
}

/** A TOML basic string, on one line: `"`, `\` and what doesn't print escaped (toml.io, "String"). */
export function toml(text: string): string {
  const escaped = text.replace(/["\\\p{Cc}\u2028\u2029\ufeff]/gu, (part) => {
    const named: Record<string, string> = { '"': '\\"', '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t' };
    return named[part] ?? `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

/** A key of TOML, or one part of a table's name: as it is where it is a bare key, else quoted, so that a dot in it parts nothing. */
export function tomlKey(text: string): string {
  if (/^[A-Za-z0-9_-]+$/.test(text)) return text;
  const escaped = text.replace(/["\\\p{Cc}\u2028\u2029\ufeff]/gu, (part) => {
    return `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${escaped}"`;
}

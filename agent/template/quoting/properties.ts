/**
 * A value in a Java properties file (java.util.Properties.load): backslashes and control characters escaped, a space only
 * where it leads, all but printable ASCII as \uXXXX, since readers take the file for ISO 8859-1.
 */
export function properties(text: string): string {
  return text.replace(/^ +|[^ -[\]-~]/g, (part) => {
    if (part.startsWith(' ')) return '\\ '.repeat(part.length);
    const named: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' };
    return named[part] ?? `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

/** A key in a Java properties file: as a value, with what would end a key or begin a comment escaped, too. */
export function propertiesKey(text: string): string {
  return text.replace(/[ :=#!]|[^ -[\]-~]/g, (part) => {
    const named: Record<string, string> = { '\\': '\\\\', '\n': '\\n', '\r': '\\r', '\t': '\\t', '\f': '\\f' };
    if (/[ :=#!]/.test(part)) return `\\${part}`;
    return named[part] ?? `\\u${part.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
}

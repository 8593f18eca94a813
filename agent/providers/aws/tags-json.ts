/** Tags as External Secrets Operator writes them: a JSON object by the rules of Go's encoding/json, sorted by the bytes of its keys (eso.md 2.2, 2.4). */
export function tagsJson(tags: Iterable<{ readonly Key?: string | undefined; readonly Value?: string | undefined }>): string {
  const byKey = new Map([...tags].map(({ Key = '', Value = '' }) => [Key, Value]));
  const sorted = [...byKey].sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  return `{${sorted.map(([key, value]) => `${goString(key)}:${goString(value)}`).join(',')}}`;
}

/** JSON.stringify agrees with Go but for what Go escapes for HTML's and JavaScript's sake, and lone surrogates. */
function goString(text: string): string {
  const escaped = (character: string): string => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`;
  return JSON.stringify(text.toWellFormed()).replace(/[<>&\u2028\u2029]/g, escaped);
}

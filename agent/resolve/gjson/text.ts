/** Texts here are `latin1`: one character a byte. */

const shortEscapes: Readonly<Record<string, string>> = {
  '"': '"',
  '\\': '\\',
  '/': '/',
  b: '\b',
  f: '\f',
  n: '\n',
  r: '\r',
  t: '\t',
};

/** Content of a string literal as gjson takes it: it ends at a control character or an escape that isn't one. */
export function unescapeLenient(text: string): string {
  if (!text.includes('\\')) return text;
  let content = '';
  for (let i = 0; i < text.length; ) {
    const char = text.charAt(i);
    if (char < ' ') return content;
    if (char !== '\\') {
      content += char;
      i += 1;
      continue;
    }
    const escaped = escapeAt(text, i + 1);
    if (!escaped) return content;
    content += escaped.content;
    i = escaped.end;
  }
  return content;
}

/** `at` is behind the backslash. */
function escapeAt(text: string, at: number): { readonly content: string; readonly end: number } | undefined {
  const char = text.charAt(at);
  const short = shortEscapes[char];
  if (short !== undefined) return { content: short, end: at + 1 };
  if (char !== 'u' || at + 5 > text.length) return undefined;
  const unit = hexUnit(text, at + 1);
  if (unit < 0xd800 || unit > 0xdfff) return { content: utf8(unit), end: at + 5 };
  // Whatever escape follows a surrogate is taken for its other half.
  if (text.length < at + 11 || !text.startsWith('\\u', at + 5)) return { content: utf8(0xfffd), end: at + 5 };
  const low = hexUnit(text, at + 7);
  const isPair = unit < 0xdc00 && low >= 0xdc00 && low <= 0xdfff;
  return { content: utf8(isPair ? 0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00) : 0xfffd), end: at + 11 };
}

/** Four hexadecimal digits; anything else is 0, as in gjson. */
function hexUnit(text: string, at: number): number {
  const digits = text.slice(at, at + 4);
  return /^[0-9a-fA-F]{4}$/.test(digits) ? Number.parseInt(digits, 16) : 0;
}

function utf8(codePoint: number): string {
  return Buffer.from(String.fromCodePoint(codePoint), 'utf8').toString('latin1');
}

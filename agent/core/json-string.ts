/** JSON strings as Go reads and writes them, on `latin1` text: one character a byte of UTF-8. */

const shortEscapes: Readonly<Record<string, string>> = { b: '\b', f: '\f', n: '\n', r: '\r', t: '\t' };

/** A valid JSON string literal to its content. Lone surrogates, and each byte that belongs to no UTF-8 sequence, become U+FFFD. */
export function decodeJsonString(literal: string): string {
  const inner = validUtf8(literal.slice(1, -1));
  if (!inner.includes('\\')) return inner;
  return inner.replace(
    /\\u([dD][89abAB]..)\\u([dD][c-fC-F]..)|\\u(....)|\\(.)/g,
    (_, high, low, unit, short: string | undefined) => {
      if (short !== undefined) return shortEscapes[short] ?? short;
      const units = low === undefined ? [unit] : [high, low];
      const text = String.fromCharCode(...units.map((hex) => Number.parseInt(hex, 16)));
      return Buffer.from(text, 'utf8').toString('latin1');
    },
  );
}

/** One sequence of UTF-8 beyond ASCII in `latin1` text, else one byte that belongs to none. */
export const utf8Sequence =
  /[\xc2-\xdf][\x80-\xbf]|\xe0[\xa0-\xbf][\x80-\xbf]|[\xe1-\xec\xee\xef][\x80-\xbf]{2}|\xed[\x80-\x9f][\x80-\xbf]|\xf0[\x90-\xbf][\x80-\xbf]{2}|[\xf1-\xf3][\x80-\xbf]{3}|\xf4[\x80-\x8f][\x80-\xbf]{2}|[\x80-\xff]/g;

/** Every byte that belongs to no UTF-8 sequence is replaced by U+FFFD on its own, as Go does. */
function validUtf8(text: string): string {
  return text.replace(utf8Sequence, (bytes) => (bytes.length === 1 ? '\xef\xbf\xbd' : bytes));
}

const short: Readonly<Record<string, string>> = {
  '"': '\\"',
  '\\': '\\\\',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\xe2\x80\xa8': '\\u2028',
  '\xe2\x80\xa9': '\\u2029',
};

const unsafe = new RegExp(`${utf8Sequence.source}|["\\\\<>&\\x00-\\x1f]`, 'g');

/** A text as Go's encoding/json writes it. `escaped`: `<`, `>`, `&`, too, as json.Marshal does. */
export function quoteGoJson(text: string, html: 'escaped' | 'plain'): string {
  const quoted = text.replace(unsafe, (piece) => {
    if (piece >= '\x80') return piece.length === 1 ? '\\ufffd' : (short[piece] ?? piece);
    if (html === 'plain' && '<>&'.includes(piece)) return piece;
    return short[piece] ?? `\\u${piece.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${quoted}"`;
}

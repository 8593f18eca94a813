import { isPrint, runesOf } from '../runes.ts';

/** The builtins `html`, `js` and `urlquery`, on the joined text of their arguments (gotemplate.md 7, 9.5). */

export function html(text: string): string {
  return text.replace(/["'&<>\0]/g, (char) => entities.get(char) ?? char);
}

const entities: ReadonlyMap<string, string> = new Map([
  ['"', '&#34;'],
  ["'", '&#39;'],
  ['&', '&amp;'],
  ['<', '&lt;'],
  ['>', '&gt;'],
  ['\0', '\xef\xbf\xbd'],
]);

/** For text within quotes in a script. Bytes that are no UTF-8 pass. */
export function js(text: string): string {
  if (!/[^ !#-%(-;?-[\]-\x7f]/.test(text)) return text;
  return runesOf(text)
    .map(({ rune, bytes }) => {
      if (/^[\\'"]$/.test(bytes)) return `\\${bytes}`;
      if (rune < 0x20 || /^[<>&=]$/.test(bytes)) return `\\u${hex(rune)}`;
      return rune < 0x80 || isPrint(rune) ? bytes : `\\u${hex(rune)}`;
    })
    .join('');
}

/** At least four digits: beyond U+FFFF Go writes five, which a script would misread. */
function hex(rune: number): string {
  return rune.toString(16).toUpperCase().padStart(4, '0');
}

export function urlquery(text: string): string {
  return text.replace(/[^A-Za-z0-9\-_.~]/g, (char) => {
    if (char === ' ') return '+';
    return `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`;
  });
}

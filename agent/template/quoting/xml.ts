import type { Refuse } from './quoting.ts';

/**
 * Text of XML 1.0, for an element as for an attribute in quotes. Line ends and tabs are character references: readers make spaces of
 * them in attributes, and a line feed of a carriage return everywhere (XML 1.0, sections 2.2, 2.11 and 3.3.3).
 */
export function xml(text: string, refuse: Refuse): string {
  if (/[^\t\n\r -\ufffd\u{10000}-\u{10ffff}]/u.test(text)) {
    return refuse('XML 1.0 can not hold a control character other than tab and line ends, nor U+FFFE or U+FFFF');
  }
  return text.replace(/[&<>"'\p{Cc}\u2028\ufeff]/gu, (part) => {
    const named: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };
    return named[part] ?? `&#${part.charCodeAt(0)};`;
  });
}

/** Characters of UTF-8 text as the YAML 1.1 library that Go's package stems from tells them apart. Texts have one character a byte. */

/** Bytes of the character that starts here. */
export function widthAt(text: string, at: number): number {
  const first = text.charCodeAt(at);
  return first < 0xc0 ? 1 : first < 0xe0 ? 2 : first < 0xf0 ? 3 : 4;
}

/** Bytes of the line break here (LF, CR, NEL, LS or PS); 0 when there is none. */
export function breakWidth(text: string, at: number): number {
  switch (text.charCodeAt(at)) {
    case 0x0a:
    case 0x0d:
      return 1;
    case 0xc2:
      return text.charCodeAt(at + 1) === 0x85 ? 2 : 0;
    case 0xe2:
      return text.charCodeAt(at + 1) === 0x80 && (text.charCodeAt(at + 2) | 1) === 0xa9 ? 3 : 0;
    default:
      return 0;
  }
}

/** May be written as it is: nothing above U+FFFF may. */
export function isPrintable(text: string, at: number): boolean {
  const first = text.charCodeAt(at);
  if (first < 0x80) return first === 0x0a || (first >= 0x20 && first <= 0x7e);
  if (first >= 0xf0) return false;
  const second = text.charCodeAt(at + 1);
  if (first === 0xc2) return second >= 0xa0;
  if (first === 0xed) return second < 0xa0;
  if (first !== 0xef) return true;
  const third = text.charCodeAt(at + 2);
  return !(second === 0xbb && third === 0xbf) && !(second === 0xbf && third >= 0xbe);
}

export const byteOrderMark = '\xef\xbb\xbf';

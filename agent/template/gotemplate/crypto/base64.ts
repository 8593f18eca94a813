/**
 * Go's base64.StdEncoding.DecodeString: skips CR and LF, demands padding, doesn't look at the bits that are left over. A number is
 * the offset of the input byte that Go calls illegal.
 */
export function decodeBase64(text: string): Buffer | number {
  const letters = text.replace(/[\r\n]+/g, '');
  if (letters.length % 4 === 0 && wellFormed.test(letters)) return Buffer.from(letters, 'base64');
  return firstIllegal(text) ?? text.length;
}

/** What Go's CorruptInputError says. */
export function illegalBase64(offset: number): string {
  return `illegal base64 data at input byte ${offset}`;
}

const wellFormed = /^[A-Za-z0-9+/]*={0,2}$/;

function firstIllegal(text: string): number | undefined {
  let inQuantum = 0;
  for (let at = 0; at < text.length; at += 1) {
    const char = text.charAt(at);
    if (char === '\n' || char === '\r') continue;
    if (char === '=') return illegalPadding(text, at, inQuantum);
    if (!/[A-Za-z0-9+/]/.test(char)) return at;
    inQuantum = (inQuantum + 1) % 4;
  }
  return inQuantum === 0 ? undefined : text.length - inQuantum;
}

/** With the first `=` at an offset, after that many letters of its group of four. */
function illegalPadding(text: string, first: number, inQuantum: number): number | undefined {
  if (inQuantum < 2) return first;
  let at = afterLineEnds(text, first + 1);
  if (inQuantum === 2) {
    if (at === text.length) return text.length;
    if (text.charAt(at) !== '=') return at - 1;
    at = afterLineEnds(text, at + 1);
  }
  return at < text.length ? at : undefined;
}

function afterLineEnds(text: string, from: number): number {
  let at = from;
  while (text.charAt(at) === '\n' || text.charAt(at) === '\r') at += 1;
  return at;
}

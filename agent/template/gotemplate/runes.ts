/** One rune of a Go string, or one byte of it that is no UTF-8. */
export interface Rune {
  /** U+FFFD for a byte that is no UTF-8. */
  readonly rune: number;
  /** What it is made of: joined, the bytes of all runes are the string. */
  readonly bytes: string;
  /** Tells a U+FFFD that was written from a byte that is no UTF-8. */
  readonly isValid: boolean;
}

/** As Go ranges over a string (gotemplate.md 1.1): overlong forms, surrogates and cut sequences are invalid byte by byte. */
export function runesOf(text: string): readonly Rune[] {
  const runes: Rune[] = [];
  for (let at = 0; at < text.length; ) {
    const next = runeAt(text, at);
    runes.push(next);
    at += next.bytes.length;
  }
  return runes;
}

/** How many `runesOf` would give. */
export function runeCount(text: string): number {
  if (/^[\0-\x7f]*$/.test(text)) return text.length;
  let count = 0;
  for (let at = 0; at < text.length; count += 1) at += runeAt(text, at).bytes.length;
  return count;
}

/** The rune that begins at an offset within the string. */
export function runeAt(text: string, at: number): Rune {
  const lead = text.charCodeAt(at);
  if (lead < 0x80) return { rune: lead, bytes: text.charAt(at), isValid: true };
  const size = sizeByLead(lead);
  const bytes = text.slice(at, at + size);
  const rune = bytes.length === size ? decoded(bytes) : undefined;
  return rune === undefined ? { rune: replacement, bytes: text.charAt(at), isValid: false } : { rune, bytes, isValid: true };
}

const replacement = 0xfffd;

function sizeByLead(lead: number): number {
  if (lead < 0xc0) return 1;
  if (lead < 0xe0) return 2;
  return lead < 0xf0 ? 3 : 4;
}

function decoded(bytes: string): number | undefined {
  const lead = bytes.charCodeAt(0);
  if (bytes.length === 1 || lead > 0xf7) return undefined;
  let rune = lead & (0xff >> (bytes.length + 1));
  for (let at = 1; at < bytes.length; at += 1) {
    const byte = bytes.charCodeAt(at);
    if ((byte & 0xc0) !== 0x80) return undefined;
    rune = (rune << 6) | (byte & 0x3f);
  }
  const smallest = bytes.length === 2 ? 0x80 : bytes.length === 3 ? 0x800 : 0x10000;
  return rune >= smallest && isScalar(rune) ? rune : undefined;
}

function isScalar(rune: number): boolean {
  return rune >= 0 && rune <= 0x10ffff && (rune < 0xd800 || rune > 0xdfff);
}

/** UTF-8 as a Go string. A surrogate and what is out of range are U+FFFD, as Go writes them. */
export function encodeRune(rune: number): string {
  if (rune >= 0 && rune < 0x80) return String.fromCharCode(rune);
  return Buffer.from(String.fromCodePoint(isScalar(rune) ? rune : replacement), 'utf8').toString('latin1');
}

/** What `%q` shows as it is (gotemplate.md 9.6). */
export function isPrint(rune: number): boolean {
  if (rune < 0x80) return rune >= 0x20 && rune < 0x7f;
  const text = String.fromCodePoint(rune);
  return shown.test(text) && !newerThanGo.test(text);
}

const shown = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

/** Go 1.26 knows Unicode 15.0. What Unicode 17 has more is unassigned to it, so that it escapes it. */
const newerThanGo = classOf(
  `88f 897 c5c cdc 1acf-1add 1ae0-1aeb 1b4e-1b4f 1b7f 1c89-1c8a 20c1 2427-2429 2b96 2ffc-2fff 31e4-31e5 31ef a7cb-a7cf a7d2 a7d4
   a7da-a7dc a7f1 fbc3-fbd2 fd90-fd91 fdc8-fdce 105c0-105f3 10940-10959 10d40-10d65 10d69-10d85 10d8e-10d8f 10ec2-10ec7
   10ed0-10ed8 10efa-10efc 11380-11389 1138b 1138e 11390-113b5 113b7-113c0 113c2 113c5 113c7-113ca 113cc-113d5 113d7-113d8
   113e1-113e2 116d0-116e3 11b60-11b67 11bc0-11be1 11bf0-11bf9 11db0-11ddb 11de0-11de9 11f5a 13460-143fa 16100-16139 16d40-16d79
   16ea0-16eb8 16ebb-16ed3 16ff2-16ff6 187f8-187ff 18cff 18d09-18d1e 18d80-18df2 1cc00-1ccfc 1cd00-1ceb3 1ceba-1ced0 1cee0-1cef0
   1e5d0-1e5fa 1e5ff 1e6c0-1e6de 1e6e0-1e6f5 1e6fe-1e6ff 1f6d8 1f777-1f77a 1f8b2-1f8bb 1f8c0-1f8c1 1f8d0-1f8d8 1fa54-1fa57
   1fa89-1fa8a 1fa8e-1fa8f 1fabe 1fac6 1fac8 1facd 1fadc 1fadf 1fae9-1faea 1faef 1fbcb-1fbef 1fbfa 2b73a-2b73f 2cea2-2cead
   2ebf0-2ee5d 323b0-33479`,
);

function classOf(ranges: string): RegExp {
  return new RegExp(`[${ranges.replace(/[0-9a-f]+/g, '\\u{$&}').replace(/\s+/g, '')}]`, 'u');
}

/** Go's `unicode.IsSpace`: unlike `\s` of JavaScript it takes U+0085 for a space, and U+FEFF not. */
export function isSpace(rune: number): boolean {
  if (rune < 0x80) return rune === 0x20 || (rune >= 0x09 && rune <= 0x0d);
  return rune === 0x85 || (rune !== 0xfeff && /\s/.test(String.fromCodePoint(rune)));
}

import { re2ClassName } from './re2-class-names.ts';

/** A piece of a pattern for re2js and where it ends in the source, or what Go says of it. */
export type Read = { readonly text: string; readonly end: number } | Wrong;

export interface Wrong {
  readonly wrong: string;
}

type Char = { readonly rune: number; readonly end: number } | Wrong;

export function complaint(kind: string, fragment: string): Wrong {
  return { wrong: `error parsing regexp: ${kind}: \`${fragment}\`` };
}

/** Stands for a byte that is no UTF-8: a lone surrogate. */
export const noUtf8 = /(?<![\ud800-\udbff])[\udc80-\udcff]/;

export function isNoUtf8(source: string, at: number): boolean {
  const unit = source.charCodeAt(at);
  return unit >= 0xdc80 && unit <= 0xdcff && !/^[\ud800-\udbff]/.test(source.slice(Math.max(0, at - 1), at));
}

/** An escape of a character. */
export function readEscape(source: string, at: number): Read {
  const char = escapedChar(source, at);
  return 'wrong' in char ? char : { text: source.slice(at, char.end), end: char.end };
}

function escapedChar(source: string, at: number): Char {
  if (at + 1 === source.length) return complaint('trailing backslash at end of expression', '');
  if (isNoUtf8(source, at + 1)) return complaint('invalid UTF-8', source.slice(at + 1));
  const rest = source.slice(at, at + 16);
  const [octal] = /^\\(?:0[0-7]{0,2}|[1-7][0-7]{1,2})/.exec(rest) ?? [];
  if (octal !== undefined) return { rune: Number.parseInt(octal.slice(1), 8), end: at + octal.length };
  if (rest.startsWith('\\x')) return hexChar(source, at);
  const control = 'afnrtv'.indexOf(source.charAt(at + 1));
  if (control >= 0) return { rune: [7, 12, 10, 13, 9, 11][control] ?? 0, end: at + 2 };
  const rune = source.codePointAt(at + 1) ?? 0;
  const end = at + 1 + String.fromCodePoint(rune).length;
  if (rune < 0x80 && !/^[A-Za-z0-9]$/.test(source.charAt(at + 1))) return { rune, end };
  return complaint('invalid escape sequence', source.slice(at, end));
}

/** `\x41` or `\x{263a}`. What is wrong is shown up to the character that makes it so. */
function hexChar(source: string, at: number): Char {
  const from = at + 2;
  const isBraced = source.startsWith('{', from);
  const digits = isBraced ? bracedDigits(source, from + 1) : source.slice(from, from + 2);
  const found = /^[0-9A-Fa-f]*/.exec(digits)?.[0] ?? '';
  const end = from + (isBraced ? 1 : 0) + found.length;
  if (isBraced ? found !== '' && found === digits && source.startsWith('}', end) : found.length === 2) {
    return { rune: Number.parseInt(found, 16), end: isBraced ? end + 1 : end };
  }
  return wrongHex(source, at, isBraced, end);
}

/** Go stops at the digit with which the number leaves Unicode. */
function bracedDigits(source: string, from: number): string {
  const [zeros = '', digits = ''] = /^(0*)([0-9A-Fa-f]*)/.exec(source.slice(from))?.slice(1) ?? [];
  for (let length = 1; length <= digits.length; length++) {
    if (Number.parseInt(digits.slice(0, length), 16) > 0x10ffff) return `${zeros}${digits.slice(0, length - 1)}!`;
  }
  return zeros + digits;
}

/** Without braces Go has read two characters before it looks at them. */
function wrongHex(source: string, at: number, isBraced: boolean, end: number): Wrong {
  let shownTo = isBraced ? end : at + 2;
  for (let left = isBraced ? 1 : 2; left > 0 && shownTo < source.length; left--) {
    if (isNoUtf8(source, shownTo)) return complaint('invalid UTF-8', source.slice(shownTo));
    shownTo += String.fromCodePoint(source.codePointAt(shownTo) ?? 0).length;
  }
  return complaint('invalid escape sequence', source.slice(at, shownTo));
}

/** `\pL`, `\p{Greek}`, `\P{^Greek}`. */
export function readUnicodeClass(source: string, at: number): Read {
  if (isNoUtf8(source, at + 2)) return complaint('invalid UTF-8', source.slice(at + 2));
  const isBraced = source.startsWith('{', at + 2);
  const closing = source.indexOf('}', at + 2);
  const letter = String.fromCodePoint(source.codePointAt(at + 2) ?? 0);
  const end = isBraced ? (closing < 0 ? source.length : closing + 1) : Math.min(source.length, at + 2 + letter.length);
  const whole = source.slice(at, end);
  const invalid = whole.search(noUtf8);
  if (invalid >= 0) return complaint('invalid UTF-8', whole.slice(invalid, closing < 0 ? undefined : -1));
  const [, caret = '', name = ''] = /^\{?(\^?)(.*?)\}?$/s.exec(whole.slice(2)) ?? [];
  const known = isBraced && closing < 0 ? undefined : re2ClassName(name);
  if (known === undefined) return complaint('invalid character class range', whole);
  return { text: `${source.slice(at, at + 2)}{${caret}${known}}`, end };
}

/** `[a-z]`, with all that may stand inside. */
export function readClass(source: string, at: number): Read {
  let end = source.startsWith('^', at + 1) ? at + 2 : at + 1;
  let text = source.slice(at, end);
  for (let isFirst = true; isFirst || !source.startsWith(']', end); isFirst = false) {
    const item = readClassItem(source, end, at);
    if ('wrong' in item) return item;
    text += item.text;
    end = item.end;
  }
  return { text: `${text}]`, end: end + 1 };
}

function readClassItem(source: string, at: number, classAt: number): Read {
  const closing = source.startsWith('[:', at) && source.length > at + 2 ? source.indexOf(':]', at + 2) : -1;
  if (closing >= 0) return readPosixClass(source.slice(at, closing + 2), closing + 2);
  if (/^\\[pP]/.test(source.slice(at, at + 2))) return readUnicodeClass(source, at);
  if (/^\\[dDsSwW]/.test(source.slice(at, at + 2))) return { text: source.slice(at, at + 2), end: at + 2 };
  const first = classChar(source, at, classAt);
  if ('wrong' in first) return first;
  if (!/^-[^\]]/.test(source.slice(first.end, first.end + 2)))
    return { text: withoutBracket(source.slice(at, first.end)), end: first.end };
  const last = classChar(source, first.end + 1, classAt);
  if ('wrong' in last) return last;
  const text = source.slice(at, last.end);
  if (last.rune < first.rune) return complaint('invalid character class range', text);
  return { text: withoutBracket(text), end: last.end };
}

/** To re2js `[:]` is the beginning and the end of a POSIX class. */
function withoutBracket(text: string): string {
  return text.startsWith('[') ? `\\${text}` : text;
}

const posix = /^\[:\^?(?:alnum|alpha|ascii|blank|cntrl|digit|graph|lower|print|punct|space|upper|word|xdigit):\]$/;

function readPosixClass(text: string, end: number): Read {
  return posix.test(text) ? { text, end } : complaint('invalid character class range', text);
}

function classChar(source: string, at: number, classAt: number): Char {
  if (at >= source.length) return complaint('missing closing ]', source.slice(classAt));
  if (source.startsWith('\\', at)) return escapedChar(source, at);
  if (isNoUtf8(source, at)) return complaint('invalid UTF-8', source.slice(at));
  const rune = source.codePointAt(at) ?? 0;
  return { rune, end: at + String.fromCodePoint(rune).length };
}

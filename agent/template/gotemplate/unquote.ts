import { encodeRune, runesOf } from './runes.ts';

/** One unit of a quoted text: a byte as it is, or a rune. */
interface Unit {
  readonly kind: 'byte' | 'rune';
  readonly value: number;
  readonly length: number;
}

/**
 * Go's strconv.Unquote: what a quoted token of a template stands for, or undefined where it is not well formed. An invalid byte in
 * double quotes becomes U+FFFD, in backquotes it stays; backquotes lose carriage returns.
 */
export function unquote(token: string): string | undefined {
  const inner = token.slice(1, -1);
  if (token.startsWith('`')) return inner.replaceAll('\r', '');
  let text = '';
  for (let at = 0; at < inner.length; ) {
    const unit = unitAt(inner, at, '"');
    if (!unit) return undefined;
    text += unit.kind === 'byte' ? String.fromCharCode(unit.value) : encodeRune(unit.value);
    at += unit.length;
  }
  return text;
}

/** The code point of a character constant, quotes and all; `malformed` when more than one character stands in it. */
export function unquoteCharacter(token: string): number | 'malformed' | undefined {
  const unit = unitAt(token.slice(1), 0, "'");
  if (!unit) return undefined;
  return token.slice(1 + unit.length) === "'" ? unit.value : 'malformed';
}

const short: Readonly<Record<string, number>> = { a: 7, b: 8, f: 12, n: 10, r: 13, t: 9, v: 11, '\\': 92 };
const hexDigits: Readonly<Record<string, number>> = { x: 2, u: 4, U: 8 };

/** strconv.UnquoteChar. */
function unitAt(text: string, at: number, quote: '"' | "'"): Unit | undefined {
  const char = text[at];
  if (char === undefined || char === quote || char === '\n') return undefined;
  if (char >= '\x80') {
    const [rune] = runesOf(text.slice(at, at + 4));
    return rune && { kind: 'rune', value: rune.rune, length: rune.bytes.length };
  }
  if (char !== '\\') return { kind: 'byte', value: char.charCodeAt(0), length: 1 };
  const letter = text[at + 1] ?? '';
  const value = letter === quote ? letter.charCodeAt(0) : short[letter];
  if (value !== undefined) return { kind: 'byte', value, length: 2 };
  return /[0-7]/.test(letter) ? octalAt(text, at) : hexAt(text, at, letter);
}

function octalAt(text: string, at: number): Unit | undefined {
  const digits = /^[0-7]{3}/.exec(text.slice(at + 1, at + 4))?.[0];
  const value = Number.parseInt(digits ?? '777', 8);
  return value > 255 ? undefined : { kind: 'byte', value, length: 4 };
}

function hexAt(text: string, at: number, letter: string): Unit | undefined {
  const count = hexDigits[letter] ?? 0;
  const digits = text.slice(at + 2, at + 2 + count);
  if (count === 0 || digits.length < count || !/^[0-9a-fA-F]+$/.test(digits)) return undefined;
  const value = Number.parseInt(digits, 16);
  if (letter === 'x') return { kind: 'byte', value, length: 4 };
  const isRune = value <= 0x10ffff && !(value >= 0xd800 && value <= 0xdfff);
  return isRune ? { kind: 'rune', value, length: 2 + count } : undefined;
}

import { encodeRune, isPrint, type Rune, runesOf } from '../runes.ts';

/** A Go string in double quotes, as `strconv.Quote` and `%q` give it (gotemplate.md 9.6). */
export function quoteGo(text: string): string {
  return `"${escaped(text, '"', isPrint)}"`;
}

/** As `%+q`: all that is not ASCII is escaped. */
export function quoteAscii(text: string): string {
  return `"${escaped(text, '"', isPrintAscii)}"`;
}

/** In single quotes, as `%q` of an integer. What is no scalar value is U+FFFD. */
export function quoteRune(rune: number): string {
  return `'${escaped(encodeRune(rune), "'", isPrint)}'`;
}

/** As `%+q` of an integer. */
export function quoteRuneAscii(rune: number): string {
  return `'${escaped(encodeRune(rune), "'", isPrintAscii)}'`;
}

/** Whether `%#q` may put it between backquotes as it is: valid UTF-8 on one line, without what can't be seen. */
export function canBackquote(text: string): boolean {
  return runesOf(text).every(({ rune, isValid }) => isValid && (rune >= 0x20 || rune === 0x09) && !unquotable.has(rune));
}

const unquotable: ReadonlySet<number> = new Set([0x60, 0x7f, 0xfeff]);

function isPrintAscii(rune: number): boolean {
  return rune < 0x80 && isPrint(rune);
}

function escaped(text: string, quote: string, isShown: (rune: number) => boolean): string {
  if (/^[ !#-&(-[\]-~]*$/.test(text)) return text; // Most texts, at a small part of the price.
  return runesOf(text)
    .map((rune) => {
      if (rune.bytes === quote || rune.bytes === '\\') return `\\${rune.bytes}`;
      return rune.isValid && isShown(rune.rune) ? rune.bytes : escapeOf(rune);
    })
    .join('');
}

function escapeOf({ rune, bytes, isValid }: Rune): string {
  if (!isValid) return `\\x${hex(bytes.charCodeAt(0), 2)}`;
  const letter = letters.get(rune);
  if (letter !== undefined) return `\\${letter}`;
  if (rune < 0x80) return `\\x${hex(rune, 2)}`;
  return rune < 0x10000 ? `\\u${hex(rune, 4)}` : `\\U${hex(rune, 8)}`;
}

const letters: ReadonlyMap<number, string> = new Map([
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
]);

function hex(value: number, digits: number): string {
  return value.toString(16).padStart(digits, '0');
}

import { runeAt } from '../runes.ts';
import { breakWidth, byteOrderMark, isPrintable, widthAt } from './characters.ts';
import { type Output, put, putClosing, putIndent, putIndicator, putLineBreak } from './output.ts';
import type { StyledScalar } from './scalar-style.ts';

/** `folded`: a line that is too long is broken at a space; a key that is followed by its colon stays on one line. */
export type Folding = 'folded' | 'one line';

export function emitScalar(output: Output, { text, style }: StyledScalar, folding: Folding): void {
  if (style === 'plain') emitPlain(output, text, folding);
  else if (style === 'single') emitSingleQuoted(output, text, folding);
  else if (style === 'literal' && folding === 'folded') emitLiteral(output, text);
  else emitDoubleQuoted(output, text, folding);
}

/** A line may be broken once it is longer than this. */
const width = 80;

function emitPlain(output: Output, text: string, folding: Folding): void {
  if (!output.afterSpace) put(output, ' ', 1);
  let afterSpace = false;
  for (let at = 0; at < text.length; ) {
    const isSpace = text[at] === ' ';
    if (isSpace && folding === 'folded' && !afterSpace && output.column > width && text[at + 1] !== ' ') {
      putIndent(output);
      at += 1;
    } else {
      at = putCharacter(output, text, at);
    }
    if (!isSpace) output.inIndentation = false;
    afterSpace = isSpace;
  }
  output.afterSpace = false;
  output.inIndentation = false;
}

function emitSingleQuoted(output: Output, text: string, folding: Folding): void {
  putIndicator(output, "'", 'inline');
  let before: 'space' | 'break' | 'other' = 'other';
  for (let at = 0; at < text.length; ) {
    if (text[at] === ' ') {
      const isInner = at > 0 && at < text.length - 1 && text[at + 1] !== ' ';
      if (isInner && folding === 'folded' && before !== 'space' && output.column > width) {
        putIndent(output);
        at += 1;
      } else {
        at = putCharacter(output, text, at);
      }
      before = 'space';
    } else if (breakWidth(text, at) > 0) {
      at = putBreak(output, text, at);
      before = 'break';
    } else {
      if (before === 'break') putIndent(output);
      if (text[at] === "'") put(output, "'", 1);
      at = putCharacter(output, text, at);
      output.inIndentation = false;
      before = 'other';
    }
  }
  putClosing(output, "'");
}

function emitDoubleQuoted(output: Output, text: string, folding: Folding): void {
  putIndicator(output, '"', 'inline');
  // The library looks for a byte order mark at the beginning where it should look here: then it escapes every character.
  const escapesAll = text.startsWith(byteOrderMark);
  let afterSpace = false;
  for (let at = 0; at < text.length; ) {
    if (escapesAll || mustEscape(text, at)) {
      at = putEscape(output, text, at);
      afterSpace = false;
      continue;
    }
    const isSpace = text[at] === ' ';
    const isInner = at > 0 && at < text.length - 1;
    if (isSpace && isInner && folding === 'folded' && !afterSpace && output.column > width) {
      putIndent(output);
      at += 1;
      if (text[at] === ' ') put(output, '\\', 1);
    } else {
      at = putCharacter(output, text, at);
    }
    afterSpace = isSpace;
  }
  putClosing(output, '"');
}

function mustEscape(text: string, at: number): boolean {
  return text[at] === '"' || text[at] === '\\' || !isPrintable(text, at) || breakWidth(text, at) > 0;
}

const escapes: ReadonlyMap<number, string> = new Map([
  [0x00, '0'],
  [0x07, 'a'],
  [0x08, 'b'],
  [0x09, 't'],
  [0x0a, 'n'],
  [0x0b, 'v'],
  [0x0c, 'f'],
  [0x0d, 'r'],
  [0x1b, 'e'],
  [0x22, '"'],
  [0x5c, '\\'],
  [0x85, 'N'],
  [0xa0, '_'],
  [0x2028, 'L'],
  [0x2029, 'P'],
]);

function putEscape(output: Output, text: string, at: number): number {
  const { rune, bytes } = runeAt(text, at);
  const escaped = `\\${escapes.get(rune) ?? numericEscape(rune)}`;
  put(output, escaped, escaped.length);
  return at + bytes.length;
}

function numericEscape(rune: number): string {
  const digits = rune.toString(16).toUpperCase();
  if (rune <= 0xff) return `x${digits.padStart(2, '0')}`;
  return rune <= 0xffff ? `u${digits.padStart(4, '0')}` : `U${digits.padStart(8, '0')}`;
}

function emitLiteral(output: Output, text: string): void {
  putIndicator(output, '|', 'inline');
  putClosing(output, indentationHint(text) + chompingHint(text));
  putLineBreak(output);
  output.inIndentation = true;
  output.afterSpace = true;
  let startsLine = true;
  for (let at = 0; at < text.length; ) {
    if (breakWidth(text, at) > 0) {
      at = putBreak(output, text, at);
      startsLine = true;
    } else {
      if (startsLine) putIndent(output);
      at = putCharacter(output, text, at);
      output.inIndentation = false;
      startsLine = false;
    }
  }
}

function indentationHint(text: string): string {
  return text.startsWith(' ') || breakWidth(text, 0) > 0 ? '2' : '';
}

/** Whether the line breaks at the end are part of the text: none `-`, one, or more `+`. */
function chompingHint(text: string): string {
  const last = lastCharacter(text, text.length);
  if (breakWidth(text, last) === 0) return '-';
  return last === 0 || breakWidth(text, lastCharacter(text, last)) > 0 ? '+' : '';
}

function lastCharacter(text: string, end: number): number {
  let at = end - 1;
  while ((text.charCodeAt(at) & 0xc0) === 0x80) at -= 1;
  return at;
}

function putCharacter(output: Output, text: string, at: number): number {
  const size = widthAt(text, at);
  put(output, text.slice(at, at + size), 1);
  return at + size;
}

function putBreak(output: Output, text: string, at: number): number {
  const end = at + breakWidth(text, at);
  putLineBreak(output, text.slice(at, end));
  output.inIndentation = true;
  return end;
}

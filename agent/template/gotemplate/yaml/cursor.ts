import { GoError } from '../go-error.ts';
import { breakWidth, byteOrderMark, widthAt } from './characters.ts';
import type { Input } from './input.ts';

/** A place in a document, walked through character by character. Behind the end is NUL, which no document has. */
export interface Cursor {
  readonly input: Input;
  /** In bytes. */
  at: number;
  /** In characters; a line break of two counts as two. */
  index: number;
  line: number;
  column: number;
  /** Characters that have been read, and how often it was read for them. */
  read: number;
  fills: number;
  /** Where the buffer began when it was last filled. */
  bufferStart: number;
}

export function newCursor(input: Input): Cursor {
  return { input, at: 0, index: 0, line: 0, column: 0, read: 0, fills: 0, bufferStart: 0 };
}

/** Makes sure that so many characters have been read; fails when one of them isn't allowed. */
export function need(cursor: Cursor, count: number): void {
  if (cursor.read - cursor.index >= count) return;
  cursor.bufferStart = cursor.at;
  const { fills } = cursor.input;
  while (cursor.read - cursor.index < count) {
    const fill = fills[cursor.fills];
    if (fill === undefined) {
      cursor.read += 1; // Behind the end: one NUL each time.
      return;
    }
    cursor.fills += 1;
    if (fill.wrong !== undefined) throw yamlError(fill.wrong);
    cursor.read = fill.characters;
    if (fill.isLast) {
      cursor.read += 1;
      return;
    }
  }
}

/** 0 behind the end. */
export function byteAt(cursor: Cursor, offset = 0): number {
  return cursor.input.text.charCodeAt(cursor.at + offset) || 0;
}

export function isAt(cursor: Cursor, text: string): boolean {
  return cursor.input.text.startsWith(text, cursor.at);
}

/** A space or a tab. */
export function isBlank(cursor: Cursor, offset = 0): boolean {
  const byte = byteAt(cursor, offset);
  return byte === 0x20 || byte === 0x09;
}

export function isBreak(cursor: Cursor, offset = 0): boolean {
  return breakWidth(cursor.input.text, cursor.at + offset) > 0;
}

/** A line break, or the end. */
export function isLineEnd(cursor: Cursor, offset = 0): boolean {
  return byteAt(cursor, offset) === 0 || isBreak(cursor, offset);
}

/** A blank, a line break, or the end. */
export function isGap(cursor: Cursor, offset = 0): boolean {
  const byte = byteAt(cursor, offset);
  return byte === 0x20 || byte === 0x09 || byte === 0 || isBreak(cursor, offset);
}

/** Letters and digits of ASCII, `_` and `-`. */
export function isWordCharacter(cursor: Cursor): boolean {
  const byte = byteAt(cursor);
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || isDigit(byte) || byte === 0x5f || byte === 0x2d;
}

export function isDigit(byte: number): boolean {
  return byte >= 0x30 && byte <= 0x39;
}

/** `---` or `...` at the beginning of a line, on its own. */
export function isDocumentIndicator(cursor: Cursor): boolean {
  return cursor.column === 0 && (isAt(cursor, '---') || isAt(cursor, '...')) && isGap(cursor, 3);
}

/** The library looks at the beginning of its buffer where it should look here. */
export function isAtByteOrderMark(cursor: Cursor): boolean {
  return cursor.column === 0 && cursor.input.text.startsWith(byteOrderMark, cursor.bufferStart);
}

/** Steps over one character, which is no line break. */
export function skip(cursor: Cursor, count = 1): void {
  for (let done = 0; done < count; done += 1) {
    cursor.at += cursor.at < cursor.input.text.length ? widthAt(cursor.input.text, cursor.at) : 1;
    cursor.index += 1;
    cursor.column += 1;
  }
}

/** Steps over one character and gives it. */
export function take(cursor: Cursor): string {
  const { at } = cursor;
  skip(cursor);
  return cursor.input.text.slice(at, cursor.at);
}

export function skipBlanks(cursor: Cursor): void {
  need(cursor, 1);
  while (isBlank(cursor)) {
    skip(cursor);
    need(cursor, 1);
  }
}

export function takeWord(cursor: Cursor): string {
  const { at } = cursor;
  need(cursor, 1);
  while (isWordCharacter(cursor)) {
    skip(cursor);
    need(cursor, 1);
  }
  return cursor.input.text.slice(at, cursor.at);
}

/** A comment, if there is one. */
export function skipComment(cursor: Cursor): void {
  if (byteAt(cursor) !== 0x23) return;
  while (!isLineEnd(cursor)) {
    skip(cursor);
    need(cursor, 1);
  }
}

/** Steps over a line break, if there is one, and gives what it stands for in a text: LF, or what it is. */
export function takeBreak(cursor: Cursor): string {
  const { text } = cursor.input;
  const width = breakWidth(text, cursor.at);
  if (width === 0) return '';
  const isPair = isAt(cursor, '\r\n');
  const { at } = cursor;
  cursor.at += isPair ? 2 : width;
  cursor.index += isPair ? 2 : 1;
  cursor.line += 1;
  cursor.column = 0;
  return width === 3 ? text.slice(at, cursor.at) : '\n';
}

/** The scanner's errors name the line after the one that counts from 0, but none in the first line. */
export function scanError(cursor: Cursor, problem: string): GoError {
  return yamlError(problem, cursor.line === 0 ? 0 : cursor.line + 1);
}

export function yamlError(problem: string, line = 0): GoError {
  return new GoError(line === 0 ? `yaml: ${problem}` : `yaml: line ${line}: ${problem}`);
}

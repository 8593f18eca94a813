import {
  byteAt,
  type Cursor,
  isBlank,
  isBreak,
  isDigit,
  isLineEnd,
  need,
  scanError,
  skip,
  skipBlanks,
  skipComment,
  takeBreak,
} from './cursor.ts';

export type BlockStyle = 'literal' | 'folded';

/** A block scalar, from its `|` or `>` on. `parentIndent` is that of the block it stands in, -1 outside of all. */
export function scanBlock(cursor: Cursor, style: BlockStyle, parentIndent: number): string {
  const { chomping, increment } = scanHeader(cursor);
  const given = increment === 0 ? 0 : Math.max(parentIndent, 0) + increment;
  let { breaks, indent } = scanBreaks(cursor, given, parentIndent);
  need(cursor, 1);
  const parts: string[] = [];
  let lineBreak = '';
  let afterBlank = false;
  while (cursor.column === indent && byteAt(cursor) !== 0) {
    const startsBlank = isBlank(cursor);
    const joins = style === 'folded' && lineBreak === '\n' && !afterBlank && !startsBlank;
    parts.push(joins ? (breaks === '' ? ' ' : '') : lineBreak, breaks);
    afterBlank = startsBlank;
    parts.push(scanLine(cursor));
    need(cursor, 2);
    lineBreak = takeBreak(cursor);
    ({ breaks, indent } = scanBreaks(cursor, indent, parentIndent));
  }
  if (chomping !== 'strip') parts.push(lineBreak);
  if (chomping === 'keep') parts.push(breaks);
  return parts.join('');
}

/** What becomes of the line breaks at the end: `clip` keeps one. */
type Chomping = 'strip' | 'clip' | 'keep';

function scanHeader(cursor: Cursor): { readonly chomping: Chomping; readonly increment: number } {
  skip(cursor);
  need(cursor, 1);
  let chomping = scanChomping(cursor);
  need(cursor, 1);
  const increment = scanIncrement(cursor);
  if (chomping === undefined && increment > 0) {
    need(cursor, 1);
    chomping = scanChomping(cursor);
  }
  skipBlanks(cursor);
  skipComment(cursor);
  if (!isLineEnd(cursor)) throw scanError(cursor, 'did not find expected comment or line break');
  if (isBreak(cursor)) {
    need(cursor, 2);
    takeBreak(cursor);
  }
  return { chomping: chomping ?? 'clip', increment };
}

function scanChomping(cursor: Cursor): Chomping | undefined {
  const byte = byteAt(cursor);
  if (byte !== 0x2b && byte !== 0x2d) return undefined;
  skip(cursor);
  return byte === 0x2b ? 'keep' : 'strip';
}

function scanIncrement(cursor: Cursor): number {
  const byte = byteAt(cursor);
  if (!isDigit(byte)) return 0;
  if (byte === 0x30) throw scanError(cursor, 'found an indentation indicator equal to 0');
  skip(cursor);
  return byte - 0x30;
}

function scanLine(cursor: Cursor): string {
  const { at } = cursor;
  while (!isLineEnd(cursor)) {
    skip(cursor);
    need(cursor, 1);
  }
  return cursor.input.text.slice(at, cursor.at);
}

/** Empty lines, and the indentation of the line after them. Where the indentation isn't known yet (0), it is that of the widest. */
function scanBreaks(cursor: Cursor, indent: number, parentIndent: number): { readonly breaks: string; readonly indent: number } {
  const breaks: string[] = [];
  let widest = 0;
  for (;;) {
    need(cursor, 1);
    while ((indent === 0 || cursor.column < indent) && byteAt(cursor) === 0x20) {
      skip(cursor);
      need(cursor, 1);
    }
    widest = Math.max(widest, cursor.column);
    if ((indent === 0 || cursor.column < indent) && byteAt(cursor) === 0x09) {
      throw scanError(cursor, 'found a tab character where an indentation space is expected');
    }
    if (!isBreak(cursor)) break;
    need(cursor, 2);
    breaks.push(takeBreak(cursor));
  }
  return { breaks: breaks.join(''), indent: indent === 0 ? Math.max(widest, parentIndent + 1, 1) : indent };
}

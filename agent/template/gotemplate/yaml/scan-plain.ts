import { byteAt, type Cursor, isBlank, isBreak, isDocumentIndicator, isGap, need, scanError, skip, takeBreak } from './cursor.ts';

export interface PlainText {
  readonly text: string;
  /** A line break follows it, so a key may come next. */
  readonly endsLine: boolean;
}

/** An unquoted text, which may go on over lines that are indented by `indent` or more. */
export function scanPlain(cursor: Cursor, indent: number, flowLevel: number): PlainText {
  const parts: string[] = [];
  let gap: Gap = { text: '', hasBreak: false };
  for (;;) {
    need(cursor, 4);
    if (isDocumentIndicator(cursor) || byteAt(cursor) === hash) break;
    const { at } = cursor;
    while (!isGap(cursor) && !endsPlain(cursor, flowLevel)) {
      skip(cursor);
      need(cursor, 2);
    }
    if (cursor.at > at) {
      parts.push(gap.text, cursor.input.text.slice(at, cursor.at));
      gap = { text: '', hasBreak: false };
    }
    if (!isBlank(cursor) && !isBreak(cursor)) break;
    gap = scanGap(cursor, indent);
    if (flowLevel === 0 && cursor.column < indent) break;
  }
  return { text: parts.join(''), endsLine: gap.hasBreak };
}

const hash = 0x23;

function endsPlain(cursor: Cursor, flowLevel: number): boolean {
  const byte = byteAt(cursor);
  if (byte === 0x3a) return isGap(cursor, 1);
  return flowLevel > 0 && (byte === 0x2c || byte === 0x3f || byte === 0x5b || byte === 0x5d || byte === 0x7b || byte === 0x7d);
}

/** Blanks and line breaks between two pieces, and what they stand for. */
interface Gap {
  readonly text: string;
  readonly hasBreak: boolean;
}

function scanGap(cursor: Cursor, indent: number): Gap {
  const { text } = cursor.input;
  let blanks = '';
  const breaks: string[] = [];
  need(cursor, 1);
  while (isBlank(cursor) || isBreak(cursor)) {
    if (isBlank(cursor)) {
      if (breaks.length === 0) blanks += text[cursor.at];
      else if (cursor.column < indent && byteAt(cursor) === 0x09) {
        throw scanError(cursor, 'found a tab character that violates indentation');
      }
      skip(cursor);
    } else {
      need(cursor, 2);
      breaks.push(takeBreak(cursor));
    }
    need(cursor, 1);
  }
  return breaks.length === 0 ? { text: blanks, hasBreak: false } : { text: folded(breaks), hasBreak: true };
}

/** One line break becomes a space, more lose their first; LS and PS stay. */
export function folded(breaks: readonly string[]): string {
  if (breaks[0] !== '\n') return breaks.join('');
  return breaks.length === 1 ? ' ' : breaks.slice(1).join('');
}

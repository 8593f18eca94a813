import { lexInside } from './lex-inside.ts';
import type { Delimiters, Token } from './token.ts';

/** What the lexer goes by and leaves behind. */
export interface Lexer {
  readonly source: string;
  readonly delimiters: Delimiters;
  /** Where the next token begins. */
  at: number;
  isInside: boolean;
  openParens: number;
  /** The line of an offset is asked for in rising order. */
  readonly lines: { at: number; line: number };
}

/**
 * Splits a source into tokens (gotemplate.md 2), as they are asked for. The last one is `end of source` or `error`: what follows
 * an error is never looked at.
 */
export function* tokensOf(source: string, delimiters: Delimiters): Generator<Token, undefined> {
  const lexer: Lexer = { source, delimiters, at: 0, isInside: false, openParens: 0, lines: { at: 0, line: 1 } };
  for (;;) {
    const token = lexer.isInside ? lexInside(lexer) : lexOutside(lexer);
    if (token) yield token;
    if (token?.kind === 'error' || token?.kind === 'end of source') return;
  }
}

const space = /[ \t\r\n]*/y;

/** Text up to the next delimiter, or the delimiter. Undefined for what leaves no token: comments, and text that is trimmed away. */
function lexOutside(lexer: Lexer): Token | undefined {
  const { source, delimiters, at } = lexer;
  const found = source.indexOf(delimiters[0], at);
  if (found === at) return lexLeftDelimiter(lexer);
  if (found < 0) {
    return at < source.length ? tokenTo(lexer, 'text', source.length) : tokenTo(lexer, 'end of source', at);
  }
  let end = found;
  if (isTrimMarker(source, found + delimiters[0].length, 'left')) while (end > at && isSpaceByte(source[end - 1])) end -= 1;
  const token = end > at ? tokenTo(lexer, 'text', end) : undefined;
  lexer.at = found;
  return token;
}

function lexLeftDelimiter(lexer: Lexer): Token | undefined {
  const { source, delimiters, at } = lexer;
  const behind = at + delimiters[0].length;
  const inner = behind + (isTrimMarker(source, behind, 'left') ? 2 : 0);
  if (source.startsWith('/*', inner)) {
    lexer.at = inner;
    return lexComment(lexer);
  }
  const token = tokenTo(lexer, 'left delimiter', behind);
  lexer.at = inner;
  lexer.isInside = true;
  lexer.openParens = 0;
  return token;
}

/** From its opening mark to behind the delimiter that has to follow; an error, or nothing. */
function lexComment(lexer: Lexer): Token | undefined {
  const { source, at } = lexer;
  const end = source.indexOf('*/', at + 2);
  if (end < 0) return errorToken(lexer, 'unclosed comment');
  const delimiter = rightDelimiterAt(lexer, end + 2);
  if (!delimiter) return errorToken(lexer, 'comment ends before closing delimiter');
  lexer.at = delimiter.end;
  return undefined;
}

/** The closing delimiter that begins there, with its trim marker. `end`: behind the text that it trims. */
export function rightDelimiterAt(
  { source, delimiters }: Lexer,
  at: number,
): { readonly begin: number; readonly end: number } | undefined {
  const isTrimming = isTrimMarker(source, at, 'right') && source.startsWith(delimiters[1], at + 2);
  if (!isTrimming && !source.startsWith(delimiters[1], at)) return undefined;
  const begin = at + (isTrimming ? 2 : 0);
  const end = begin + delimiters[1].length;
  return { begin, end: isTrimming ? endOfMatch(space, source, end) : end };
}

/** `pattern` is sticky, and matches nothing as well. */
export function endOfMatch(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  pattern.test(source);
  return pattern.lastIndex;
}

/** `- ` behind a left delimiter, ` -` before a right one. */
function isTrimMarker(source: string, at: number, side: 'left' | 'right'): boolean {
  const [dash, space] = side === 'left' ? [at, at + 1] : [at + 1, at];
  return source[dash] === '-' && isSpaceByte(source[space]);
}

export function isSpaceByte(char: string | undefined): boolean {
  return char === ' ' || char === '\t' || char === '\r' || char === '\n';
}

/** The token from where the lexer stands to `end`, and the lexer moves there. */
export function tokenTo(lexer: Lexer, kind: Token['kind'], end: number): Token {
  const { source, at } = lexer;
  lexer.at = end;
  return { kind, at, text: source.slice(at, end), line: lineAt(lexer, at) };
}

export function errorToken(lexer: Lexer, message: string): Token {
  return { kind: 'error', at: lexer.at, text: message, line: lineAt(lexer, lexer.at) };
}

function lineAt({ source, lines }: Lexer, at: number): number {
  for (let next = source.indexOf('\n', lines.at); next >= 0 && next < at; next = source.indexOf('\n', lines.at)) {
    lines.at = next + 1;
    lines.line += 1;
  }
  return lines.line;
}

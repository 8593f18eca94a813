import { type Cursor, newCursor, scanError } from './cursor.ts';
import type { Input } from './input.ts';
import type { SimpleKey } from './simple-key.ts';
import { type Token, type TokenKind, tokenOf } from './token.ts';

/** The scanner makes tokens of a document, as the YAML 1.1 specification's reference library does; this is what it remembers. */
export interface Scanner {
  readonly cursor: Cursor;
  /** From `head` on they are not taken yet. */
  tokens: Token[];
  head: number;
  /** How many were taken: so tokens are numbered. */
  taken: number;
  /** The first token in the queue is known to be the next. */
  isReady: boolean;
  hasStarted: boolean;
  /** Column of the current block, and of those around it; -1 outside of all. */
  indent: number;
  readonly indents: number[];
  flowLevel: number;
  simpleKeyAllowed: boolean;
  /** The last possible key of every flow level. */
  readonly simpleKeys: SimpleKey[];
  /** Level of the simple key that begins with a token. */
  readonly levelByToken: Map<number, number>;
}

export function newScanner(input: Input): Scanner {
  return {
    cursor: newCursor(input),
    tokens: [],
    head: 0,
    taken: 0,
    isReady: false,
    hasStarted: false,
    indent: -1,
    indents: [],
    flowLevel: 0,
    simpleKeyAllowed: true,
    simpleKeys: [{ isPossible: false, isRequired: false, token: 0, index: 0, line: 0, column: 0 }],
    levelByToken: new Map(),
  };
}

export function addToken(scanner: Scanner, token: Token): void {
  scanner.tokens.push(token);
}

/** Puts a token before the one of that number; at the end, when that one has been taken. */
export function insertToken(scanner: Scanner, before: number, token: Token): void {
  const position = before - scanner.taken;
  if (position < 0) addToken(scanner, token);
  else scanner.tokens.splice(scanner.head + position, 0, token);
}

export function nextTokenNumber(scanner: Scanner): number {
  return scanner.taken + scanner.tokens.length - scanner.head;
}

/** A block or flow that is deeper is an error. */
export const deepest = 10_000;

/** Opens a block when the column is further right than the current one. `before`: number of its first token, if that was scanned already. */
export function rollIndent(scanner: Scanner, column: number, kind: TokenKind, line: number, before?: number): void {
  if (scanner.flowLevel > 0 || scanner.indent >= column) return;
  scanner.indents.push(scanner.indent);
  scanner.indent = column;
  if (scanner.indents.length > deepest) throw scanError(scanner.cursor, `exceeded max depth of ${deepest}`);
  const token = tokenOf(kind, line);
  if (before === undefined) addToken(scanner, token);
  else insertToken(scanner, before, token);
}

/** Closes the blocks that are further right than the column. */
export function unrollIndent(scanner: Scanner, column: number): void {
  if (scanner.flowLevel > 0) return;
  while (scanner.indent > column) {
    addToken(scanner, tokenOf('block end', scanner.cursor.line));
    scanner.indent = scanner.indents.pop() ?? -1;
  }
}

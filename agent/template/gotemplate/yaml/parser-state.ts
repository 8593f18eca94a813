import type { GoError } from '../go-error.ts';
import { yamlError } from './cursor.ts';
import type { Input } from './input.ts';
import { peekToken, skipToken } from './scanner.ts';
import { newScanner, type Scanner } from './scanner-state.ts';
import type { Token, TokenKind } from './token.ts';

/** What the parser expects next. */
export type State =
  | 'first document'
  | 'document'
  | 'document content'
  | 'document end'
  | 'block node'
  | 'block sequence start'
  | 'block sequence entry'
  | 'indentless sequence entry'
  | 'block mapping start'
  | 'block mapping key'
  | 'block mapping value'
  | 'flow sequence start'
  | 'flow sequence entry'
  | 'flow pair key'
  | 'flow pair value'
  | 'flow pair end'
  | 'flow mapping start'
  | 'flow mapping key'
  | 'flow mapping value'
  | 'flow mapping no value'
  | 'end';

/** The parser makes events of tokens. It goes from state to state instead of calling itself, so that depth costs no stack. */
export interface Parser {
  readonly scanner: Scanner;
  state: State;
  /** Where to go on behind the nodes that are open. */
  readonly states: State[];
  /** What the handles of tags stand for. */
  readonly handles: Map<string, string>;
}

export function newParser(input: Input): Parser {
  return { scanner: newScanner(input), state: 'first document', states: [], handles: new Map() };
}

export function peek(parser: Parser): Token {
  return peekToken(parser.scanner);
}

export function skip(parser: Parser): void {
  skipToken(parser.scanner);
}

/** Steps over the next token, and gives the one behind it. */
export function peekBehind(parser: Parser): Token {
  skip(parser);
  return peek(parser);
}

export function isOneOf(token: Token, ...kinds: readonly TokenKind[]): boolean {
  return kinds.includes(token.kind);
}

/** The node that was open is done. */
export function goBack(parser: Parser): void {
  parser.state = parser.states.pop() ?? 'end';
}

/** The parser's errors name the line that counts from 0, but not the first. */
export function parseError(token: Token, problem: string): GoError {
  return yamlError(problem, token.line);
}

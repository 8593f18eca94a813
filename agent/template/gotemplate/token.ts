/** What the lexer makes of a source; parts of an action, but for `text` and `end of source`. */
export type TokenKind =
  | 'text'
  | 'left delimiter'
  | 'right delimiter'
  | 'space'
  | 'keyword'
  | 'identifier'
  | 'bool'
  | 'dot'
  | 'field'
  | 'variable'
  | 'number'
  | 'complex'
  | 'character'
  | 'string'
  | 'raw string'
  | 'declare'
  | 'assign'
  | 'pipe'
  | '('
  | ')'
  | 'char'
  | 'error'
  | 'end of source';

export interface Token {
  readonly kind: TokenKind;
  /** Byte offset in the source. */
  readonly at: number;
  /** As in the source; of an error the message. */
  readonly text: string;
  /** From 1. */
  readonly line: number;
}

export type Delimiters = readonly [left: string, right: string];

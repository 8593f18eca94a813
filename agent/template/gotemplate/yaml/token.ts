export type TokenKind =
  | 'stream start'
  | 'stream end'
  | 'version directive'
  | 'tag directive'
  | 'document start'
  | 'document end'
  | 'block sequence start'
  | 'block mapping start'
  | 'block end'
  | 'flow sequence start'
  | 'flow sequence end'
  | 'flow mapping start'
  | 'flow mapping end'
  | 'block entry'
  | 'flow entry'
  | 'key'
  | 'value'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'plain scalar'
  | 'quoted scalar';

export interface Token {
  readonly kind: TokenKind;
  /** Where it begins, from 0. */
  readonly line: number;
  /** The text of a scalar, the name of an anchor or alias, the handle of a tag, the version. */
  readonly value: string;
  /** What follows the handle of a tag, or what a handle stands for. */
  readonly suffix: string;
}

export function tokenOf(kind: TokenKind, line: number, value = '', suffix = ''): Token {
  return { kind, line, value, suffix };
}

import { quoteGo } from './printing/quote.ts';
import { runesOf } from './runes.ts';
import { TemplateError } from './template-error.ts';
import type { Token } from './token.ts';

/** The tokens of a whole source, with as much way back as one likes. */
export interface TokenReader {
  readonly source: string;
  /** Of the source, as errors call it. */
  readonly name: string;
  readonly tokens: Iterator<Token, undefined>;
  readonly read: Token[];
  /** Index of the next one. */
  next: number;
}

/**
 * What a tree has read. Go tells the line of the last token that the tree under work took from the lexer, and each `define` and
 * `block` is a tree of its own; so this is kept apart from the reader.
 */
export interface TreeProgress {
  readonly reader: TokenReader;
  line: number;
  /** Where that token begins in the source. */
  at: number;
  /** Line of the delimiter that opened the action; 0 outside of actions. */
  actionLine: number;
}

export function nextToken(tree: TreeProgress): Token {
  const token = peekToken(tree);
  tree.reader.next += 1;
  return token;
}

/** Behind the last token comes that one again. */
export function peekToken(tree: TreeProgress): Token {
  const { reader } = tree;
  if (reader.next >= reader.read.length) {
    const token = reader.tokens.next().value ?? endOf(reader);
    reader.read.push(token);
    tree.line = token.line;
    tree.at = token.at;
  }
  return reader.read[reader.next] ?? endOf(reader);
}

function endOf({ read }: TokenReader): Token {
  const last = read.at(-1);
  return { kind: 'end of source', at: last?.at ?? 0, text: '', line: last?.line ?? 1 };
}

export function nextNonSpace(tree: TreeProgress): Token {
  peekNonSpace(tree);
  return nextToken(tree);
}

/** Spaces before it are gone for good. */
export function peekNonSpace(tree: TreeProgress): Token {
  while (peekToken(tree).kind === 'space') tree.reader.next += 1;
  return peekToken(tree);
}

export function expectToken(tree: TreeProgress, kind: Token['kind'], context: string): Token {
  const token = nextNonSpace(tree);
  if (token.kind !== kind) throw unexpected(tree, token, context);
  return token;
}

/** An error of parsing. No data is involved, so all of it may be shown. */
export function parseError({ reader, line, at }: TreeProgress, message: string): TemplateError {
  const column = at - (reader.source.lastIndexOf('\n', at - 1) + 1);
  return new TemplateError(`template: ${reader.name}:${line}: ${message}`, { line, column: at === 0 ? 0 : column }, message);
}

export function unexpected(tree: TreeProgress, token: Token, context: string): TemplateError {
  if (token.kind !== 'error') return parseError(tree, `unexpected ${tokenText(token)} in ${context}`);
  const { actionLine, reader } = tree;
  if (actionLine === 0 || actionLine === token.line) return parseError(tree, token.text);
  const began = token.text.endsWith(' action') ? 'started' : 'in action started';
  return parseError(tree, `${token.text} ${began} at ${reader.name}:${actionLine}`);
}

function tokenText({ kind, text }: Token): string {
  if (kind === 'end of source') return 'EOF';
  if (kind === 'keyword' || kind === 'dot') return `<${text}>`;
  if (text.length <= 10) return quoteGo(text);
  const first = runesOf(text).slice(0, 10);
  return `${quoteGo(first.map(({ bytes }) => bytes).join(''))}...`;
}

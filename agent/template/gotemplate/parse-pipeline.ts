import { LimitExceeded } from './go-error.ts';
import type { ChainNode, CommandNode, ListNode, NumberNode, Operand, PipeNode } from './nodes.ts';
import { nodeText } from './nodes.ts';
import { parseNumber } from './parse-number.ts';
import { quoteGo } from './printing/quote.ts';
import type { Token } from './token.ts';
import { nextNonSpace, nextToken, parseError, peekNonSpace, peekToken, type TreeProgress, unexpected } from './token-reader.ts';
import { unquote } from './unquote.ts';

/** A body under work: that of the source, of a `define`, of a `block`. */
export interface Tree extends TreeProgress {
  readonly isFunction: (name: string) => boolean;
  /** Of the whole source. */
  readonly bodies: Map<string, ListNode>;
  readonly functions: Set<string>;
  /** Those that can be seen here. */
  readonly variables: string[];
  rangeDepth: number;
  depth: number;
}

/** Go stops at 10,000 parentheses; our stack is smaller. */
const deepest = 500;

/** Runs `parse` one level deeper. */
export function deeper<T>(tree: Tree, parse: () => T): T {
  if (tree.depth >= deepest) throw new LimitExceeded(`the template nests deeper than ${deepest} levels`);
  tree.depth += 1;
  const result = parse();
  tree.depth -= 1;
  return result;
}

/** Up to and with its `end`. */
export function parsePipeline(tree: Tree, context: string, end: 'right delimiter' | ')'): PipeNode {
  const { at } = peekNonSpace(tree);
  const { variables, isAssignment } = parseDeclaration(tree, context);
  const commands: CommandNode[] = [];
  for (let token = nextNonSpace(tree); token.kind !== end; token = nextNonSpace(tree)) {
    if (!isOperand(token)) throw unexpected(tree, token, context);
    tree.reader.next -= 1;
    commands.push(parseCommand(tree));
  }
  if (commands.length === 0) throw parseError(tree, `missing value for ${context}`);
  const wrong = commands.findIndex((command, stage) => stage > 0 && !isExecutable(command.operands[0]));
  if (wrong > 0) throw parseError(tree, `non executable command in pipeline stage ${wrong + 1}`);
  return { kind: 'pipe', at, variables, isAssignment, commands };
}

const operandKinds: ReadonlySet<Token['kind']> = new Set([
  ...(['bool', 'character', 'complex', 'dot', 'field', 'identifier', 'number', 'raw string', 'string', 'variable', '('] as const),
]);

function isOperand({ kind, text }: Token): boolean {
  return operandKinds.has(kind) || (kind === 'keyword' && text === 'nil');
}

/** Only the first stage of a pipeline may be a value. */
function isExecutable({ kind }: Operand): boolean {
  return !['bool', 'dot', 'nil', 'number', 'string'].includes(kind);
}

/** `$x :=`, `$i, $x :=`, `$x =`, or nothing. */
function parseDeclaration(tree: Tree, context: string): Pick<PipeNode, 'variables' | 'isAssignment'> {
  const variables: string[] = [];
  for (;;) {
    const begin = tree.reader.next;
    const { kind, text: name } = peekNonSpace(tree);
    if (kind !== 'variable') return { variables, isAssignment: false };
    nextToken(tree);
    const next = peekNonSpace(tree);
    const isComma = next.kind === 'char' && next.text === ',';
    if (next.kind !== 'assign' && next.kind !== 'declare' && !isComma) {
      tree.reader.next = begin;
      return { variables, isAssignment: false };
    }
    nextToken(tree);
    variables.push(name);
    tree.variables.push(name);
    if (!isComma) return { variables, isAssignment: next.kind === 'assign' };
    if (context !== 'range' || variables.length > 1) throw parseError(tree, `too many declarations in ${context}`);
    if (!['variable', 'right delimiter', ')'].includes(peekNonSpace(tree).kind)) {
      throw parseError(tree, 'range can only initialize variables');
    }
  }
}

function parseCommand(tree: Tree): CommandNode {
  const { at } = peekNonSpace(tree);
  const operands: Operand[] = [];
  for (let hasMore = true; hasMore; ) {
    peekNonSpace(tree);
    const operand = parseOperand(tree);
    if (operand) operands.push(operand);
    const token = nextToken(tree);
    hasMore = token.kind === 'space';
    if (token.kind === 'right delimiter' || token.kind === ')') tree.reader.next -= 1;
    else if (!hasMore && token.kind !== 'pipe') throw unexpected(tree, token, 'operand');
  }
  const [first, ...others] = operands;
  if (!first) throw parseError(tree, 'empty command');
  return { kind: 'command', at, operands: [first, ...others] };
}

/** A term and the fields behind it; undefined when none begins here. */
function parseOperand(tree: Tree): Operand | undefined {
  const term = parseTerm(tree);
  if (!term || peekToken(tree).kind !== 'field') return term;
  const { at } = peekToken(tree);
  const names: string[] = [];
  while (peekToken(tree).kind === 'field') names.push(nextToken(tree).text.slice(1));
  switch (term.kind) {
    case 'field':
      return { kind: 'field', at, names: [...term.names, ...names] };
    case 'variable':
      return { ...term, at, names: [...term.names, ...names] };
    case 'bool':
    case 'string':
    case 'number':
    case 'nil':
    case 'dot':
      throw parseError(tree, `unexpected . after term ${quoteGo(nodeText(term))}`);
    default:
      return { kind: 'chain', at, of: term, names } satisfies ChainNode;
  }
}

function parseTerm(tree: Tree): Operand | undefined {
  const token = nextNonSpace(tree);
  const { at, text } = token;
  switch (token.kind) {
    case 'identifier':
      if (!tree.isFunction(text)) throw parseError(tree, `function ${quoteGo(text)} not defined`);
      tree.functions.add(text);
      return { kind: 'identifier', at, name: text };
    case 'dot':
      return { kind: 'dot', at };
    case 'variable':
      if (!tree.variables.includes(text)) throw parseError(tree, `undefined variable ${quoteGo(text)}`);
      return { kind: 'variable', at, name: text, names: [] };
    case 'field':
      return { kind: 'field', at, names: [text.slice(1)] };
    case 'bool':
      return { kind: 'bool', at, value: text === 'true' };
    case 'character':
    case 'complex':
    case 'number':
      return parsedNumber(tree, token);
    case '(':
      return deeper(tree, () => parsePipeline(tree, 'parenthesized pipeline', ')'));
    case 'string':
    case 'raw string': {
      const value = unquote(text);
      if (value === undefined) throw parseError(tree, 'invalid syntax');
      return { kind: 'string', at, value, source: text };
    }
  }
  if (token.kind === 'keyword' && text === 'nil') return { kind: 'nil', at };
  tree.reader.next -= 1;
  return undefined;
}

function parsedNumber(tree: Tree, token: Token): NumberNode {
  const number = parseNumber(token);
  if (typeof number === 'string') throw parseError(tree, number);
  return number;
}

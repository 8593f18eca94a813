import { tokensOf } from './lexer.ts';
import type { BranchNode, ListNode, LoopNode, Node, TemplateNode } from './nodes.ts';
import { deeper, parsePipeline, type Tree } from './parse-pipeline.ts';
import { quoteGo } from './printing/quote.ts';
import { isSpace, runesOf } from './runes.ts';
import type { Delimiters, Token } from './token.ts';
import {
  expectToken,
  nextNonSpace,
  nextToken,
  parseError,
  peekNonSpace,
  peekToken,
  type TokenReader,
  unexpected,
} from './token-reader.ts';
import { unquote } from './unquote.ts';

/** A source, parsed: its own body and all that it defines, by name. */
export interface ParsedTemplate {
  readonly bodies: ReadonlyMap<string, ListNode>;
  /** The functions that it calls. */
  readonly functions: ReadonlySet<string>;
}

export interface ParseRules {
  readonly delimiters: Delimiters;
  readonly isFunction: (name: string) => boolean;
}

/** Parses a source (gotemplate.md 3). `name` is that of the main body, and what errors call the source. Throws TemplateError. */
export function parseTemplate(source: string, name: string, { delimiters, isFunction }: ParseRules): ParsedTemplate {
  const reader: TokenReader = { source, name, tokens: tokensOf(source, delimiters), read: [], next: 0 };
  const bodies = new Map<string, ListNode>();
  const functions = new Set<string>();
  const main = newTree({ reader, isFunction, bodies, functions });
  const nodes: Node[] = [];
  while (peekToken(main).kind !== 'end of source') {
    if (parsedDefinition(main)) continue;
    const item = parseItem(main);
    if (isEnding(item)) throw parseError(main, `unexpected {{${item.kind}}}`);
    nodes.push(item);
  }
  addBody(main, name, { kind: 'list', nodes });
  return { bodies, functions };
}

type TreeStart = Pick<Tree, 'reader' | 'isFunction' | 'bodies' | 'functions'>;

/** Of a `define` or a `block`, too: it sees no variables but its own. */
function newTree({ reader, isFunction, bodies, functions }: TreeStart): Tree {
  return {
    ...{ reader, isFunction, bodies, functions },
    ...{ line: 0, at: 0, actionLine: 0, variables: ['$'], rangeDepth: 0, depth: 0 },
  };
}

/** What ends a list of nodes. */
type Ending = { readonly kind: 'end' | 'else' };

function isEnding(item: Node | Ending): item is Ending {
  return item.kind === 'end' || item.kind === 'else';
}

/** `{{define "name"}} ... {{end}}`, when one begins here; else nothing is read. */
function parsedDefinition(main: Tree): boolean {
  const { reader } = main;
  const begin = reader.next;
  if (peekToken(main).kind !== 'left delimiter') return false;
  nextToken(main);
  const token = nextNonSpace(main);
  if (token.kind !== 'keyword' || token.text !== 'define') {
    reader.next = begin;
    return false;
  }
  const tree = newTree(main);
  const context = 'define clause';
  const name = parseName(tree, context);
  expectToken(tree, 'right delimiter', context);
  const { list, ending } = parseList(tree);
  if (ending.kind !== 'end') throw parseError(tree, `unexpected {{${ending.kind}}} in ${context}`);
  addBody(tree, name, list);
  return true;
}

function parseName(tree: Tree, context: string): string {
  const token = nextNonSpace(tree);
  if (token.kind !== 'string' && token.kind !== 'raw string') throw unexpected(tree, token, context);
  const name = unquote(token.text);
  if (name === undefined) throw parseError(tree, 'invalid syntax');
  return name;
}

/** Of two bodies with one name the one that isn't empty counts; two that aren't are an error. */
function addBody(tree: Tree, name: string, list: ListNode): void {
  const earlier = tree.bodies.get(name);
  if (!earlier || isEmpty(earlier)) tree.bodies.set(name, list);
  else if (!isEmpty(list)) throw parseError(tree, `template: multiple definition of template ${quoteGo(name)}`);
}

function isEmpty({ nodes }: ListNode): boolean {
  return nodes.every((node) => node.kind === 'text' && runesOf(node.text).every(({ rune }) => isSpace(rune)));
}

function parseList(tree: Tree): { readonly list: ListNode; readonly ending: Ending } {
  const nodes: Node[] = [];
  while (peekNonSpace(tree).kind !== 'end of source') {
    const item = parseItem(tree);
    if (isEnding(item)) return { list: { kind: 'list', nodes }, ending: item };
    nodes.push(item);
  }
  throw parseError(tree, 'unexpected EOF');
}

/** Text or an action. */
function parseItem(tree: Tree): Node | Ending {
  const token = nextNonSpace(tree);
  if (token.kind === 'text') return { kind: 'text', at: token.at, text: token.text };
  if (token.kind !== 'left delimiter') throw unexpected(tree, token, 'input');
  tree.actionLine = token.line;
  const item = parseAction(tree);
  tree.actionLine = 0;
  return item;
}

function parseAction(tree: Tree): Node | Ending {
  const token = nextNonSpace(tree);
  switch (token.kind === 'keyword' ? token.text : '') {
    case 'if':
      return parseBranch(tree, 'if');
    case 'with':
      return parseBranch(tree, 'with');
    case 'range':
      return parseBranch(tree, 'range');
    case 'end':
      expectToken(tree, 'right delimiter', 'end');
      return { kind: 'end' };
    case 'else':
      return parseElse(tree);
    case 'break':
      return parseLoopControl(tree, 'break', token);
    case 'continue':
      return parseLoopControl(tree, 'continue', token);
    case 'template':
      return parseCall(tree);
    case 'block':
      return parseBlock(tree);
    default: {
      tree.reader.next -= 1;
      return { kind: 'action', at: token.at, pipe: parsePipeline(tree, 'command', 'right delimiter') };
    }
  }
}

function parseBranch(tree: Tree, kind: BranchNode['kind']): BranchNode {
  return deeper(tree, () => {
    const visible = tree.variables.length;
    const pipe = parsePipeline(tree, kind, 'right delimiter');
    if (kind === 'range') tree.rangeDepth += 1;
    const { list, ending } = parseList(tree);
    if (kind === 'range') tree.rangeDepth -= 1;
    const elseList = ending.kind === 'else' ? parseElseList(tree, kind) : undefined;
    tree.variables.length = visible;
    return { kind, at: pipe.at, pipe, list, ...(elseList ? { elseList } : {}) };
  });
}

/** `else if` and `else with` share the `end` of the branch that they belong to. */
function parseElseList(tree: Tree, kind: BranchNode['kind']): ListNode {
  const next = peekToken(tree);
  if (kind !== 'range' && next.kind === 'keyword' && next.text === kind) {
    nextToken(tree);
    return { kind: 'list', nodes: [parseBranch(tree, kind)] };
  }
  const { list, ending } = parseList(tree);
  if (ending.kind !== 'end') throw parseError(tree, `expected end; found {{${ending.kind}}}`);
  return list;
}

/** An `if` or `with` behind it stays to be read. */
function parseElse(tree: Tree): Ending {
  const { kind, text } = peekNonSpace(tree);
  if (kind !== 'keyword' || (text !== 'if' && text !== 'with')) expectToken(tree, 'right delimiter', 'else');
  return { kind: 'else' };
}

function parseLoopControl(tree: Tree, kind: LoopNode['kind'], { at }: Token): LoopNode {
  const token = nextNonSpace(tree);
  if (token.kind !== 'right delimiter') throw unexpected(tree, token, `{{${kind}}}`);
  if (tree.rangeDepth === 0) throw parseError(tree, `{{${kind}}} outside {{range}}`);
  return { kind, at };
}

function parseCall(tree: Tree): TemplateNode {
  const context = 'template clause';
  const { at } = peekNonSpace(tree);
  const name = parseName(tree, context);
  if (nextNonSpace(tree).kind === 'right delimiter') return { kind: 'template', at, name };
  tree.reader.next -= 1;
  return { kind: 'template', at, name, pipe: parsePipeline(tree, context, 'right delimiter') };
}

function parseBlock(tree: Tree): TemplateNode {
  const context = 'block clause';
  const { at } = peekNonSpace(tree);
  const name = parseName(tree, context);
  const pipe = parsePipeline(tree, context, 'right delimiter');
  const block = { ...newTree(tree), depth: tree.depth };
  const { list, ending } = deeper(block, () => parseList(block));
  if (ending.kind !== 'end') throw parseError(tree, `unexpected {{${ending.kind}}} in ${context}`);
  addBody(block, name, list);
  return { kind: 'template', at, name, pipe };
}

import { quoteGo } from './printing/quote.ts';

/** The tree of a template (gotemplate.md 3). Every node knows where it began, as Go counts it for errors. */
export type Node = TextNode | ActionNode | BranchNode | TemplateNode | LoopNode;

export interface ListNode {
  readonly kind: 'list';
  readonly nodes: readonly Node[];
}

export interface TextNode {
  readonly kind: 'text';
  readonly at: number;
  readonly text: string;
}

/** `{{pipeline}}`: its value is printed, unless it declares variables. */
export interface ActionNode {
  readonly kind: 'action';
  readonly at: number;
  readonly pipe: PipeNode;
}

export interface BranchNode {
  readonly kind: 'if' | 'with' | 'range';
  readonly at: number;
  readonly pipe: PipeNode;
  readonly list: ListNode;
  readonly elseList?: ListNode;
}

/** `{{template "name" pipeline}}`. */
export interface TemplateNode {
  readonly kind: 'template';
  readonly at: number;
  readonly name: string;
  readonly pipe?: PipeNode;
}

export interface LoopNode {
  readonly kind: 'break' | 'continue';
  readonly at: number;
}

export interface PipeNode {
  readonly kind: 'pipe';
  readonly at: number;
  readonly variables: readonly string[];
  /** `=`, not `:=`. */
  readonly isAssignment: boolean;
  readonly commands: readonly CommandNode[];
}

export interface CommandNode {
  readonly kind: 'command';
  readonly at: number;
  readonly operands: readonly [Operand, ...Operand[]];
}

export type Operand = LiteralNode | NumberNode | FieldNode | VariableNode | ChainNode | IdentifierNode | PipeNode;

export type LiteralNode =
  | { readonly kind: 'dot' | 'nil'; readonly at: number }
  | { readonly kind: 'bool'; readonly at: number; readonly value: boolean }
  | { readonly kind: 'string'; readonly at: number; readonly value: string; readonly source: string };

/** What a number can be, until a parameter says what it is. */
export interface NumberNode {
  readonly kind: 'number';
  readonly at: number;
  readonly source: string;
  /** As an int64, and as a uint64, where it is whole and in range. */
  readonly int?: bigint;
  readonly uint?: bigint;
  readonly float: number;
}

export interface FieldNode {
  readonly kind: 'field';
  readonly at: number;
  readonly names: readonly string[];
}

/** `$name`, and fields behind it. */
export interface VariableNode {
  readonly kind: 'variable';
  readonly at: number;
  readonly name: string;
  readonly names: readonly string[];
}

/** Fields of a parenthesised pipeline, or of a function. */
export interface ChainNode {
  readonly kind: 'chain';
  readonly at: number;
  readonly of: Operand;
  readonly names: readonly string[];
}

export interface IdentifierNode {
  readonly kind: 'identifier';
  readonly at: number;
  readonly name: string;
}

/** Whatever can be the place of an error. */
export type Place = Operand | Node | CommandNode | ListNode;

/** How an error shows a node (gotemplate.md 10.2): written anew, not copied. */
export function nodeText(node: Place): string {
  switch (node.kind) {
    case 'dot':
      return '.';
    case 'nil':
      return 'nil';
    case 'bool':
      return String(node.value);
    case 'string':
    case 'number':
      return node.source;
    case 'identifier':
      return node.name;
    case 'field':
      return fieldText(node.names);
    case 'variable':
      return node.name + fieldText(node.names);
    case 'chain':
      return (node.of.kind === 'pipe' ? `(${nodeText(node.of)})` : nodeText(node.of)) + fieldText(node.names);
    case 'command':
      return node.operands.map((each) => (each.kind === 'pipe' ? `(${nodeText(each)})` : nodeText(each))).join(' ');
    case 'pipe':
      return pipeText(node);
    default:
      return statementText(node);
  }
}

function fieldText(names: readonly string[]): string {
  return names.map((name) => `.${name}`).join('');
}

function pipeText({ variables, isAssignment, commands }: PipeNode): string {
  const declared = variables.length > 0 ? `${variables.join(', ')} ${isAssignment ? '=' : ':='} ` : '';
  return declared + commands.map(nodeText).join(' | ');
}

function statementText(node: Node | ListNode): string {
  switch (node.kind) {
    case 'list':
      return node.nodes.map(nodeText).join('');
    case 'text':
      return node.text;
    case 'action':
      return `{{${nodeText(node.pipe)}}}`;
    case 'break':
    case 'continue':
      return `{{${node.kind}}}`;
    case 'template':
      return `{{template ${quoteGo(node.name)}${node.pipe ? ` ${nodeText(node.pipe)}` : ''}}}`;
    default: {
      const otherwise = node.elseList ? `{{else}}${nodeText(node.elseList)}` : '';
      return `{{${node.kind} ${nodeText(node.pipe)}}}${nodeText(node.list)}${otherwise}{{end}}`;
    }
  }
}

import type { Budget } from './budget.ts';
import type { TemplateFunction } from './call.ts';
import { GoError } from './go-error.ts';
import type { ListNode, Place } from './nodes.ts';
import { nodeText } from './nodes.ts';
import type { Value } from './operand.ts';
import { quoteGo } from './printing/quote.ts';
import { TemplateError } from './template-error.ts';

export type MissingKey = 'error' | 'default' | 'zero';

/** What all bodies of a run share. */
export interface Run {
  readonly source: string;
  /** Of the source, as errors call it. */
  readonly name: string;
  readonly missingKey: MissingKey;
  readonly bodies: ReadonlyMap<string, ListNode>;
  readonly functions: ReadonlyMap<string, TemplateFunction>;
  readonly budget: Budget;
  readonly output: string[];
  outputBytes: number;
  /** Calls of ours that wait for an answer: it bounds the stack. */
  depth: number;
}

/** A body that runs. */
export interface State {
  readonly run: Run;
  /** Of the body: `define`'s name, or the source's. */
  readonly body: string;
  readonly variables: { readonly name: string; value: Value }[];
  /** Where an error would be: the node that was looked at last. */
  node: Place | undefined;
}

export function at(state: State, node: Place): void {
  state.node = node;
  state.run.budget.spend(1);
}

/** Go's error at the node that was looked at last. `shown`: the message without values, where it may hold some. */
export function failed(state: State, message: string, shown = message): TemplateError {
  const { run, node, body } = state;
  const offset = node && 'at' in node ? node.at : 0;
  const before = run.source.slice(0, offset);
  const place = { line: before.split('\n').length, column: offset - (before.lastIndexOf('\n') + 1) };
  const text = node ? nodeText(node) : '';
  const location = `${run.name}:${place.line}:${place.column}`;
  return new TemplateError(
    `template: ${location}: executing ${quoteGo(body)} at <${text}>: ${message}`,
    place,
    `<${text}>: ${shown}`,
  );
}

/** The failure of a function, where Go reports it: at the call. Limits and bugs pass. */
export function failedCall(state: State, node: Place, name: string, error: unknown): unknown {
  if (!(error instanceof GoError)) return error;
  state.node = node;
  const prefix = `error calling ${name}`;
  const isKnown = error.isFixed || isWrittenIn(state.run.source, error.message);
  return failed(state, `${prefix}: ${error.message}`, isKnown ? `${prefix}: ${error.message}` : prefix);
}

/** As a literal of the template: a value that happens to be a word of it is still a value. */
function isWrittenIn(source: string, message: string): boolean {
  return source.includes(quoteGo(message)) || source.includes(`\`${message}\``);
}

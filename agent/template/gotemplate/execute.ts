import { assign, evaluatePipeline } from './evaluate.ts';
import { elementOf } from './field.ts';
import type { BranchNode, ListNode, Node, TemplateNode } from './nodes.ts';
import { concrete, isTruthy, type Value } from './operand.ts';
import { valueText } from './printing/print.ts';
import { quoteGo } from './printing/quote.ts';
import { at, failed, type Run, type State } from './state.ts';
import { GoInt, GoList, GoMap, int } from './value.ts';

/** How a list of nodes was left. */
type Left = 'at its end' | 'break' | 'continue';

/** Runs a body (gotemplate.md 4); what it prints is added to the output of the run. */
export function execute(run: Run, body: string, list: ListNode, dot: Value): void {
  const state: State = { run, body, variables: [{ name: '$', value: dot }], node: undefined };
  walkList(state, dot, list);
}

/**
 * Levels of nested lists at which no further body is entered. The parser allows a body 500 more, and our stack bears both. Go counts
 * bodies, and stops at 100,000.
 */
const deepest = 400;

function walkList(state: State, dot: Value, list: ListNode): Left {
  const { run } = state;
  run.depth += 1;
  let left: Left = 'at its end';
  for (const node of list.nodes) {
    left = walk(state, dot, node);
    if (left !== 'at its end') break;
  }
  run.depth -= 1;
  return left;
}

function walk(state: State, dot: Value, node: Node): Left {
  at(state, node);
  switch (node.kind) {
    case 'text':
      print(state, node.text);
      return 'at its end';
    case 'action': {
      const value = evaluatePipeline(state, dot, node.pipe);
      if (node.pipe.variables.length > 0) return 'at its end';
      at(state, node);
      const printed = concrete(value);
      print(state, printed === undefined ? '<no value>' : valueText(printed, state.run.budget.room));
      return 'at its end';
    }
    case 'if':
    case 'with':
      return scoped(state, () => walkBranch(state, dot, node));
    case 'range':
      return scoped(state, () => walkRange(state, dot, node));
    case 'template':
      walkTemplate(state, dot, node);
      return 'at its end';
    default:
      return node.kind;
  }
}

function print({ run }: State, text: string): void {
  run.outputBytes += text.length;
  run.budget.room(run.outputBytes);
  run.output.push(text);
}

/** Variables that are declared within go with it. */
function scoped(state: State, walkIt: () => Left): Left {
  const visible = state.variables.length;
  const left = walkIt();
  state.variables.length = visible;
  return left;
}

function walkBranch(state: State, dot: Value, { kind, pipe, list, elseList }: BranchNode): Left {
  const value = evaluatePipeline(state, dot, pipe);
  if (isTruthy(value)) return walkList(state, kind === 'with' ? value : dot, list);
  return elseList ? walkList(state, dot, elseList) : 'at its end';
}

interface Iteration {
  /** No value for those that count. */
  readonly index: Value;
  readonly element: Value;
}

function walkRange(state: State, dot: Value, node: BranchNode): Left {
  const value = evaluatePipeline(state, dot, node.pipe);
  const visible = state.variables.length;
  let isEmpty = true;
  for (const iteration of iterations(state, value, node)) {
    isEmpty = false;
    state.run.budget.spend(1);
    setVariables(state, node, iteration, visible);
    const left = walkList(state, iteration.element, node.list);
    state.variables.length = visible;
    if (left === 'break') break;
  }
  if (!isEmpty || !node.elseList) return 'at its end';
  // The parser lets a `break` stand here for the sake of a range around this one; when it runs, Go ends only this one.
  const left = walkList(state, dot, node.elseList);
  return left === 'break' ? 'at its end' : left;
}

function* iterations(state: State, value: Value, { pipe }: BranchNode): Generator<Iteration> {
  if (value === undefined) return;
  if (value instanceof GoList) {
    for (const [index, item] of value.items.entries()) yield { index: int(index), element: elementOf(value, item) };
  } else if (value instanceof GoMap) {
    for (const [key, item] of value.sorted()) yield { index: key, element: elementOf(value, item) };
  } else if (value instanceof GoInt) {
    if (pipe.variables.length > 1) {
      const problem = 'to iterate over more than one variable';
      throw failed(state, `can't use ${valueText(value)} ${problem}`, `can't use an integer ${problem}`);
    }
    for (let next = 0n; next < value.value; next += 1n) yield { index: undefined, element: new GoInt(value.type, next) };
  } else {
    const shown = valueText(concrete(value) ?? null);
    throw failed(state, `range can't iterate over ${shown}`, "range can't iterate over this value");
  }
}

/** One variable takes the element, two take index and element. */
function setVariables(state: State, { pipe }: BranchNode, { index, element }: Iteration, visible: number): void {
  const [first, second] = pipe.variables;
  if (first === undefined) return;
  const values = second === undefined ? [element] : [index, element];
  for (const [position, name] of pipe.variables.entries()) {
    if (pipe.isAssignment) assign(state, name, values[position]);
    else state.variables[visible - pipe.variables.length + position] = { name, value: values[position] };
  }
}

function walkTemplate(state: State, dot: Value, node: TemplateNode): void {
  const { run } = state;
  const list = run.bodies.get(node.name);
  if (!list) throw failed(state, `template ${quoteGo(node.name)} not defined`);
  if (run.depth >= deepest) throw failed(state, 'exceeded maximum template depth (100000)');
  const value = node.pipe ? evaluatePipeline(state, dot, node.pipe) : undefined;
  execute(run, node.name, list, value);
}

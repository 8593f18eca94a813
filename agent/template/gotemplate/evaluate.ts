import { type Call, callFunction, type Evaluate, ideal } from './call.ts';
import { fieldOf } from './field.ts';
import type { CommandNode, IdentifierNode, Operand, PipeNode } from './nodes.ts';
import { nodeText } from './nodes.ts';
import { concrete, type Value } from './operand.ts';
import { at, failed, type State } from './state.ts';

/** What the stage before gave; undefined at the first stage. */
type Piped = { readonly value: Value } | undefined;

/** The value of a pipeline (gotemplate.md 4). Declares or assigns its variables. */
export function evaluatePipeline(state: State, dot: Value, pipe: PipeNode): Value {
  at(state, pipe);
  let piped: Piped;
  for (const command of pipe.commands) piped = { value: concrete(evaluateCommand(state, dot, command, piped)) };
  const value = piped?.value;
  for (const name of pipe.variables) {
    if (pipe.isAssignment) assign(state, name, value);
    else state.variables.push({ name, value });
  }
  return value;
}

/** Sets the innermost variable of that name. */
export function assign(state: State, name: string, value: Value): void {
  visible(state, name).value = value;
}

/** The parser lets a variable stand in its own declaration, and be assigned to without one. */
function visible(state: State, name: string): State['variables'][number] {
  const variable = state.variables.findLast((each) => each.name === name);
  if (!variable) throw failed(state, `undefined variable: ${name}`);
  return variable;
}

function evaluateCommand(state: State, dot: Value, command: CommandNode, piped: Piped): Value {
  const [first, ...written] = command.operands;
  switch (first.kind) {
    case 'identifier':
      return evaluateFunction(state, first, {
        dot,
        node: command,
        written,
        evaluate: evaluateOperand,
        ...(piped ? { piped } : {}),
      });
    case 'field':
    case 'chain':
    case 'variable':
      return evaluateCallable(state, dot, first, written, piped);
    case 'pipe':
      refuseArguments(state, first, written, piped);
      return evaluatePipeline(state, dot, first);
    default:
      at(state, first);
      refuseArguments(state, first, written, piped);
      return evaluateLiteral(state, dot, first);
  }
}

function refuseArguments(state: State, first: Operand, written: readonly Operand[], piped: Piped): void {
  if (written.length > 0 || piped) throw failed(state, `can't give argument to non-function ${nodeText(first)}`);
}

function evaluateLiteral(
  state: State,
  dot: Value,
  node: Operand & { readonly kind: 'dot' | 'nil' | 'bool' | 'string' | 'number' },
): Value {
  switch (node.kind) {
    case 'dot':
      return dot;
    case 'nil':
      throw failed(state, 'nil is not a command');
    case 'number':
      return ideal(state, node);
    default:
      return node.value;
  }
}

/** A failure of the function is told of the command; of the name alone where it is an argument. */
function evaluateFunction(state: State, node: IdentifierNode, call: Call): Value {
  at(state, node);
  const known = state.run.functions.get(node.name);
  if (!known) throw failed(state, `${node.name} is not a defined function`); // The parser has looked already.
  return callFunction(state, known, call);
}

type Callable = Operand & { readonly kind: 'field' | 'chain' | 'variable' };

function evaluateCallable(state: State, dot: Value, node: Callable, written: readonly Operand[], piped: Piped): Value {
  at(state, node);
  const call = { dot, node, written, evaluate: evaluateOperand, ...(piped ? { piped } : {}) };
  switch (node.kind) {
    case 'field':
      return fieldOf(state, dot, node.names, call);
    case 'chain': {
      if (node.of.kind === 'nil') throw failed(state, `indirection through explicit nil in ${nodeText(node)}`);
      at(state, node.of);
      const value = evaluateOperand(state, dot, node.of);
      return fieldOf(state, value, node.names, call);
    }
    case 'variable': {
      const { value } = visible(state, node.name);
      if (node.names.length > 0) return fieldOf(state, value, node.names, call);
      refuseArguments(state, node, written, piped);
      return value;
    }
  }
}

/** An operand that stands as an argument, or before the fields of a chain. */
function evaluateOperand(state: State, dot: Value, node: Operand): ReturnType<Evaluate> {
  switch (node.kind) {
    case 'pipe':
      return evaluatePipeline(state, dot, node);
    case 'identifier':
      return evaluateFunction(state, node, { dot, node, written: [], evaluate: evaluateOperand });
    case 'field':
    case 'chain':
    case 'variable':
      return evaluateCallable(state, dot, node, [], undefined);
    default:
      return evaluateLiteral(state, dot, node);
  }
}

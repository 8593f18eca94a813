import { goTypeName, type Signature } from './functions/signature.ts';
import { GoError } from './go-error.ts';
import { type NumberNode, nodeText, type Operand, type Place } from './nodes.ts';
import { concrete, Interface, isTruthy, type Value, valueType } from './operand.ts';
import { at, failed, failedCall, type State } from './state.ts';
import { GoInt } from './value.ts';

/** A function that a template can call. */
export interface TemplateFunction {
  readonly signature: Signature;
  /** Gets as many arguments as were given, each of its parameter's type, and how they were written; throws GoError. */
  readonly call: (args: readonly Value[], written: readonly Operand[]) => Value;
  /** `and` and `or`: the truth at which no further argument is evaluated. */
  readonly stopsAt?: boolean;
}

/** What evaluates an operand of a call that isn't a literal. */
export type Evaluate = (
  state: State,
  dot: Value,
  node: Exclude<Operand, { kind: 'dot' | 'nil' | 'bool' | 'string' | 'number' }>,
) => Value;

export interface Call {
  readonly dot: Value;
  /** The node that errors of the function itself are reported at. */
  readonly node: Place;
  readonly written: readonly Operand[];
  /** What the stage before in the pipeline gave. */
  readonly piped?: { readonly value: Value };
  readonly evaluate: Evaluate;
}

/** Checks, evaluates and passes the arguments (gotemplate.md 6). */
export function callFunction(state: State, { signature, call, stopsAt }: TemplateFunction, request: Call): Value {
  checkCount(state, signature, request);
  checkResults(state, signature);
  const { written, piped } = request;
  const args: Value[] = [];
  for (const [index, operand] of written.entries()) {
    const value = argument(state, request, operand, parameterAt(signature, index));
    if (stopsAt !== undefined && isTruthy(value) === stopsAt) return value;
    args.push(value);
  }
  if (piped) args.push(assigned(state, piped.value, parameterAt(signature, args.length)));
  if (stopsAt !== undefined) return args.at(-1);
  state.run.budget.spend(workOf(args));
  try {
    return call(args, written);
  } catch (error) {
    throw failedCall(state, request.node, signature.name, error);
  }
}

/** Functions look at texts byte by byte: the clock must be looked at in between. */
function workOf(args: readonly Value[]): number {
  return args.reduce((sum: number, each) => sum + (typeof each === 'string' ? each.length >> 6 : 0), 1);
}

function parameterAt({ parameters, isVariadic }: Signature, index: number): string {
  return parameters[isVariadic ? Math.min(index, parameters.length - 1) : index] ?? 'any';
}

function checkCount(state: State, { name, parameters, isVariadic }: Signature, { written, piped }: Call): void {
  const count = written.length + (piped ? 1 : 0);
  const wrong = `wrong number of args for ${name}: want`;
  if (isVariadic && count < parameters.length - 1) {
    throw failed(state, `${wrong} at least ${parameters.length - 1} got ${written.length}`);
  }
  if (!isVariadic && count !== parameters.length) throw failed(state, `${wrong} ${parameters.length} got ${count}`);
}

/** Templates take one value, and perhaps an error. */
function checkResults(state: State, { name, result }: Signature): void {
  if (!result.startsWith('(')) return;
  const types = result.slice(1, -1).split(', ');
  const many = `function ${name} has ${types.length} return values; should be 1 or 2`;
  throw failed(
    state,
    types.length > 2 ? many : `invalid function signature for ${name}: second return value should be error; is ${types[1]}`,
  );
}

/** A written argument. Literals take the type of the parameter, all else has one. */
function argument(state: State, { dot, evaluate }: Call, node: Operand, type: string): Value {
  at(state, node);
  switch (node.kind) {
    case 'dot':
      return assigned(state, dot, type);
    case 'nil':
      if (!canBeNil(type)) throw failed(state, `cannot assign nil to ${goTypeName(type)}`);
      return undefined;
    case 'bool':
    case 'string':
    case 'number':
      return literal(state, node, type);
    default:
      return assigned(state, evaluate(state, dot, node), type);
  }
}

/** `value` is a parameter of Go's own functions, which look at a value as it came. */
function canBeNil(type: string): boolean {
  return type === 'any' || type === 'value' || type === 'dict' || type.startsWith('[]') || type.startsWith('*');
}

/** gotemplate.md 6.3: there is no conversion between types. */
function assigned(state: State, value: Value, type: string): Value {
  if (type === 'value') return value;
  if (value === undefined) {
    if (canBeNil(type)) return undefined;
    throw failed(state, `invalid value; expected ${goTypeName(type)}`);
  }
  if (type === 'any') return value;
  const inner = concrete(value);
  const found = inner === undefined ? valueType(value) : valueType(inner);
  if (found === goTypeName(type)) return inner;
  throw failed(state, `wrong type for value; expected ${goTypeName(type)}; got ${found}`);
}

type Literal = Operand & { readonly kind: 'bool' | 'string' | 'number' };

/** gotemplate.md 6.2. */
function literal(state: State, node: Literal, type: string): Value {
  switch (type) {
    case 'any':
    case 'value':
      return node.kind === 'number' ? ideal(state, node) : node.value;
    case 'string':
    case 'HashAlgorithm':
      if (node.kind === 'string') return node.value;
      throw failed(state, `expected string; found ${nodeText(node)}`);
    case 'bool':
      if (node.kind === 'bool') return node.value;
      throw failed(state, `expected bool; found ${nodeText(node)}`);
    case 'float64':
      if (node.kind === 'number') return node.float;
      throw failed(state, `expected float; found ${nodeText(node)}`);
    case 'int':
    case 'int64':
    case 'time.Duration':
      if (node.kind === 'number' && node.int !== undefined) return new GoInt(type, node.int);
      throw failed(state, `expected integer; found ${nodeText(node)}`);
    case 'uint32':
    case 'uint64':
      if (node.kind === 'number' && node.uint !== undefined) {
        return new GoInt(type, BigInt.asUintN(type === 'uint32' ? 32 : 64, node.uint));
      }
      throw failed(state, `expected unsigned integer; found ${nodeText(node)}`);
    default:
      throw failed(state, `can't handle ${nodeText(node)} for arg of type ${goTypeName(type)}`);
  }
}

/** A number without a type: what it looks like decides (gotemplate.md 2.1). */
export function ideal(state: State, node: NumberNode): Value {
  at(state, node);
  const { source, int, float } = node;
  const isHexInteger = /^0[xX]./.test(source) && !/[pP]/.test(source);
  if (!source.startsWith("'") && !isHexInteger && /[.eEpP]/.test(source)) return float;
  if (int === undefined) throw failed(state, `${source} overflows int`);
  return new GoInt('int', int);
}

/** As Go's reflect panics when a function is called on what isn't there. */
export function zeroValuePanic(method: string): GoError {
  return new GoError(`reflect: call of reflect.Value.${method} on zero Value`, 'fixed');
}

export function wrapped(value: Value | null): Value {
  return value instanceof Interface ? value : new Interface(value ?? null);
}

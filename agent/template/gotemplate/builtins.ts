import { type TemplateFunction, zeroValuePanic } from './call.ts';
import { compareEqual, compareLess } from './comparison.ts';
import { elementOf, zeroElement } from './field.ts';
import { signatureOf } from './functions/signature.ts';
import { GoError } from './go-error.ts';
import { nodeText, type Operand } from './nodes.ts';
import { concrete, isTruthy, plain, type Value, valueType } from './operand.ts';
import { html, js, urlquery } from './printing/escape.ts';
import { joinedText, print, println } from './printing/print.ts';
import { printf } from './printing/printf.ts';
import { GoInt, GoList, GoMap, GoObject, int } from './value.ts';

type Run = (args: readonly Value[], written: readonly Operand[], room: (size: number) => void) => Value;

/**
 * Go's own functions (gotemplate.md 7). A parameter of type `value` gets what was given as it is: with its interface, or no value
 * at all. `slice` isn't here: sprig has another one.
 */
const builtins: Readonly<Record<string, Run>> = {
  'and(value, ...value) value': (args) => args.at(-1),
  'or(value, ...value) value': (args) => args.at(-1),
  'not(value) bool': ([value]) => !isTruthy(value),
  'call(value, ...value) value': ([callee], [written]) => called(callee, written),
  'index(value, ...value) value': ([item, ...indexes]) => indexed(item, indexes),
  'len(value) int': ([item]) => int(lengthOf(item)),
  'print(...any) string': (args, _written, room) => print(args.map(plain), room),
  'println(...any) string': (args, _written, room) => println(args.map(plain), room),
  'printf(string, ...any) string': ([format, ...args], _written, room) => printf(String(format), args.map(plain), room),
  'html(...any) string': (args, _written, room) => html(joinedText(args.map(concrete), room)),
  'js(...any) string': (args, _written, room) => js(joinedText(args.map(concrete), room)),
  'urlquery(...any) string': (args, _written, room) => urlquery(joinedText(args.map(concrete), room)),
  'eq(value, ...value) bool': ([first, ...others]) => compareEqual(first, others),
  'ne(value, value) bool': ([first, second]) => !compareEqual(first, [second]),
  'lt(value, value) bool': ([first, second]) => compareLess(first, second),
  'le(value, value) bool': ([first, second]) => isAtMost(first, second),
  'gt(value, value) bool': ([first, second]) => !isAtMost(first, second),
  'ge(value, value) bool': ([first, second]) => !compareLess(first, second),
};

const shortCircuits: Readonly<Record<string, boolean>> = { and: false, or: true };

const names = new Map(Object.keys(builtins).map((signature) => [signature.slice(0, signature.indexOf('(')), signature]));

/** For `did you mean`. */
export function builtinNames(): Iterable<string> {
  return names.keys();
}

export function isBuiltin(name: string): boolean {
  return names.has(name);
}

/** `room`: asked before `printf` pads. */
export function builtin(name: string, room: (size: number) => void): TemplateFunction | undefined {
  const text = names.get(name);
  const run = text === undefined ? undefined : builtins[text];
  if (text === undefined || !run) return undefined;
  const stopsAt = shortCircuits[name];
  const call: TemplateFunction['call'] = (args, written) => run(args, written, room);
  return { signature: signatureOf(text), call, ...(stopsAt === undefined ? {} : { stopsAt }) };
}

/** Nothing that a template gets hold of can be called. */
function called(callee: Value, written: Operand | undefined): never {
  const value = concrete(callee);
  if (value === undefined) throw new GoError('call of nil', 'fixed');
  if (written) throw new GoError(`non-function ${nodeText(written)} of type ${valueType(value)}`, 'fixed');
  // A piped one has no text in the source: reflect's text of a value stands for it, and that of a string is the string.
  const shown = typeof value === 'string' ? value : `<${valueType(value)} Value>`;
  throw new GoError(
    `non-function ${shown} of type ${valueType(value)}`,
    typeof value === 'string' ? 'quotes arguments' : 'fixed',
  );
}

function isAtMost(first: Value, second: Value): boolean {
  return compareLess(first, second) || compareEqual(first, [second]);
}

function lengthOf(item: Value): number {
  if (item === undefined) throw zeroValuePanic('Type');
  const value = concrete(item);
  if (value === undefined) throw new GoError('len of nil pointer', 'fixed');
  if (typeof value === 'string') return value.length;
  if (value instanceof GoList) return value.items.length;
  if (value instanceof GoMap) return value.entries.size;
  throw new GoError(`len of type ${innerType(value)}`, 'fixed');
}

/** Go's functions look through pointers. */
function innerType(value: Exclude<Value, undefined>): string {
  const type = valueType(value);
  return value instanceof GoObject && value.goKind === 'ptr' ? type.slice(1) : type;
}

function indexed(first: Value, indexes: readonly Value[]): Value {
  let item: Value = concrete(first);
  if (item === undefined) throw new GoError('index of untyped nil', 'fixed');
  for (const index of indexes) {
    const value: Value = concrete(item);
    if (value === undefined) throw new GoError('index of nil pointer', 'fixed');
    item = element(value, concrete(index));
  }
  return item;
}

function element(value: Exclude<Value, undefined>, index: Value): Value {
  if (value instanceof GoMap) {
    if (index === undefined) throw new GoError('value is nil; should be of type string', 'fixed');
    if (typeof index !== 'string') throw new GoError(`value has type ${valueType(index)}; should be string`, 'fixed');
    const found = value.entries.get(index);
    return found === undefined ? zeroElement(value) : elementOf(value, found);
  }
  if (value instanceof GoList) {
    const at = position(index, value.items.length, 'slice');
    return elementOf(value, value.items[at] ?? null);
  }
  if (typeof value === 'string') return new GoInt('uint8', BigInt(value.charCodeAt(position(index, value.length, 'string'))));
  throw new GoError(`can't index item of type ${innerType(value)}`, 'fixed');
}

function position(index: Value, length: number, kind: 'slice' | 'string'): number {
  if (index === undefined) throw new GoError('cannot index slice/array with nil', 'fixed');
  if (!(index instanceof GoInt)) throw new GoError(`cannot index slice/array with type ${valueType(index)}`, 'fixed');
  const at = BigInt.asIntN(64, index.value);
  if (at < 0n || at > length) throw new GoError(`index out of range: ${at}`);
  if (at === BigInt(length)) throw new GoError(`reflect: ${kind} index out of range`, 'fixed');
  return Number(at);
}

import { type Call, callFunction, wrapped } from './call.ts';
import { integerMethod } from './dates/integer-methods.ts';
import { signatureOf } from './functions/signature.ts';
import { concrete, Interface, plain, type Value, valueType } from './operand.ts';
import { quoteGo } from './printing/quote.ts';
import { failed, type State } from './state.ts';
import { GoInt, type GoList, GoMap, type GoMethod, GoObject, type GoValue } from './value.ts';

/** Fields, one after the other; only the last one gets the arguments (gotemplate.md 5). */
export function fieldOf(state: State, receiver: Value, names: readonly string[], call: Call): Value {
  const { piped: _piped, ...rest } = call;
  const noArguments: Call = { ...rest, written: [] };
  let value = receiver;
  for (const [index, name] of names.entries()) {
    value = oneField(state, value, name, index === names.length - 1 ? call : noArguments);
  }
  return value;
}

function oneField(state: State, receiver: Value, name: string, call: Call): Value {
  if (receiver === undefined) {
    if (state.run.missingKey === 'error') throw failed(state, `nil data; no entry for key ${quoteGo(name)}`);
    return undefined;
  }
  const value = concrete(receiver);
  if (value === undefined) throw failed(state, `nil pointer evaluating interface {}.${name}`);
  const method = methodOf(value, name);
  if (method) return callMethod(state, method, call);
  if (value instanceof GoObject) return structField(state, value, name, { receiver, call });
  if (value instanceof GoMap) return mapField(state, value, name, call);
  throw failed(state, `can't evaluate field ${name} in type ${valueType(receiver)}`);
}

function methodOf(value: GoValue, name: string): GoMethod | undefined {
  if (value instanceof GoObject) return value.method(name);
  return value instanceof GoInt ? integerMethod(value, name) : undefined;
}

interface FieldOf {
  readonly receiver: NonNullable<Value>;
  readonly call: Call;
}

function structField(state: State, object: GoObject, name: string, { receiver, call }: FieldOf): Value {
  const field = object.fields().find(([known]) => known === name);
  if (!field) {
    const isHidden = object.insides().some(([known]) => known === name);
    const type = valueType(receiver);
    throw failed(
      state,
      isHidden ? `${name} is an unexported field of struct type ${type}` : `can't evaluate field ${name} in type ${type}`,
    );
  }
  if (hasArguments(call)) throw failed(state, `${name} has arguments but cannot be invoked as function`);
  return field[1] ?? undefined;
}

function callMethod(state: State, { signature, call: run }: GoMethod, call: Call): Value {
  const method = { signature: signatureOf(signature), call: (args: readonly Value[]) => run(...args.map(plain)) ?? undefined };
  return callFunction(state, method, call);
}

function hasArguments({ written, piped }: Call): boolean {
  return written.length > 0 || piped !== undefined;
}

function mapField(state: State, map: GoMap, name: string, call: Call): Value {
  if (hasArguments(call)) throw failed(state, `${name} is not a method but has arguments`);
  const found = map.entries.get(name);
  if (found !== undefined) return elementOf(map, found);
  switch (state.run.missingKey) {
    case 'default':
      return undefined;
    case 'zero':
      return zeroElement(map);
    case 'error':
      throw failed(state, `map has no entry for key ${quoteGo(name)}`);
  }
}

/** An element as it is read out of its container. */
export function elementOf(container: GoMap | GoList, value: GoValue): Value {
  const isOfAnything = container.type === 'map[string]interface {}' || container.type === '[]interface {}';
  return isOfAnything || value === null ? wrapped(value) : value;
}

/** What a map gives for a key that it has not. */
export function zeroElement(map: GoMap): Value {
  return map.type === 'map[string]string' ? '' : new Interface(null);
}

import { wrapped } from './call.ts';
import { plain, type Value } from './operand.ts';
import { dict, GoInt, GoList, GoMap, GoObject, type GoValue, type ListType } from './value.ts';

/** An argument as the TypeScript of a function takes it (functions/family.ts). */
export function toArgument(value: Value, type: string): unknown {
  const argument = plain(value);
  if (type === 'any') return argument;
  if (argument instanceof GoInt) return argument.value;
  return argument === null && type === 'dict' ? dict(null) : argument;
}

const lists: Readonly<Record<string, ListType>> = {
  '[]any': '[]interface {}',
  '[]string': '[]string',
  '[]int': '[]int',
  '[][]any': '[][]interface {}',
};

/** What a function returned, as a value of Go of the type that its signature names. */
export function fromValue(result: unknown, type: string): Value {
  if (typeof result === 'bigint') return type === 'int' ? new GoInt('int', result) : new GoInt('int64', result);
  const listType = lists[type];
  if (listType) return new GoList(listType, itemsOf(result));
  if (type === 'map[string]string' && result instanceof Map) return new GoMap(type, result);
  if (type === 'any') return wrapped(isGoValue(result) ? result : null);
  return isGoValue(result) ? (result ?? undefined) : undefined;
}

/** The very array, where it holds values already: others may have it, too. */
function itemsOf(result: unknown): readonly GoValue[] | null {
  if (!Array.isArray(result)) return null;
  return result.every(isGoValue) ? result : result.map((item) => (typeof item === 'bigint' ? new GoInt('int', item) : null));
}

function isGoValue(value: unknown): value is GoValue {
  if (value === null || typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return true;
  return value instanceof GoInt || value instanceof GoList || value instanceof GoMap || value instanceof GoObject;
}

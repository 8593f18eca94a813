import { GoInt, GoList, GoMap, GoObject, type GoValue, typeName } from '../value.ts';
import type { FunctionWorld } from './world.ts';

/**
 * Go's reflect.DeepEqual (gotemplate.md 12.4): the types must be the same all the way down, a nil list is not an empty one, and NaN
 * is nothing's equal, but a list or map that is the very same one is equal whatever it holds. Nothing recurses, since values nest
 * deeper than our stack.
 */
export function deepEqual(a: GoValue, b: GoValue, spend: FunctionWorld['spend']): boolean {
  const rest: Pair[] = [[a, b]];
  const met = new Map<GoValue, Set<GoValue>>();
  for (let pair = rest.pop(); pair; pair = rest.pop()) {
    spend(1);
    if (isContainer(pair[0]) && (pair[0] === pair[1] || isMetAgain(pair, met))) continue;
    const members = membersToCompare(pair);
    if (members === undefined) return false;
    for (const member of members) rest.push(member);
  }
  return true;
}

type Pair = readonly [GoValue, GoValue];

function isContainer(value: GoValue): boolean {
  return value instanceof GoList || value instanceof GoMap;
}

/** Pairs met before are taken to be equal: a map can hold itself, and a list the same one many times. */
function isMetAgain([a, b]: Pair, met: Map<GoValue, Set<GoValue>>): boolean {
  const others = met.get(a);
  if (others?.has(b)) return true;
  if (others === undefined) met.set(a, new Set([b]));
  else others.add(b);
  return false;
}

/** What is left to compare for two values to be equal; undefined when they are not. */
function membersToCompare([a, b]: Pair): readonly Pair[] | undefined {
  if (typeName(a) !== typeName(b)) return undefined;
  if (a instanceof GoList && b instanceof GoList) {
    if (a.isNil !== b.isNil || a.items.length !== b.items.length) return undefined;
    return a.items.map((item, index) => [item, b.items[index] ?? null]);
  }
  if (a instanceof GoMap && b instanceof GoMap) {
    if (a.isNil !== b.isNil || a.entries.size !== b.entries.size || [...a.entries.keys()].some((key) => !b.entries.has(key)))
      return undefined;
    return [...a.entries].map(([key, member]) => [member, b.entries.get(key) ?? null]);
  }
  return scalarsEqual(a, b) ? [] : undefined;
}

function scalarsEqual(a: GoValue, b: GoValue): boolean {
  if (a instanceof GoInt) return b instanceof GoInt && a.value === b.value;
  if (a instanceof GoObject) return b instanceof GoObject && a.deepEquals(b);
  return a === b;
}

import { GoInt, GoList, GoMap, GoObject, type GoValue, typeName } from '../value.ts';

/**
 * Go's reflect.DeepEqual (gotemplate.md 12.4): the types must be the same all the way down, a nil list is not an empty one, and NaN
 * is nothing's equal, but a list or map that is the very same one is equal whatever it holds.
 */
export function deepEqual(a: GoValue, b: GoValue, spend: (steps: number) => void): boolean {
  return equal(a, b, { spend, met: new Map() });
}

interface Comparison {
  readonly spend: (steps: number) => void;
  /** Pairs under comparison, taken to be equal when met again: a map can hold itself. */
  readonly met: Map<GoValue, Set<GoValue>>;
}

function equal(a: GoValue, b: GoValue, comparison: Comparison): boolean {
  comparison.spend(1);
  if (a instanceof GoInt) return b instanceof GoInt && a.type === b.type && a.value === b.value;
  if (a instanceof GoObject) return b instanceof GoObject && typeName(a) === typeName(b) && a.equals(b);
  if (a instanceof GoList) return b instanceof GoList && (isMetAgain(a, b, comparison) || listsEqual(a, b, comparison));
  if (a instanceof GoMap) return b instanceof GoMap && (isMetAgain(a, b, comparison) || mapsEqual(a, b, comparison));
  return a === b;
}

function isMetAgain(a: GoValue, b: GoValue, { met }: Comparison): boolean {
  if (a === b) return true;
  const others = met.get(a);
  if (others?.has(b)) return true;
  if (others === undefined) met.set(a, new Set([b]));
  else others.add(b);
  return false;
}

function listsEqual(a: GoList, b: GoList, comparison: Comparison): boolean {
  if (a.type !== b.type || a.isNil !== b.isNil || a.items.length !== b.items.length) return false;
  return a.items.every((item, index) => equal(item, b.items[index] ?? null, comparison));
}

function mapsEqual(a: GoMap, b: GoMap, comparison: Comparison): boolean {
  if (a.type !== b.type || a.entries.size !== b.entries.size) return false;
  return [...a.entries].every(([key, value]) => b.entries.has(key) && equal(value, b.entries.get(key) ?? null, comparison));
}

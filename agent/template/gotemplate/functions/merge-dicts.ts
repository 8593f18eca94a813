import { GoError } from '../go-error.ts';
import { GoList, GoMap, GoObject, type GoValue, kindOf } from '../value.ts';
import { isEmpty } from './is-empty.ts';
import type { FunctionWorld } from './world.ts';

/** Whose value it is where both have one. */
export type Winner = 'into' | 'from';

/** An error that mergo returns, rather than to panic. */
export class MergeRefused extends GoError {}

/** Two maps in the middle of being merged, and what is left to do when they are. */
interface Merging {
  readonly into: GoMap;
  readonly from: GoMap;
  readonly rest: Iterator<readonly [string, GoValue]>;
  readonly finish: () => void;
}

/**
 * mergo's Merge and MergeWithOverwrite (gotemplate.md 12.8): changes `into`, and the maps in it. What it lacks it gets from the other
 * one as it is, so that the two then share maps. Throws GoError; what was merged until then stays. Nothing recurses: maps nest deeper
 * than our stack.
 */
export function mergeDicts(into: GoMap, from: GoMap, winner: Winner, spend: FunctionWorld['spend']): void {
  const open: Merging[] = [];
  const begin = (intoMap: GoMap, fromMap: GoMap, finish: () => void): void => {
    spend(1 + fromMap.entries.size);
    open.push({ into: intoMap, from: fromMap, rest: fromMap.sorted().values(), finish });
  };
  begin(into, from, () => {});
  for (let now = open.at(-1); now; now = open.at(-1)) {
    const next = now.rest.next();
    if (next.done) {
      open.pop();
      now.finish();
      continue;
    }
    const [key, value] = next.value;
    const had = now.into.entries.get(key);
    const put = putInto(now, key, value);
    // Asked again when the maps are merged: one that is still empty is replaced.
    if (had instanceof GoMap && !had.isNil && value instanceof GoMap) begin(had, value, () => isEmpty(had) && put());
    else settle(had, value, winner, now.into, put);
  }
}

function putInto({ into, from }: Merging, key: string, value: GoValue): () => void {
  return () => {
    if (into.type === 'map[string]string' && from.type !== into.type) {
      const type = value instanceof GoList ? value.type : 'interface {}';
      throw new GoError(`reflect.Value.SetMapIndex: value of type ${type} is not assignable to type string`, 'fixed');
    }
    into.entries.set(key, value);
  };
}

function settle(had: GoValue | undefined, value: GoValue, winner: Winner, into: GoMap, put: () => void): void {
  refuseWhatGoRefuses(had, value, winner, into);
  if (winner === 'from' || (value !== null && (had === undefined || isEmpty(had)))) put();
}

/** mergo means to go into structs and pointers, and fails at some pairs of types. */
function refuseWhatGoRefuses(had: GoValue | undefined, value: GoValue, winner: Winner, into: GoMap): void {
  if (value instanceof GoList && had !== undefined && into.type === 'map[string]string') {
    throw new GoError('reflect: call of reflect.Value.IsNil on string Value', 'fixed');
  }
  if (!(had instanceof GoObject) || !(value instanceof GoMap || value instanceof GoObject)) return;
  if (had.goKind === 'struct' && had.fields().length > 0 && kindOf(value) !== 'struct') {
    throw new GoError(`reflect: call of reflect.Value.Field on ${kindOf(value)} Value`, 'fixed');
  }
  if (had.goKind === 'ptr' && kindOf(value) !== 'ptr' && winner === 'into') {
    throw new MergeRefused('src and dst must be of same type', 'fixed');
  }
}

import type { GoValue } from '../value.ts';
import { deepEqual } from './deep-equal.ts';
import type { FunctionFamily } from './family.ts';
import { isEmpty } from './is-empty.ts';
import { itemsOf } from './list-items.ts';
import { chunks, concatenated, sliced } from './list-parts.ts';
import { appended, grownCapacity, withCapacity } from './slice-room.ts';
import type { FunctionWorld } from './world.ts';

/** The functions on lists (gotemplate.md 12.7): they take lists of any type. A template can't tell a twin with `must` from its twin. */
export const functions: FunctionFamily<'lists'> = (world) => {
  const { concat, list, ...twins } = functionsOf(world);
  return {
    ...twins,
    list,
    tuple: list,
    concat,
    push: twins.append,
    mustAppend: twins.append,
    mustPush: twins.append,
    mustPrepend: twins.prepend,
    mustFirst: twins.first,
    mustLast: twins.last,
    mustRest: twins.rest,
    mustInitial: twins.initial,
    mustReverse: twins.reverse,
    mustUniq: twins.uniq,
    mustWithout: twins.without,
    mustHas: twins.has,
    mustSlice: twins.slice,
    mustChunk: twins.chunk,
    mustCompact: twins.compact,
  };
};

function functionsOf({ spend }: FunctionWorld) {
  /** A loop that lengthens a list copies it again and again. */
  const copied = (value: GoValue, refusal: string): GoValue[] => {
    const items = itemsOf(value, refusal);
    spend(items.length);
    return [...items];
  };
  return {
    list: (...items: readonly GoValue[]) => items,
    append: (to: GoValue, value: GoValue) => {
      const items = [...copied(to, 'Cannot push on type'), value];
      return withCapacity(items, grownCapacity(items.length - 1, items.length));
    },
    prepend: (to: GoValue, value: GoValue) => {
      const items = [value, ...copied(to, 'Cannot prepend on type')];
      return items.length === 1 ? items : withCapacity(items, grownCapacity(1, items.length));
    },
    first: (of: GoValue) => itemsOf(of, 'Cannot find first on type')[0] ?? null,
    last: (of: GoValue) => itemsOf(of, 'Cannot find last on type').at(-1) ?? null,
    rest: (of: GoValue) => orNil(copied(of, 'Cannot find rest on type'), 1),
    initial: (of: GoValue) => orNil(copied(of, 'Cannot find initial on type'), 0, -1),
    reverse: (of: GoValue) => copied(of, 'Cannot find reverse on type').reverse(),
    uniq: (of: GoValue) => {
      const found: GoValue[] = [];
      for (const item of copied(of, 'Cannot find uniq on type')) if (!isIn(found, item, spend)) found.push(item);
      return appended(found);
    },
    without: (of: GoValue, ...omit: readonly GoValue[]) =>
      appended(copied(of, 'Cannot find without on type').filter((item) => !isIn(omit, item, spend))),
    has: (needle: GoValue, within: GoValue) => within !== null && isIn(itemsOf(within, 'Cannot find has on type'), needle, spend),
    slice: (of: GoValue, ...bounds: readonly GoValue[]) => sliced(of, bounds, spend),
    concat: (...lists: readonly GoValue[]) => concatenated(lists, spend),
    chunk: (size: bigint, of: GoValue) => chunks(size, copied(of, 'Cannot chunk type')),
    compact: (of: GoValue) => appended(copied(of, 'Cannot compact on type').filter((item) => !isEmpty(item))),
  };
}

/** A part of a list; of an empty one a nil list. */
function orNil(items: readonly GoValue[], start: number, end?: number): readonly GoValue[] | null {
  return items.length === 0 ? null : items.slice(start, end);
}

function isIn(items: readonly GoValue[], needle: GoValue, spend: FunctionWorld['spend']): boolean {
  return items.some((item) => deepEqual(needle, item, spend));
}

import { GoError } from '../go-error.ts';
import { GoList, type GoValue, kindOf, list } from '../value.ts';
import { toInt64 } from './cast.ts';
import { itemsOf } from './list-items.ts';
import { appended, capacityOf, partOf } from './slice-room.ts';
import type { FunctionWorld } from './world.ts';

/** `slice` (gotemplate.md 12.7): of the list's own type; nil of an empty one, whatever the bounds. It may end behind the list. */
export function sliced(of: GoValue, bounds: readonly GoValue[], spend: FunctionWorld['spend']): GoValue {
  const items = itemsOf(of, 'list should be type of slice or array but');
  if (!(of instanceof GoList) || items.length === 0) return null;
  const [first, second] = bounds;
  const start = first === undefined ? 0n : toInt64(first);
  const end = second === undefined ? BigInt(items.length) : toInt64(second);
  if (start < 0n || end < start || end > BigInt(capacityOf(items))) {
    throw new GoError('reflect.Value.Slice: slice index out of bounds', 'fixed');
  }
  spend(Number(end - start));
  return new GoList(of.type, partOf(items, Number(start), Number(end), of.type));
}

/** `concat`: nil when there was nothing to add. */
export function concatenated(lists: readonly GoValue[], spend: FunctionWorld['spend']): GoList {
  const items: GoValue[] = [];
  for (const each of lists) {
    if (each !== null && !(each instanceof GoList)) throw new GoError(`Cannot concat type ${kindOf(each)} as list`, 'fixed');
    const added = itemsOf(each, '');
    spend(added.length);
    for (const item of added) items.push(item);
  }
  return list(items.length > 0 ? appended(items) : null);
}

/**
 * `chunk`: as many lists of `size` as it takes. The count comes out of a division of floats, so that a size of zero or less ends as
 * it does in Go: with a length that can't be, or with no lists at all, or with a single item as its own chunk.
 */
export function chunks(size: bigint, items: readonly GoValue[]): readonly GoList[] {
  const length = items.length;
  const count = Math.floor((length - 1) / Number(size)) + 1;
  const lastSize = length % Number(size) || Number(size);
  if (!(count >= 0) || count === Number.POSITIVE_INFINITY || (count > 0 && lastSize < 0)) {
    throw new GoError('runtime error: makeslice: len out of range', 'fixed');
  }
  return Array.from({ length: count }, (_, index) => {
    const start = index * Number(size);
    return list(items.slice(start, index === count - 1 ? start + lastSize : start + Number(size)));
  });
}

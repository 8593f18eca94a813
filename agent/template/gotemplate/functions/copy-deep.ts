import { GoError } from '../go-error.ts';
import { Semver } from '../semver/semver-value.ts';
import { GoList, GoMap, type GoValue } from '../value.ts';
import { capacityOf, withCapacity } from './slice-room.ts';
import type { FunctionWorld } from './world.ts';

/** What is left of a version: Go copies no fields that are private. */
const noVersion = { major: 0n, minor: 0n, patch: 0n, prerelease: '', metadata: '' };

/**
 * `deepCopy` (gotemplate.md 12.4): maps and lists of the same types, down to the bottom. Nothing recurses, since values nest deeper
 * than our stack; a map that holds itself, where Go dies, ends with `spend`.
 */
export function copyDeep(value: GoValue, spend: FunctionWorld['spend']): GoValue {
  if (value === null) throw new GoError('reflect: call of reflect.Value.Type on zero Value', 'fixed');
  const unfilled: (() => void)[] = [];
  const copy = (each: GoValue): GoValue => {
    if (each instanceof GoMap && !each.isNil) {
      const made = new GoMap(each.type);
      spend(1 + each.entries.size);
      unfilled.push(() => {
        for (const [key, member] of each.entries) made.entries.set(key, copy(member));
      });
      return made;
    }
    if (each instanceof Semver) return new Semver(each.goKind, noVersion, '');
    if (!(each instanceof GoList) || each.isNil) return each;
    const items: GoValue[] = [];
    spend(1 + each.items.length);
    unfilled.push(() => {
      for (const item of each.items) items.push(copy(item));
      withCapacity(items, capacityOf(each.items));
    });
    return new GoList(each.type, items);
  };
  const result = copy(value);
  for (let fill = unfilled.pop(); fill; fill = unfilled.pop()) {
    fill();
  }
  return result;
}

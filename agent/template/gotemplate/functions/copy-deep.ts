import { GoError } from '../go-error.ts';
import { GoList, GoMap, type GoValue } from '../value.ts';
import type { FunctionWorld } from './world.ts';

/**
 * `deepCopy` (gotemplate.md 12.4): maps and lists of the same types, down to the bottom. Nothing recurses, since values nest deeper
 * than our stack; a map that holds itself, where Go dies, ends with `spend`.
 */
export function copyDeep(value: GoValue, spend: FunctionWorld['spend']): GoValue {
  if (value === null) throw new GoError('reflect: call of reflect.Value.Type on zero Value', 'fixed');
  const unfilled: (() => void)[] = [];
  const copy = (each: GoValue): GoValue => {
    if (each instanceof GoMap) {
      const made = new GoMap(each.type);
      unfilled.push(() => {
        for (const [key, member] of each.entries) made.entries.set(key, copy(member));
      });
      return made;
    }
    if (!(each instanceof GoList) || each.isNil) return each;
    const items: GoValue[] = [];
    unfilled.push(() => {
      for (const item of each.items) items.push(copy(item));
    });
    return new GoList(each.type, items);
  };
  const result = copy(value);
  for (let fill = unfilled.pop(); fill; fill = unfilled.pop()) {
    spend(1);
    fill();
  }
  return result;
}

import { GoInt, GoList, GoMap, type GoValue } from '../value.ts';

/** What `empty` and `default` go by (gotemplate.md 12.4): nil, zero, "", false, a list or map of nothing. An object never is. */
export function isEmpty(value: GoValue): boolean {
  if (value === null || value === '' || value === 0 || value === false) return true;
  if (value instanceof GoInt) return value.value === 0n;
  if (value instanceof GoList) return value.items.length === 0;
  return value instanceof GoMap && value.entries.size === 0;
}

import type { Refuse } from './quoting.ts';

/** Values below their keys' parts. */
interface Tree {
  [part: string]: unknown;
}

/** A map of maps out of one with keys such as `db.password`: for files whose readers find `password` below `db`. */
export function nested(value: unknown, refuse: Refuse, separator: string): unknown {
  if (typeof value !== 'object' || value === null) return refuse('nested() takes a map, such as it');
  if (typeof separator !== 'string' || separator === '') return refuse("nested() needs what parts a key: nested(it, '.')");
  const top: Tree = Object.create(null); // Without a prototype, so that `__proto__` is a key like others.
  const trees = new Map([['', top]]);
  const owners = new Map<string, string>();
  for (const [key, text] of Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1))) {
    const parts = key.split(separator);
    if (parts.includes('')) return refuse(`key ${key}: a nested file can not hold a key with an empty part`);
    let tree = top;
    let path = '';
    for (const part of parts.slice(0, -1)) {
      path += separator + part;
      const owner = owners.get(path);
      if (owner !== undefined)
        return refuse(`keys ${owner} and ${key}: one place can not hold both a value and what is below it`);
      const below: Tree = trees.get(path) ?? Object.create(null);
      trees.set(path, below);
      tree[part] = below;
      tree = below;
    }
    tree[parts.at(-1) ?? ''] = text;
    owners.set(`${path}${separator}${parts.at(-1)}`, key);
  }
  return top;
}

/** The map as it is, for readers that take `Key` and `KEY` for one, whose keys must differ in more than case, at every depth. */
export function caseless(value: unknown, refuse: Refuse): unknown {
  const check = (map: unknown): void => {
    if (typeof map !== 'object' || map === null) return;
    const known = new Map<string, string>();
    for (const key of Object.keys(map)) {
      const other = known.get(key.toLowerCase());
      if (other !== undefined) refuse(`keys ${other} and ${key}: the file can not hold keys that differ only in case`);
      known.set(key.toLowerCase(), key);
    }
    for (const member of Object.values(map)) check(member);
  };
  check(value);
  return value;
}

import { GoError } from '../go-error.ts';
import { dict, GoMap, type GoValue, typeName } from '../value.ts';
import { copyDeep } from './copy-deep.ts';
import type { FunctionFamily } from './family.ts';
import { MergeRefused, mergeDicts, type Winner } from './merge-dicts.ts';
import { appended } from './slice-room.ts';
import { toText } from './strings-of.ts';

/**
 * The functions on dicts (gotemplate.md 12.8). `set`, `unset` and the merges change the dict they are given. Where Go goes through a
 * dict in an order of chance, we go by the keys.
 */
export const functions: FunctionFamily<'dicts'> = ({ spend }) => {
  const merging =
    (winner: Winner) =>
    (into: GoMap, ...from: readonly GoMap[]) => {
      const merged = into.isNil && from.some((each) => !each.isNil) ? dict() : into;
      for (const each of from) mergeDicts(merged, each, winner, spend);
      return merged;
    };
  const mustMerge = merging('into');
  const mustMergeOverwrite = merging('from');
  const copy = (value: GoValue) => copyDeep(value, spend);
  return {
    dict: (...keysAndValues) => dict(pairs(keysAndValues)),
    get: (of, key) => of.entries.get(key) ?? (of.entries.has(key) ? null : ''),
    set: (of, key, value) => {
      if (of.isNil) throw new GoError('assignment to entry in nil map', 'fixed');
      of.entries.set(key, value);
      return of;
    },
    unset: (of, key) => {
      of.entries.delete(key);
      return of;
    },
    hasKey: (of, key) => of.entries.has(key),
    pluck: (key, ...dicts) => appended(dicts.flatMap(({ entries }) => (entries.has(key) ? [entries.get(key) ?? null] : []))),
    keys: (...dicts) => {
      const keys = dicts.flatMap((each) => {
        spend(each.entries.size);
        return each.sorted().map(([key]) => key);
      });
      return appended(keys);
    },
    values: (of) => {
      spend(of.entries.size);
      return appended(of.sorted().map(([, value]) => value));
    },
    pick: (of, ...keys) =>
      dict(keys.flatMap((key) => (of.entries.has(key) ? [[key, of.entries.get(key) ?? null] as const] : []))),
    omit: (of, ...keys) => {
      spend(of.entries.size);
      const omitted = new Set(keys);
      return dict([...of.entries].filter(([key]) => !omitted.has(key)));
    },
    dig: (...args) => dig(args),
    merge: (...dicts) => orEmpty(mustMerge, dicts),
    mergeOverwrite: (...dicts) => orEmpty(mustMergeOverwrite, dicts),
    mustMerge,
    mustMergeOverwrite,
    deepCopy: copy,
    mustDeepCopy: copy,
  };
};

/** An error that mergo returns is no text here, while its panics end the template. */
function orEmpty(
  merge: (into: GoMap, ...from: readonly GoMap[]) => GoMap,
  [into, ...from]: readonly [GoMap, ...GoMap[]],
): GoValue {
  try {
    return merge(into, ...from);
  } catch (error) {
    if (error instanceof MergeRefused) return '';
    throw error;
  }
}

/** Keys and values in turn; a key without a value has "". */
function pairs(keysAndValues: readonly GoValue[]): readonly (readonly [string, GoValue])[] {
  return keysAndValues.flatMap((key, index) => {
    if (index % 2 === 1) return [];
    const value = keysAndValues[index + 1];
    return [[toText(key), value === undefined ? '' : value] as const];
  });
}

/** Keys, what it is if one of them is missing, and the dict. A value on the way that is no dict ends it. */
function dig(args: readonly GoValue[]): GoValue {
  if (args.length < 3) throw new GoError('dig needs at least three arguments', 'fixed');
  let at = asDict(args.at(-1) ?? null);
  const keys = args.slice(0, -2).map(asString);
  for (const [index, key] of keys.entries()) {
    const value = at.entries.get(key);
    if (value === undefined) return args.at(-2) ?? null;
    if (index === keys.length - 1) return value;
    at = asDict(value);
  }
  return at;
}

function asDict(value: GoValue): GoMap {
  if (value instanceof GoMap && value.type === 'map[string]interface {}') return value;
  throw conversionError(value, 'map[string]interface {}');
}

function asString(value: GoValue): string {
  if (typeof value === 'string') return value;
  throw conversionError(value, 'string');
}

function conversionError(value: GoValue, wanted: string): GoError {
  const found = value === null ? 'nil' : typeName(value);
  return new GoError(`interface conversion: interface {} is ${found}, not ${wanted}`, 'fixed');
}

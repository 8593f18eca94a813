/** What Go's yaml package makes of a document: a bigint is an int, or a uint64 when it is too large for that; a number is a float64. */
export type YamlValue = YamlScalar | readonly YamlValue[] | YamlMap;

export type YamlScalar = string | bigint | number | boolean | null;

/** By key. An entry has its key once more, because a Map makes `0` of `-0`. */
export type YamlMap = ReadonlyMap<YamlScalar, YamlEntry>;

export interface YamlEntry {
  readonly key: YamlScalar;
  readonly value: YamlValue;
}

/** More than this, and a bigint is Go's uint64. */
export const largestInt = 2n ** 63n - 1n;

export function isYamlMap(value: YamlValue): value is YamlMap {
  return value instanceof Map;
}

export function isYamlList(value: YamlValue): value is readonly YamlValue[] {
  return Array.isArray(value);
}

import { dict, GoMap, type GoValue, int64, list } from '../../agent/template/gotemplate/value.ts';

/** Template data before it has a side: texts are byte strings, a bigint is an int64, a number a float64. */
export type Datum = string | bigint | number | boolean | null | readonly Datum[] | ReadonlyMap<string, Datum>;
export type Data = ReadonlyMap<string, Datum>;

/** As test/oracle/value.go reads it. */
export function wireOf(datum: Datum): unknown {
  if (typeof datum === 'string') return { s: base64(datum) };
  if (typeof datum === 'bigint') return { i: String(datum) };
  if (typeof datum === 'number') return { f: datum };
  if (typeof datum === 'boolean') return { b: datum };
  if (datum === null) return null;
  if (datum instanceof Map) return { m: [...datum].map(([key, value]) => [base64(key), wireOf(value)]) };
  return { l: [...(datum as readonly Datum[])].map(wireOf) };
}

/** What a template starts with: as the operator hands it over when every member is a text. */
export function rootOf(data: Data): GoMap {
  const members = [...data].map(([key, value]) => [key, goValueOf(value)] as const);
  const isTexts = members.every(([, value]) => typeof value === 'string');
  return isTexts ? new GoMap('map[string]string', members) : dict(members);
}

function goValueOf(datum: Datum): GoValue {
  if (typeof datum === 'bigint') return int64(datum);
  if (datum instanceof Map) return dict([...datum].map(([key, value]) => [key, goValueOf(value)] as const));
  if (datum !== null && typeof datum === 'object') return list([...(datum as readonly Datum[])].map(goValueOf));
  return datum;
}

export function base64(bytes: string): string {
  return Buffer.from(bytes, 'latin1').toString('base64');
}

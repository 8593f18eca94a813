import { formatFloat } from '../printing/float.ts';
import { quoteGo } from '../printing/quote.ts';
import { type Deep, finish } from './deep.ts';
import { isYamlList, isYamlMap, largestInt, type YamlMap, type YamlScalar, type YamlValue } from './yaml-value.ts';

/** A value as Go's `%#v` prints it. */
export function goSyntax(value: YamlValue): string {
  return finish(write(value));
}

function* write(value: YamlValue): Deep<string> {
  if (isYamlMap(value)) return yield writeMap(value);
  return isYamlList(value) ? yield writeList(value) : scalarSyntax(value);
}

function scalarSyntax(value: YamlScalar): string {
  if (typeof value === 'string') return quoteGo(value);
  if (typeof value === 'number') return formatFloat(value, 'g', 'shortest');
  if (typeof value === 'bigint' && value > largestInt) return `0x${value.toString(16)}`;
  return value === null ? '<nil>' : String(value);
}

function* writeList(items: readonly YamlValue[]): Deep<string> {
  const texts: string[] = [];
  for (const item of items) texts.push(item === null ? nilElement : yield write(item));
  return `[]interface {}{${texts.join(', ')}}`;
}

function* writeMap(map: YamlMap): Deep<string> {
  const texts: string[] = [];
  for (const { key, value } of [...map.values()].sort((a, b) => compare(a.key, b.key))) {
    const text = value === null ? nilElement : yield write(value);
    texts.push(`${key === null ? nilElement : scalarSyntax(key)}:${text}`);
  }
  return `map[interface {}]interface {}{${texts.join(', ')}}`;
}

const nilElement = 'interface {}(nil)';

/** Go sorts keys of several types by where the types are in the program: this is what its linker usually makes of them. */
const typeOrder = ['object', 'string', 'uint64', 'bigint', 'number', 'boolean'];

function compare(a: YamlScalar, b: YamlScalar): number {
  const byType = typeOrder.indexOf(typeOf(a)) - typeOrder.indexOf(typeOf(b));
  if (byType !== 0 || a === null || b === null) return byType;
  return a < b ? -1 : 1;
}

function typeOf(key: YamlScalar): string {
  return typeof key === 'bigint' && key > largestInt ? 'uint64' : typeof key;
}

import { formatFloat } from '../printing/float.ts';
import { quoteGo } from '../printing/quote.ts';
import { isYamlMap, largestInt, type YamlMap, type YamlScalar, type YamlValue } from './yaml-value.ts';

/** A value as Go's `%#v` prints it. */
export function goSyntax(value: YamlValue): string {
  switch (typeof value) {
    case 'string':
      return quoteGo(value);
    case 'boolean':
      return String(value);
    case 'number':
      return formatFloat(value, 'g', 'shortest');
    case 'bigint':
      return value > largestInt ? `0x${value.toString(16)}` : String(value);
    default:
      if (value === null) return '<nil>';
      return isYamlMap(value) ? mapSyntax(value) : `[]interface {}{${value.map(elementSyntax).join(', ')}}`;
  }
}

function mapSyntax(map: YamlMap): string {
  const entries = [...map.values()].sort((a, b) => compare(a.key, b.key));
  return `map[interface {}]interface {}{${entries.map(({ key, value }) => `${elementSyntax(key)}:${elementSyntax(value)}`).join(', ')}}`;
}

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

function elementSyntax(value: YamlValue): string {
  return value === null ? 'interface {}(nil)' : goSyntax(value);
}

import { formatFloat } from '../printing/float.ts';
import { quoteGo } from '../printing/quote.ts';
import { isYamlMap, largestInt, type YamlMap, type YamlValue } from './yaml-value.ts';

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
  const entries = [...map.values()].sort((a, b) => ((a.key ?? '') < (b.key ?? '') ? -1 : 1));
  return `map[interface {}]interface {}{${entries.map(({ key, value }) => `${elementSyntax(key)}:${elementSyntax(value)}`).join(', ')}}`;
}

function elementSyntax(value: YamlValue): string {
  return value === null ? 'interface {}(nil)' : goSyntax(value);
}

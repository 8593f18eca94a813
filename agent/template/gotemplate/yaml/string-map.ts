import { GoError } from '../go-error.ts';
import { composeYaml } from './compose.ts';
import { decodeYaml } from './decode.ts';
import { float32Text } from './float32-text.ts';
import { keyText, validText } from './through-json.ts';
import { isYamlList, isYamlMap, type YamlEntry, type YamlValue } from './yaml-value.ts';

/**
 * A YAML document as a map of strings, as External Secrets Operator reads what a template of a whole document gave (eso.md 1.7): YAML
 * decides what a scalar is, and then it becomes text again. Texts are Go strings. Throws GoError; of its messages only the line is free
 * of values.
 */
export function yamlStringMap(text: string, spend: (steps: number) => void): ReadonlyMap<string, string> {
  const node = composeYaml(text);
  const value = node === undefined ? null : decodeYaml(node, spend);
  if (value === null) return new Map();
  if (!isYamlMap(value)) throw new GoError(`the document is ${kindInWords(value)}, no map of keys and values`, 'fixed');
  return new Map([...value.values()].map((entry) => [validText(keyText(entry.key)), scalarText(entry)]));
}

function kindInWords(value: YamlValue): string {
  if (isYamlList(value)) return 'a list';
  return isYamlMap(value) ? 'a map' : 'a single value';
}

function scalarText({ value, key }: YamlEntry): string {
  if (isYamlList(value) || isYamlMap(value)) {
    throw new GoError(`the value of ${keyText(key)} is ${kindInWords(value)}, no text: quote it, or write it as a block (|)`);
  }
  if (value === null) return '';
  if (typeof value === 'number') return Number.isFinite(value) ? float32Text(value) : infiniteText(value);
  return typeof value === 'string' ? validText(value) : String(value);
}

function infiniteText(value: number): string {
  return Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
}

import { GoError } from '../go-error.ts';
import { encodeRune, runesOf } from '../runes.ts';
import { dict, type GoMap, type GoValue, list } from '../value.ts';
import { float32Text } from './float32-text.ts';
import { goSyntax } from './go-syntax.ts';
import {
  isYamlList,
  isYamlMap,
  largestInt,
  type YamlEntry,
  type YamlMap,
  type YamlScalar,
  type YamlValue,
} from './yaml-value.ts';

/** A value as it comes out of JSON: keys are strings, numbers float64 (gotemplate.md 15.2). Throws Go's error. */
export function throughJson(value: YamlValue): GoValue {
  checkKeys(value);
  return convert(value);
}

/** All keys come before any value, which may be wrong, too. */
function checkKeys(value: YamlValue): void {
  if (isYamlList(value)) value.forEach(checkKeys);
  if (!isYamlMap(value)) return;
  for (const entry of value.values()) {
    checkKey(entry);
    checkKeys(entry.value);
  }
}

function checkKey({ key, value }: YamlEntry): void {
  if (key !== null && !(typeof key === 'bigint' && key > largestInt)) return;
  const type = key === null ? '%!s(<nil>)' : 'uint64';
  throw new GoError(`unsupported map key of type: ${type}, key: ${goSyntax(key)}, value: ${goSyntax(value)}`);
}

function convert(value: YamlValue): GoValue {
  if (isYamlMap(value)) return convertMap(value);
  if (isYamlList(value)) return list(value.map(convert));
  if (typeof value === 'string') return validText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    const text = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    throw new GoError(`json: unsupported value: ${text}`);
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

/** In the order of the keys, so that of several faults it is the first that is reported. */
function convertMap(map: YamlMap): GoMap {
  const entries = [...map.values()].map(({ key, value }) => ({ key: keyText(key), value }));
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  return dict(entries.map(({ key, value }) => [validText(key), convert(value)] as const));
}

export function keyText(key: YamlScalar): string {
  return typeof key === 'number' ? float32Text(key) : String(key);
}

/** Only a `!!binary` has bytes that are no UTF-8. */
export function validText(text: string): string {
  if (!/[\x80-\xff]/.test(text)) return text;
  return runesOf(text)
    .map(({ rune, bytes, isValid }) => (isValid ? bytes : encodeRune(rune)))
    .join('');
}

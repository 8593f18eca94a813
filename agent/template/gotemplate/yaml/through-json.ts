import { GoError } from '../go-error.ts';
import { encodeRune, runesOf } from '../runes.ts';
import { dict, type GoValue, list } from '../value.ts';
import { type Deep, finish } from './deep.ts';
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
  return isInner(value) ? finish(convert(value)) : convertScalar(value);
}

/** All keys come before any value, which may be wrong, too; of the items of a list the first comes first. */
function checkKeys(whole: YamlValue): void {
  const open = [whole];
  for (let value = open.pop(); value !== undefined; value = open.pop()) {
    if (isYamlList(value)) for (const item of value.toReversed()) open.push(item);
    if (!isYamlMap(value)) continue;
    for (const entry of value.values()) checkKey(entry);
    for (const entry of value.values()) open.push(entry.value);
  }
}

function checkKey({ key, value }: YamlEntry): void {
  if (key !== null && !(typeof key === 'bigint' && key > largestInt)) return;
  const type = key === null ? '%!s(<nil>)' : 'uint64';
  throw new GoError(`unsupported map key of type: ${type}, key: ${goSyntax(key)}, value: ${goSyntax(value)}`);
}

type InnerValue = YamlMap | readonly YamlValue[];

function isInner(value: YamlValue): value is InnerValue {
  return isYamlMap(value) || isYamlList(value);
}

function convert(value: InnerValue): Deep<GoValue> {
  return isYamlMap(value) ? convertMap(value) : convertList(value);
}

function convertScalar(value: YamlScalar): GoValue {
  if (typeof value === 'string') return validText(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    const text = Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf';
    throw new GoError(`json: unsupported value: ${text}`);
  }
  return typeof value === 'bigint' ? Number(value) : value;
}

function* convertList(items: readonly YamlValue[]): Deep<GoValue> {
  const converted: GoValue[] = [];
  for (const item of items) converted.push(isInner(item) ? yield convert(item) : convertScalar(item));
  return list(converted);
}

/** In the order of the keys, so that of several faults it is the first that is reported. */
function* convertMap(map: YamlMap): Deep<GoValue> {
  const entries = [...map.values()].map(({ key, value }) => ({ key: keyText(key), value }));
  entries.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0));
  const converted: (readonly [string, GoValue])[] = [];
  for (const { key, value } of entries) {
    converted.push([validText(key), isInner(value) ? yield convert(value) : convertScalar(value)]);
  }
  return dict(converted);
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

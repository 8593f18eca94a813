import { quoteGoJson } from '../../core/json-string.ts';
import { jsonProblem } from '../../core/json-text.ts';
import type { Effort } from './effort.ts';
import type { Made } from './literal.ts';
import { pretty, ugly } from './pretty.ts';
import { trimmed } from './query.ts';
import { members, parseValue, squashEnd } from './scan.ts';
import { exists, isArray, isObject, resultText, truth, unquotedKey, type Value } from './value.ts';
import type { Read } from './walk.ts';

/** Applies the modifier that the path begins with (gotemplate.md 16.4). Undefined: no such modifier, so it is an ordinary key. */
export function modified(text: string, path: string, read: Read, effort: Effort): Made | undefined {
  const [whole = '', name = '', colon = ''] = /^@([^.|:]*)(:?)/.exec(path) ?? [];
  if (!Object.hasOwn(modifiers, name)) return undefined;
  const rest = path.slice(whole.length);
  const argument = colon === '' ? '' : rest.slice(0, argumentEnd(rest));
  effort.spend(text.length + rest.length);
  const made = modifiers[name]?.({ text, argument, read, effort }) ?? '';
  return { text: made, rest: rest.slice(argument.length) };
}

/** JSON is taken whole; plain text runs to the next pipe outside of brackets and quotes. */
function argumentEnd(rest: string): number {
  if (/^[{["]/.test(rest) && exists(parseValue(rest))) return squashed(rest, 0);
  let i = 0;
  for (; i < rest.length && rest[i] !== '|'; i += 1) {
    if ('{["('.includes(rest.charAt(i))) i = squashed(rest, i) - 1;
  }
  return Math.min(i, rest.length);
}

/** Behind the value at `at`, be it a string or something in brackets. */
function squashed(text: string, at: number): number {
  if (text[at] !== '"') return squashEnd(text, at);
  let i = at + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return Math.min(i + 1, text.length);
}

interface Input {
  readonly text: string;
  readonly argument: string;
  readonly read: Read;
  readonly effort: Effort;
}

const modifiers: Readonly<Record<string, (input: Input) => string>> = {
  this: ({ text }) => text,
  valid: ({ text }) => (jsonProblem(text) ? '' : text),
  tostr: ({ text, effort }) => {
    effort.spend(6 * text.length); // Quoting what was quoted before doubles it each time, and is slow.
    return quoteGoJson(text, 'escaped');
  },
  fromstr: ({ text }) => (jsonProblem(text) ? '' : resultText(parseValue(text))),
  ugly: ({ text }) => ugly(text),
  pretty,
  reverse,
  flatten,
  join,
  keys,
  values,
  group,
  dig,
};

/** After `@`; other names are ordinary keys. */
export function isModifier(name: string): boolean {
  return Object.hasOwn(modifiers, name);
}

function reverse({ text }: Input): string {
  const value = parseValue(text);
  if (isArray(value)) return `[${raws(value).reverse().join(',')}]`;
  return isObject(value) ? `{${pairs(value).reverse().join(',')}}` : text;
}

function raws(value: Value): string[] {
  return [...members(value)].map((member) => member.value.raw);
}

function pairs(value: Value): string[] {
  return [...members(value)].map(({ key, value: { raw } }) => `${key}:${raw}`);
}

/** Members of the object that an argument is, by their unescaped names; of equal ones the last. */
function options(argument: string): ReadonlyMap<string, Value> {
  return new Map([...members(parseValue(argument))].map(({ key, value }) => [unquotedKey(key), value]));
}

function isSet(argument: string, option: string): boolean {
  const value = options(argument).get(option);
  return value !== undefined && truth(value);
}

function flatten({ text, argument, effort }: Input): string {
  return flattened(text, isSet(argument, 'deep'), effort);
}

function flattened(text: string, isDeep: boolean, effort: Effort): string {
  const value = parseValue(text);
  if (!isArray(value)) return text;
  effort.enter();
  effort.spend(text.length);
  const items = [...members(value)].map(({ value: item }) => {
    if (!isArray(item)) return item.raw;
    return unwrapped(isDeep ? flattened(item.raw, isDeep, effort) : item.raw);
  });
  effort.leave();
  return `[${items
    .map(trimSpace)
    .filter((item) => item !== '')
    .join(',')}]`;
}

/** Without the brackets; a closing one that isn't there costs the last byte, as in gjson. */
function unwrapped(text: string): string {
  const bare = trimmed(text);
  return bare.length >= 2 && /^[[{]/.test(bare) ? bare.slice(1, -1) : bare;
}

/** Unicode's white space, on text whose characters are bytes. */
function trimSpace(text: string): string {
  const space =
    '(?:[\\t-\\r ]|\\xc2[\\x85\\xa0]|\\xe1\\x9a\\x80|\\xe2\\x80[\\x80-\\x8a\\xa8\\xa9\\xaf]|\\xe2\\x81\\x9f|\\xe3\\x80\\x80)';
  const [lead = ''] = new RegExp(`^${space}*`).exec(text) ?? [];
  const rest = text.slice(lead.length);
  const [trail = ''] = new RegExp(`${space}{0,1000}$`).exec(rest.slice(-2000)) ?? [];
  return rest.slice(0, rest.length - trail.length);
}

function join({ text, argument }: Input): string {
  const value = parseValue(text);
  if (!isArray(value)) return text;
  const objects = [...members(value)].map((member) => member.value).filter(isObject);
  if (isSet(argument, 'preserve')) return `{${objects.map((object) => unwrapped(object.raw)).join(',')}}`;
  const joined = new Map<string, { readonly key: string; readonly raw: string }>();
  for (const object of objects) {
    for (const {
      key,
      value: { raw },
    } of members(object)) {
      const name = unquotedKey(key);
      joined.set(name, { key: joined.get(name)?.key ?? key, raw });
    }
  }
  return `{${[...joined.values()].map(({ key, raw }) => `${key}:${raw}`).join(',')}}`;
}

function keys({ text }: Input): string {
  const value = parseValue(text);
  const isMap = isObject(value);
  return `[${[...members(value)].map(({ key }) => (isMap ? key : 'null')).join(',')}]`;
}

function values({ text }: Input): string {
  const value = parseValue(text);
  return isArray(value) ? text : `[${raws(value).join(',')}]`;
}

/** An object of arrays to an array of objects. */
function group({ text }: Input): string {
  const value = parseValue(text);
  if (!isObject(value)) return '';
  const rows: string[][] = [];
  for (const { key, value: column } of members(value)) {
    if (!isArray(column)) continue;
    for (const [index, raw] of raws(column).entries()) {
      const row = rows[index] ?? [];
      row.push(`${key}:${raw}`);
      rows[index] = row;
    }
  }
  return `[${rows.map((row) => `{${row.join(',')}}`).join(',')}]`;
}

/** What the path finds in the value and in everything inside it, outside first. */
function dig({ text, argument, read, effort }: Input): string {
  const found: string[] = [];
  const look = (value: Value): void => {
    effort.enter();
    const here = read(value.raw, argument);
    if (exists(here)) found.push(here.raw);
    if (value.type === 'json') for (const member of members(value)) look(member.value);
    effort.leave();
  };
  look(parseValue(text));
  return `[${found.join(',')}]`;
}

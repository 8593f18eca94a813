import { decodeJsonString, quoteGoJson } from './json-string.ts';
import { afterSpace, closingQuote, jsonProblem, valueEnd } from './json-text.ts';
import { goJsonFloat } from './plain-decimal.ts';

/** JSON as Go programs read and write it (eso.md 2.2). Texts are `latin1`: one character a byte. */
export type GoJson = null | boolean | string | GoNumber | readonly GoJson[] | ReadonlyMap<string, GoJson>;

/** A number with the text it had, and what a float64 makes of it. */
export interface GoNumber {
  readonly kind: 'number';
  readonly literal: string;
  readonly value: number;
}

export type Parsed<T> = { readonly value: T } | { readonly wrong: string };

/** Values that nest deeper can be passed on as text, but not taken apart. */
const deepest = 1_000;

/** The whole text as one value. Of equal members the last wins. */
export function parseGoJson(text: string): Parsed<GoJson> {
  const wrong = jsonProblem(text);
  if (wrong) return { wrong };
  const reader: Reader = { text, at: afterSpace(text, 0), depth: 0 };
  const value = read(reader);
  return reader.wrong ? { wrong: reader.wrong } : { value };
}

/** Members of a JSON object with their source text, in order, duplicates and all; undefined for the document `null`. */
export function rawMembers(text: string): Parsed<readonly (readonly [key: string, raw: string])[] | undefined> {
  const wrong = jsonProblem(text);
  if (wrong) return { wrong };
  const reader: Reader = { text, at: afterSpace(text, 0), depth: 0 };
  if (text[reader.at] === 'n') return { value: undefined };
  if (text[reader.at] !== '{') return { wrong: 'no JSON object' };
  const members: (readonly [string, string])[] = [];
  for (let more = enter(reader); more; more = next(reader)) {
    const key = readKey(reader);
    const end = valueEnd(text, reader.at);
    members.push([key, text.slice(reader.at, end)]);
    reader.at = end;
  }
  return { value: members };
}

/** Walks through text that is known to be valid. */
interface Reader {
  readonly text: string;
  at: number;
  depth: number;
  wrong?: string;
}

function read(reader: Reader): GoJson {
  const { text } = reader;
  const first = text[reader.at];
  if (first === '{' || first === '[') return readContainer(reader, first);
  const end = valueEnd(text, reader.at);
  const raw = text.slice(reader.at, end);
  reader.at = end;
  if (first === '"') return decodeJsonString(raw);
  if (first === 'n') return null;
  if (first === 't' || first === 'f') return first === 't';
  const value = Number(raw);
  if (!Number.isFinite(value)) reader.wrong ??= 'a number in it is too large for a float64';
  return { kind: 'number', literal: raw, value };
}

function readContainer(reader: Reader, bracket: '{' | '['): GoJson {
  reader.depth += 1;
  if (reader.depth > deepest) reader.wrong ??= `nests deeper than ${deepest} levels`;
  if (reader.wrong) return null;
  const members = new Map<string, GoJson>();
  const items: GoJson[] = [];
  for (let more = enter(reader); more; more = next(reader)) {
    if (bracket === '{') members.set(readKey(reader), read(reader));
    else items.push(read(reader));
    if (reader.wrong) return null;
  }
  reader.depth -= 1;
  return bracket === '{' ? members : items;
}

/** Steps behind the opening bracket; false when the closing one follows at once, and then behind that. */
function enter(reader: Reader): boolean {
  reader.at = afterSpace(reader.text, reader.at + 1);
  const isEmpty = '}]'.includes(reader.text[reader.at] ?? '');
  if (isEmpty) reader.at += 1;
  return !isEmpty;
}

/** Steps behind the comma or the closing bracket that follows a value. */
function next(reader: Reader): boolean {
  const at = afterSpace(reader.text, reader.at);
  const hasMore = reader.text[at] === ',';
  reader.at = hasMore ? afterSpace(reader.text, at + 1) : at + 1;
  return hasMore;
}

/** A key and its colon. */
function readKey(reader: Reader): string {
  const end = closingQuote(reader.text, reader.at) + 1;
  const key = decodeJsonString(reader.text.slice(reader.at, end));
  reader.at = afterSpace(reader.text, afterSpace(reader.text, end) + 1);
  return key;
}

export interface WriteRules {
  /** `escaped`: `<`, `>`, `&` as `\u003c`, `\u003e`, `\u0026`, which is what json.Marshal does. */
  readonly html: 'escaped' | 'plain';
  /** `literal`: as they were written; `float`: what a float64 makes of them. */
  readonly numbers: 'literal' | 'float';
}

/** Compact, members in the order of their keys' bytes. */
export function writeGoJson(value: GoJson, rules: WriteRules): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoteGoJson(value, rules.html);
  if (value instanceof Map) return writeObject(value, rules);
  if ('literal' in value) return rules.numbers === 'literal' ? value.literal : goJsonFloat(value.value);
  return `[${[...value.values()].map((item) => writeGoJson(item, rules)).join(',')}]`;
}

function writeObject(value: ReadonlyMap<string, GoJson>, rules: WriteRules): string {
  const members = [...value].sort(([a], [b]) => (a < b ? -1 : 1));
  return `{${members.map(([key, member]) => `${quoteGoJson(key, rules.html)}:${writeGoJson(member, rules)}`).join(',')}}`;
}

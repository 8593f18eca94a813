import { enter, type JsonMaker, next, type Reader, readJson, readKey } from './json-reading.ts';
import { quoteGoJson } from './json-string.ts';
import { afterSpace, jsonProblem, valueEnd } from './json-text.ts';
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
  let tooLarge = false;
  const make: JsonMaker<GoJson> = {
    ...asTheyAre,
    number: (literal) => {
      const value = Number(literal);
      tooLarge ||= !Number.isFinite(value);
      return { kind: 'number', literal, value };
    },
  };
  const value = readJson(text, make, deepest);
  if (value === undefined) return { wrong: `nests deeper than ${deepest} levels` };
  return tooLarge ? { wrong: 'a number in it is too large for a float64' } : { value };
}

const asTheyAre: Omit<JsonMaker<GoJson>, 'number'> = {
  word: (word) => word,
  text: (content) => content,
  list: (items) => items,
  object: (members) => members,
};

/** Members of a JSON object with their source text, in order, duplicates and all; undefined for the document `null`. */
export function rawMembers(text: string): Parsed<readonly (readonly [key: string, raw: string])[] | undefined> {
  const wrong = jsonProblem(text);
  if (wrong) return { wrong };
  const reader: Reader = { text, at: afterSpace(text, 0) };
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

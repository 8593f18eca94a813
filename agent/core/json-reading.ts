import { decodeJsonString } from './json-string.ts';
import { afterSpace, closingQuote, valueEnd } from './json-text.ts';

/** What is made of the parts of a JSON text. */
export interface JsonMaker<T> {
  readonly word: (word: boolean | null) => T;
  readonly number: (literal: string) => T;
  readonly text: (content: string) => T;
  readonly list: (items: readonly T[]) => T;
  /** Of equal keys the last has won. */
  readonly object: (members: ReadonlyMap<string, T>) => T;
}

/** Walks through text that is known to be valid. */
export interface Reader {
  readonly text: string;
  at: number;
}

type Open<T> = { readonly items: T[] } | { readonly members: Map<string, T>; key: string };

/**
 * Text that `jsonProblem` has nothing against as one value; undefined when it nests deeper than `deepest` levels. Nothing recurses,
 * since Go takes 10,000 levels, which are more than our stack does.
 */
export function readJson<T>(text: string, make: JsonMaker<T>, deepest = Number.POSITIVE_INFINITY): T | undefined {
  const reader: Reader = { text, at: afterSpace(text, 0) };
  const open: Open<T>[] = [];
  for (;;) {
    const value = readOne(reader, make, open);
    if (open.length > deepest) return undefined;
    if (value.kind === 'opened') continue;
    let made = value.made;
    for (let parent = open.at(-1); ; parent = open.at(-1)) {
      if (!parent) return made;
      if (goesOn(reader, parent, made)) break;
      made = closed(parent, make);
      open.pop();
    }
  }
}

/** A whole value, or only the beginning of one, when it has members. */
function readOne<T>(
  reader: Reader,
  make: JsonMaker<T>,
  open: Open<T>[],
): { readonly kind: 'opened' } | { readonly kind: 'made'; readonly made: T } {
  const first = reader.text[reader.at];
  if (first !== '{' && first !== '[') return { kind: 'made', made: readScalar(reader, make) };
  const container: Open<T> = first === '{' ? { members: new Map(), key: '' } : { items: [] };
  if (!enter(reader)) return { kind: 'made', made: closed(container, make) };
  if ('members' in container) container.key = readKey(reader);
  open.push(container);
  return { kind: 'opened' };
}

function readScalar<T>(reader: Reader, make: JsonMaker<T>): T {
  const end = valueEnd(reader.text, reader.at);
  const raw = reader.text.slice(reader.at, end);
  reader.at = end;
  if (raw.startsWith('"')) return make.text(decodeJsonString(raw));
  if (raw === 'null') return make.word(null);
  return raw === 'true' || raw === 'false' ? make.word(raw === 'true') : make.number(raw);
}

/** Takes up a member; whether another one follows, and then steps to its value. */
function goesOn<T>(reader: Reader, parent: Open<T>, member: T): boolean {
  if ('members' in parent) parent.members.set(parent.key, member);
  else parent.items.push(member);
  const hasMore = next(reader);
  if (hasMore && 'members' in parent) parent.key = readKey(reader);
  return hasMore;
}

function closed<T>(container: Open<T>, make: JsonMaker<T>): T {
  return 'members' in container ? make.object(container.members) : make.list(container.items);
}

/** Steps behind the opening bracket; false when the closing one follows at once, and then behind that. */
export function enter(reader: Reader): boolean {
  reader.at = afterSpace(reader.text, reader.at + 1);
  const isEmpty = '}]'.includes(reader.text[reader.at] ?? '');
  if (isEmpty) reader.at += 1;
  return !isEmpty;
}

/** Steps behind the comma or the closing bracket that follows a value. */
export function next(reader: Reader): boolean {
  const at = afterSpace(reader.text, reader.at);
  const hasMore = reader.text[at] === ',';
  reader.at = hasMore ? afterSpace(reader.text, at + 1) : at + 1;
  return hasMore;
}

/** A key and its colon. */
export function readKey(reader: Reader): string {
  const end = closingQuote(reader.text, reader.at) + 1;
  const key = decodeJsonString(reader.text.slice(reader.at, end));
  reader.at = afterSpace(reader.text, afterSpace(reader.text, end) + 1);
  return key;
}

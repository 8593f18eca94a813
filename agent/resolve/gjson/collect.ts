import type { ArrayStep } from './path.ts';
import { splitAtPipe } from './pipe.ts';
import { type ArrayQuery, satisfies } from './query.ts';
import { scanAny } from './scan.ts';
import { exists, jsonValue, rawOf, type Value } from './value.ts';
import type { Walk } from './walk.ts';

/** What a query has found in an array so far. */
export interface Collection {
  readonly query: ArrayQuery;
  /** What is read from an element that matches; undefined: the element itself. */
  path: string | undefined;
  readonly found: string[];
}

export function newCollection(step: ArrayStep, query: ArrayQuery): Collection {
  return { query, path: step.path, found: [] };
}

/** Looks at one element. True: it is the one that was asked for, and `walk.value` holds what the path reads from it. */
export function testElement(walk: Walk, collection: Collection, element: Value): boolean {
  const { query } = collection;
  if (element.type !== 'json' && query.path !== '') return false;
  const tested = element.type === 'json' ? walk.read(element.raw, query.path) : element;
  if (!satisfies(tested, query, walk.effort)) return false;
  const result = collection.path === undefined ? element : walk.read(element.raw, beforePipe(walk, collection, collection.path));
  if (!query.all) {
    walk.value = result;
    return true;
  }
  const raw = rawOf(result);
  if (raw !== '') collection.found.push(raw);
  return false;
}

/** What stands behind a pipe is read from all that was collected, not from each element. */
function beforePipe(walk: Walk, collection: Collection, path: string): string {
  const split = splitAtPipe(path);
  if (!split) return path;
  collection.path = split.left;
  walk.pipe = split.right;
  return split.left;
}

/** The array that `#(...)#` stands for; undefined for other queries. */
export function collected({ query, found }: Collection): Value | undefined {
  return query.all ? jsonValue(`[${found.join(',')}]`) : undefined;
}

/** `#.rest`: what the rest finds in each element, as an array. `starts` is where elements, or what stands before them, begin. */
export function projected(walk: Walk, rest: string, starts: readonly number[]): Value {
  const { text } = walk;
  const split = splitAtPipe(rest);
  if (split) walk.pipe = split.right;
  const found: string[] = [];
  for (const start of starts) {
    let at = start;
    while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
    if (at >= text.length || text[at] === ']') continue;
    const element = scanAny(text, at);
    const result = element && walk.read(element.value.raw, split?.left ?? rest);
    if (result && exists(result)) found.push(rawOf(result));
  }
  return jsonValue(`[${found.join(',')}]`);
}

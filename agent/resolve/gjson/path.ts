import { isModifier } from './modifiers.ts';
import { type ArrayQuery, parseQuery, unreadableQuery } from './query.ts';

/** First component of a path, and how it goes on: `path` after a dot, `pipe` where a new read begins with what was found. */
export interface ObjectStep {
  readonly part: string;
  /** Whether `*` or `?` stand in it unescaped; escapes are kept in `part` then, and removed otherwise. */
  readonly isPattern: boolean;
  readonly path?: string;
  readonly pipe?: string;
}

export interface ArrayStep {
  readonly part: string;
  readonly path?: string;
  readonly pipe?: string;
  /** There is a `#` in it: length, projection or query instead of an index. */
  readonly hasHash: boolean;
  /** `#.rest`: what is read from every element. */
  readonly projection?: string;
  readonly query?: ArrayQuery;
}

/** Splits off what addresses a member of an object (gotemplate.md 16.2). */
export function objectStep(path: string): ObjectStep {
  let part = '';
  let isPattern = false;
  for (let i = 0; i < path.length; i += 1) {
    const char = path.charAt(i);
    if (char === '|') return { part, isPattern, pipe: path.slice(i + 1) };
    if (char === '.') return { part, isPattern, ...afterDot(path.slice(i + 1)) };
    if (char === '*' || char === '?') isPattern = true;
    if (char === '\\') i += 1;
    part += path.charAt(i);
  }
  return { part, isPattern };
}

/** A dot before a modifier or a multipath acts as a pipe. */
function afterDot(rest: string): { readonly path: string } | { readonly pipe: string } {
  return rest !== '' && beginsNewRead(rest) ? { pipe: rest } : { path: rest };
}

function beginsNewRead(rest: string): boolean {
  if (!rest.startsWith('@')) return rest.startsWith('[') || rest.startsWith('{');
  return isModifier(/^@([^.|:]*)/.exec(rest)?.[1] ?? '');
}

/** Splits off what addresses an element of an array. */
export function arrayStep(path: string): ArrayStep {
  let hasHash = false;
  let query: ArrayQuery | undefined;
  for (let i = 0; i < path.length; i += 1) {
    const char = path.charAt(i);
    if (char === '|') return { part: path.slice(0, i), hasHash, pipe: path.slice(i + 1), ...(query ? { query } : {}) };
    if (char === '.') {
      const rest = path.slice(i + 1);
      return { part: path.slice(0, i), hasHash, ...(hasHash ? { path: rest } : afterDot(rest)), ...(query ? { query } : {}) };
    }
    if (char !== '#') continue;
    hasHash = true;
    if (i > 0 || path.length === 1) continue;
    if (path[1] === '.') return { part: '#', hasHash, projection: path.slice(2) };
    if (path[1] !== '[' && path[1] !== '(') continue;
    const parsed = parseQuery(path);
    if (!parsed) return { part: path, hasHash, query: unreadableQuery };
    query = parsed.query;
    i = parsed.end - 1;
  }
  return { part: path, hasHash, ...(query ? { query } : {}) };
}

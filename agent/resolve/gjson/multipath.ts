import { quoteGoJson } from '../../core/json-string.ts';
import { jsonProblem } from '../../core/json-text.ts';
import { quoteEnd } from './query.ts';
import { exists, jsonValue, rawOf, type Value } from './value.ts';
import type { Read } from './walk.ts';

/**
 * `{a,"name":b.c}` and `[a,b]`: a new object or array of what each path finds. Where the bracket isn't closed, or something else
 * than a further step follows it, what remains of the path is an ordinary one, as in gjson.
 */
export function multipath(text: string, path: string, read: Read): { readonly made: Value } | { readonly remains: string } {
  const split = selectors(path);
  if (!split || !/^(?:$|[.|])/.test(split.rest)) return { remains: split?.rest ?? '' };
  const isObject = path.startsWith('{');
  const pieces = split.selectors.flatMap((selector) => {
    const found = read(text, selector.path);
    if (!exists(found)) return [];
    return [(isObject ? `${memberName(selector)}:` : '') + (rawOf(found) || 'null')];
  });
  const made = jsonValue(isObject ? `{${pieces.join(',')}}` : `[${pieces.join(',')}]`);
  return { made: split.rest === '' ? made : read(made.raw, split.rest.slice(1)) };
}

interface Selector {
  readonly name: string;
  readonly path: string;
}

function selectors(path: string): { readonly selectors: readonly Selector[]; readonly rest: string } | undefined {
  const found: Selector[] = [];
  let [depth, start, colon, isInModifier] = [1, 1, 0, false];
  for (let i = 1; i < path.length; i += 1) {
    const char = path.charAt(i);
    if (char === '\\') i += 1;
    else if (char === '"') i = quoteEnd(path, i);
    else if (char === '@' && /[.|]/.test(path.charAt(i - 1))) isInModifier = true;
    else if (char === ':' && depth === 1 && colon === 0 && !isInModifier) colon = i;
    else if ('[({'.includes(char)) depth += 1;
    else if ('])}'.includes(char)) depth -= 1;
    if (depth > 0 && !(char === ',' && depth === 1)) continue;
    found.push(
      colon === 0 ? { name: '', path: path.slice(start, i) } : { name: path.slice(start, colon), path: path.slice(colon + 1, i) },
    );
    if (depth === 0) return { selectors: found, rest: path.slice(i + 1) };
    [start, colon, isInModifier] = [i + 1, 0, false];
  }
  return undefined;
}

/** The name that was given, else the last component of the path where that is a plain one, else `_`. */
function memberName({ name, path }: Selector): string {
  if (name !== '') return name.startsWith('"') && !jsonProblem(name) ? name : quoteGoJson(name, 'escaped');
  const last = lastComponent(path);
  return quoteGoJson(/[^ -\xff]|[[\]{}()#|!]/.test(last) ? '_' : last, 'escaped');
}

function lastComponent(path: string): string {
  for (let i = path.length - 1; i >= 0; i -= 1) {
    if ((path[i] === '|' || path[i] === '.') && path[i - 1] !== '\\') return path.slice(i + 1);
  }
  return path;
}

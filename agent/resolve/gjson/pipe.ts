import { squashEnd } from './scan.ts';

/** Splits a path at the pipe that ends its mapped part: pipes inside queries, and escaped ones, don't count. */
export function splitAtPipe(path: string): { readonly left: string; readonly right: string } | undefined {
  if (!path.includes('|')) return undefined;
  const at = path.startsWith('{') ? behindMultipath(path) : pipeAt(path);
  return at === undefined ? undefined : { left: path.slice(0, at), right: path.slice(at + 1) };
}

/** gjson looks for the closing brace from the first character inside on, which it takes for an opening one. */
function behindMultipath(path: string): number | undefined {
  const end = 1 + squashEnd(path.slice(1), 0);
  return path[end] === '|' ? end : undefined;
}

function pipeAt(path: string): number | undefined {
  for (let i = 0; i < path.length; i += 1) {
    const char = path.charAt(i);
    if (char === '|') return i;
    if (char === '\\') i += 1;
    else if (char === '.' && path[i + 1] === '#') i = behindQuery(path, i + 2);
  }
  return undefined;
}

/** Index of the bracket that closes the query at `at`, if there is one. */
function behindQuery(path: string, at: number): number {
  const open = path[at];
  if (open !== '(' && open !== '[') return at;
  const close = open === '(' ? ')' : ']';
  let depth = 1;
  let i = at + 1;
  for (; i < path.length; i += 1) {
    const char = path.charAt(i);
    if (char === '\\') i += 1;
    else if (char === open) depth += 1;
    else if (char === close) depth -= 1;
    else if (char === '"') i = closingQuote(path, i);
    if (depth === 0) return i;
  }
  return i;
}

function closingQuote(path: string, at: number): number {
  let i = at + 1;
  while (i < path.length && path[i] !== '"') i += path[i] === '\\' ? 2 : 1;
  return i;
}

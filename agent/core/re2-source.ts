import { complaint, isNoUtf8, noUtf8, type Read, readClass, readEscape, readUnicodeClass } from './re2-tokens.ts';

/** A Go regular expression, written so that re2js takes it for the same. */
export interface Re2Source {
  /** As far as its tokens are right. */
  readonly pattern: string;
  /** Names of groups in `pattern` -> the name as the source has it: re2js wants all of them to differ. */
  readonly renamed: ReadonlyMap<string, string>;
  /** What Go says of the first token that it refuses. */
  readonly wrong?: string;
}

/**
 * Reads every token as Go's parser does, so that what is refused, and in which words, is Go's: escapes, classes, groups and flags.
 * Only parentheses and repetitions are left to re2js. A lone surrogate of U+DC80 to U+DCFF stands for a byte that is no UTF-8.
 */
export function re2Source(source: string): Re2Source {
  const names = groupNames();
  let pattern = '';
  for (let at = 0; at < source.length; ) {
    const token = readToken(source, at);
    if ('wrong' in token) return { pattern, renamed: names.renamed, wrong: token.wrong };
    pattern += 'group' in token ? `(?P<${names.unique(token.group)}>` : token.text;
    at = token.end;
  }
  return { pattern, renamed: names.renamed };
}

/** The first group of a name keeps it. */
function groupNames(): { readonly renamed: ReadonlyMap<string, string>; readonly unique: (name: string) => string } {
  const used = new Set<string>();
  const renamed = new Map<string, string>();
  const unique = (name: string): string => {
    let candidate = name;
    for (let count = renamed.size; used.has(candidate); count++) candidate = `again${count}_${name}`;
    used.add(candidate);
    if (candidate !== name) renamed.set(candidate, name);
    return candidate;
  };
  return { renamed, unique };
}

function readToken(source: string, at: number): Read | { readonly group: string; readonly end: number } {
  if (source.startsWith('(?', at)) return readGroup(source, at);
  if (source.startsWith('[', at)) return readClass(source, at);
  if (source.startsWith('\\', at)) return readBackslash(source, at);
  if (isNoUtf8(source, at)) return complaint('invalid UTF-8', source.slice(at));
  return { text: source.charAt(at), end: at + 1 };
}

function readBackslash(source: string, at: number): Read {
  const two = source.slice(at, at + 2);
  if (two === '\\Q') return readQuoted(source, at);
  if (two === '\\C') return complaint('invalid escape sequence', two);
  if (two === '\\p' || two === '\\P') return readUnicodeClass(source, at);
  return /^\\[AbBzdDsSwW]$/.test(two) ? { text: two, end: at + 2 } : readEscape(source, at);
}

/** `\Q...\E`: to the end if nothing ends it. */
function readQuoted(source: string, at: number): Read {
  const found = source.indexOf('\\E', at + 2);
  const end = found < 0 ? source.length : found;
  for (let char = at + 2; char < end; char++) {
    if (isNoUtf8(source, char)) return complaint('invalid UTF-8', source.slice(char, end));
  }
  return { text: source.slice(at, found < 0 ? end : end + 2), end: found < 0 ? end : end + 2 };
}

/** `(?P<name>`, `(?<name>`, `(?i)`, `(?i-s:`. */
function readGroup(source: string, at: number): Read | { readonly group: string; readonly end: number } {
  const rest = source.slice(at);
  if (/^\(\?P<./su.test(rest)) return readName(rest, at, 4);
  if (/^\(\?<./su.test(rest)) return readName(rest, at, 3);
  const [flags = ''] = /^\(\?(?:[imsU]*-[imsU]+|[imsU]*)(?=[:)])/.exec(rest) ?? [];
  if (flags !== '') return { text: rest.slice(0, flags.length + 1), end: at + flags.length + 1 };
  const [right = ''] = /^\(\?[imsU]*(?:-[imsU]*)?/.exec(rest) ?? [];
  if (isNoUtf8(rest, right.length)) return complaint('invalid UTF-8', rest.slice(right.length));
  const culprit = String.fromCodePoint(rest.codePointAt(right.length) ?? 0);
  return complaint('invalid or unsupported Perl syntax', right.length < rest.length ? right + culprit : right);
}

function readName(rest: string, at: number, length: number): Read | { readonly group: string; readonly end: number } {
  const end = rest.indexOf('>');
  const name = rest.slice(length, end < 0 ? rest.length : end);
  const invalid = name.search(noUtf8);
  if (invalid >= 0) return complaint('invalid UTF-8', name.slice(invalid));
  if (end < 0 || !/^[A-Za-z0-9_]+$/.test(name)) {
    return complaint('invalid named capture', end < 0 ? rest : rest.slice(0, end + 1));
  }
  return { group: name, end: at + end + 1 };
}

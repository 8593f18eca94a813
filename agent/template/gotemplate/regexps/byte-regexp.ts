import type { Matcher, RE2JS } from 're2js';
import type { Groups } from '../../../core/go-expand.ts';
import { compileRe2, type GroupNames } from '../../../core/re2.ts';
import { GoError } from '../go-error.ts';
import { decodeLoosely, encodeLoosely } from '../loose-utf8.ts';
import { runeAt } from '../runes.ts';

/** Go's `regexp` on byte strings (gotemplate.md 17). A byte that is no UTF-8 matches as U+FFFD, and stays what it is in results. */
export interface ByteRegexp {
  readonly matches: (text: string) => boolean;
  /** All matches, in order (17.2). The groups of one are to be read before the next is asked for. */
  readonly matchesIn: (text: string) => Generator<ByteMatch, void>;
}

export interface ByteMatch extends Groups {
  readonly start: number;
  readonly end: number;
}

/** Throws `error parsing regexp: ...`. */
export function compileBytes(source: string, spend: (steps: number) => void): ByteRegexp {
  const { compiled, names } = compileLoosely(decodeLoosely(source));
  const size = compiled.programSize();
  /** A step of a search looks at the part of the program that is alive, seldom at more than a small one. */
  const spendOn = (length: number): void => spend(length + Math.ceil((length * size) / 64));
  return {
    matches: (text) => {
      spendOn(text.length);
      return compiled.test(Buffer.from(text, 'latin1'));
    },
    matchesIn: (text) => allMatches(compiled, names, text, spendOn),
  };
}

/** An empty match right behind another match does not count. */
function* allMatches(
  compiled: RE2JS,
  names: GroupNames,
  text: string,
  spendOn: (length: number) => void,
): Generator<ByteMatch, void> {
  const matcher = compiled.matcher(Buffer.from(text, 'latin1'));
  const groups = groupsOf(matcher, compiled.groupCount(), names, text);
  let lastEnd = -1;
  for (let from = 0; from <= text.length && matcher.find(from); ) {
    const [start, end] = [matcher.start(), matcher.end()];
    spendOn(end - from + 1);
    if (end > start || start !== lastEnd) yield { start, end, ...groups };
    lastEnd = end;
    from = end > from ? end : from + Math.max(1, runeAt(text, from).bytes.length);
  }
  spendOn(text.length - Math.max(0, lastEnd));
}

/** Reads from the matcher's current match. */
function groupsOf(matcher: Matcher, count: number, names: GroupNames, text: string): Groups {
  const byNumber = (group: number): string | undefined => {
    if (group > count || matcher.start(group) < 0) return undefined;
    return text.slice(matcher.start(group), matcher.end(group));
  };
  return {
    byNumber,
    byName: (name) =>
      names
        .filter(([known]) => known === name)
        .map(([, group]) => byNumber(group))
        .find((found) => found !== undefined),
  };
}

function compileLoosely(source: string): ReturnType<typeof compileRe2> {
  try {
    return compileRe2(source);
  } catch (error) {
    throw new GoError(error instanceof Error ? encodeLoosely(error.message) : 'error parsing regexp');
  }
}

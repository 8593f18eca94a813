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
  spend(source.length);
  const { compiled, names } = compileLoosely(decodeLoosely(source));
  const size = isLiteral(source) ? 1 : compiled.programSize();
  spend(size);
  /** A step of a search looks at the part of the program that is alive, seldom at more than a small one. */
  const spendOn = (text: string): void => spend(text.length + Math.ceil((text.length * size) / 64));
  return {
    matches: (text) => {
      spendOn(text);
      return compiled.test(Buffer.from(text, 'latin1'));
    },
    matchesIn: (text) => {
      spendOn(text);
      return allMatches(compiled, names, text, spend);
    },
  };
}

/** What `regexQuoteMeta` makes is searched for as it is, however long. */
function isLiteral(source: string): boolean {
  return /^(?:[^\\.+*?()|[\]{}^$]|\\[.+*?()|[\]{}^$\\])*$/.test(source);
}

/** An empty match right behind another match does not count. */
function* allMatches(
  compiled: RE2JS,
  names: GroupNames,
  text: string,
  spend: (steps: number) => void,
): Generator<ByteMatch, void> {
  const matcher = compiled.matcher(Buffer.from(text, 'latin1'));
  const groups = groupsOf(matcher, compiled.groupCount(), names, text);
  let lastEnd = -1;
  let searches = 0;
  for (let from = 0; from <= text.length && matcher.find(from); ) {
    const [start, end] = [matcher.start(), matcher.end()];
    searches += 1;
    spend(isPowerOfTwo(searches) && text.length > stepsToALook ? stepsToALook : 1);
    if (end > start || start !== lastEnd) yield { start, end, ...groups };
    lastEnd = end;
    from = end > from ? end : from + Math.max(1, runeAt(text, from).bytes.length);
  }
}

/**
 * A search may look at all of the text for a short match, as that for `a.*b|a` does: it takes time of which the steps know nothing.
 * So many of them make sure that the clock is asked; asked at powers of two, it takes at most twice the time allowed.
 */
const stepsToALook = 4096;

function isPowerOfTwo(count: number): boolean {
  return (count & (count - 1)) === 0;
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

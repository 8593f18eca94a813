import { type Matcher, RE2JS } from 're2js';
import { type Expansion, expand, type Groups, parseExpansion } from './go-expand.ts';
import type { GoRegexp, RegexpCompiler } from './go-regexp.ts';
import { re2Source } from './re2-source.ts';

/**
 * Go's `regexp` on re2js (gotemplate.md 17). re2js matches as Go does; what it refuses isn't all that Go does (re2-source.ts), and
 * what it replaces by has other rules, so the scan for matches and the expansion of `$1` are ours. 260 kB of code: load this file with
 * `await import` where it is needed.
 */
export const compileRegexp: RegexpCompiler = (source) => {
  const { compiled, names } = compileRe2(source);
  return {
    source,
    matches: (text) => compiled.test(text),
    replaceAll: (text, template) => replaceAll(compiled, names, text, parseExpansion(template)),
  } satisfies GoRegexp;
};

/** Every named group, in order of its number. */
export type GroupNames = readonly (readonly [name: string, group: number])[];

/** Throws as `RegexpCompiler` says. */
export function compileRe2(source: string): { readonly compiled: RE2JS; readonly names: GroupNames } {
  const { pattern, renamed, wrong } = re2Source(source);
  const compiled = compiledOrWrong(pattern, source);
  if (wrong !== undefined) throw new Error(isEarlier(compiled) ? compiled.wrong : wrong);
  if ('wrong' in compiled) throw new Error(compiled.wrong);
  const named = Object.entries(compiled.namedGroups()).sort(([, a], [, b]) => a - b);
  return { compiled, names: named.map(([name, group]) => [renamed.get(name) ?? name, group]) };
}

/** re2js words as Go does what it has against parentheses and repetitions. Of the whole expression Go shows it as it was written. */
function compiledOrWrong(pattern: string, source: string): RE2JS | { readonly wrong: string } {
  try {
    return RE2JS.compile(pattern);
  } catch (error) {
    const message = error instanceof Error ? error.message : '';
    const [whole] = /missing closing \)|unexpected \)|expression nests too deeply|expression too large/.exec(message) ?? [];
    return { wrong: whole === undefined ? message : `error parsing regexp: ${whole}: \`${source}\`` };
  }
}

/** Whether a pattern that ends before a wrong token is wrong already. A missing parenthesis is noticed at the end only. */
function isEarlier(compiled: RE2JS | { readonly wrong: string }): compiled is { readonly wrong: string } {
  return 'wrong' in compiled && !compiled.wrong.startsWith('error parsing regexp: missing closing )');
}

/** Go's ReplaceAllString: an empty match right behind another match does not count. */
function replaceAll(compiled: RE2JS, names: GroupNames, text: string, template: readonly Expansion[]): string {
  const matcher = compiled.matcher(text);
  const groups = groupsOf(compiled, names, matcher);
  let result = '';
  let copied = 0;
  let lastEnd = -1;
  for (let from = 0; from <= text.length && matcher.find(from); ) {
    const [start, end] = [matcher.start(), matcher.end()];
    if (end > start || start !== lastEnd) {
      result += text.slice(copied, start) + expand(template, groups);
      copied = end;
    }
    lastEnd = end;
    from = end > from ? end : from + runeLength(text, from);
  }
  return result + text.slice(copied);
}

/** Reads from the matcher's current match. */
function groupsOf(compiled: RE2JS, names: GroupNames, matcher: Matcher): Groups {
  const byNumber = (group: number): string | undefined =>
    group <= compiled.groupCount() ? (matcher.group(group) ?? undefined) : undefined;
  return {
    byNumber,
    byName: (name) =>
      names
        .filter(([known]) => known === name)
        .map(([, group]) => byNumber(group))
        .find((text) => text !== undefined),
  };
}

function runeLength(text: string, at: number): number {
  return (text.codePointAt(at) ?? 0) > 0xffff ? 2 : 1;
}

import { expand, parseExpansion } from '../../../core/go-expand.ts';
import { GoError } from '../go-error.ts';
import { decodeLoosely, encodeLoosely } from '../loose-utf8.ts';
import { growing } from '../printing/growing-text.ts';
import { canBackquote, quoteGo } from '../printing/quote.ts';
import { type ByteMatch, type ByteRegexp, compileBytes } from '../regexps/byte-regexp.ts';
import type { FunctionFamily } from './family.ts';
import { appended } from './slice-room.ts';
import type { FunctionWorld } from './world.ts';

/** Regular expressions (gotemplate.md 12.12, 17). */
export const functions: FunctionFamily<'regexps'> = ({ room, spend }) => {
  const compile = remembering((source) => compileBytes(source, spend));
  const mustCompile = (source: string): ByteRegexp => orPanic(source, () => compile(source));
  return {
    regexMatch: (source, text) => matchesOrFalse(() => compile(source), text),
    regexFind: (source, text) => find(mustCompile(source), text),
    regexFindAll: (source, text, limit) => findAll(mustCompile(source), text, limit),
    regexReplaceAll: (source, text, template) => replaceAll(mustCompile(source), text, template, room),
    regexReplaceAllLiteral: (source, text, replacement) => replaceAllLiteral(mustCompile(source), text, replacement, room),
    regexSplit: (source, text, limit) => split(mustCompile(source), text, limit, source),
    regexQuoteMeta: (text) => text.replace(/[\\.+*?()|[\]{}^$]/g, '\\$&'),
    mustRegexMatch: (source, text) => compile(source).matches(text),
    mustRegexFind: (source, text) => find(compile(source), text),
    mustRegexFindAll: (source, text, limit) => findAll(compile(source), text, limit),
    mustRegexReplaceAll: (source, text, template) => replaceAll(compile(source), text, template, room),
    mustRegexReplaceAllLiteral: (source, text, replacement) => replaceAllLiteral(compile(source), text, replacement, room),
    mustRegexSplit: (source, text, limit) => split(compile(source), text, limit, source),
  };
};

/** Templates use the same few expressions in loops. */
function remembering(compile: (source: string) => ByteRegexp): (source: string) => ByteRegexp {
  const compiled = new Map<string, ByteRegexp>();
  return (source) => {
    const known = compiled.get(source);
    if (known) return known;
    const made = compile(source);
    if (compiled.size >= 32) compiled.clear();
    compiled.set(source, made);
    return made;
  };
}

/** Go's MustCompile says more than its Compile. */
function orPanic(source: string, compile: () => ByteRegexp): ByteRegexp {
  try {
    return compile();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const quoted = canBackquote(source) ? `\`${source}\`` : quoteGo(source);
    throw new GoError(`regexp: Compile(${quoted}): ${error.message}`);
  }
}

function matchesOrFalse(compile: () => ByteRegexp, text: string): boolean {
  try {
    return compile().matches(text);
  } catch (error) {
    if (error instanceof GoError) return false;
    throw error;
  }
}

function find(regexp: ByteRegexp, text: string): string {
  for (const { start, end } of regexp.matchesIn(text)) return text.slice(start, end);
  return '';
}

/** No match is a nil list. */
function findAll(regexp: ByteRegexp, text: string, limit: bigint): readonly string[] | null {
  if (limit === 0n) return null;
  const found: string[] = [];
  for (const { start, end } of regexp.matchesIn(text)) {
    found.push(text.slice(start, end));
    if (BigInt(found.length) === limit) break;
  }
  return found.length > 0 ? appended(found, 10) : null;
}

function replaceAll(regexp: ByteRegexp, text: string, template: string, room: FunctionWorld['room']): string {
  const pieces = parseExpansion(decodeLoosely(template)).map((piece) =>
    'literal' in piece ? { literal: encodeLoosely(piece.literal) } : piece,
  );
  return replaceEach(regexp, text, (match) => expand(pieces, match), room);
}

function replaceAllLiteral(regexp: ByteRegexp, text: string, replacement: string, room: FunctionWorld['room']): string {
  return replaceEach(regexp, text, () => replacement, room);
}

function replaceEach(
  regexp: ByteRegexp,
  text: string,
  replacement: (match: ByteMatch) => string,
  room: FunctionWorld['room'],
): string {
  const grow = growing(room);
  let result = '';
  let copied = 0;
  for (const match of regexp.matchesIn(text)) {
    const added = text.slice(copied, match.start) + replacement(match);
    grow(added.length);
    result += added;
    copied = match.end;
  }
  return result + text.slice(copied);
}

/** A match that ends at offset 0 makes no piece, and an empty one at the end of the text no last piece. */
function split(regexp: ByteRegexp, text: string, limit: bigint, source: string): readonly string[] | null {
  if (limit === 0n) return null;
  if (source !== '' && text === '') return [''];
  const pieces: string[] = [];
  let [from, lastStart, matches] = [0, 0, 0];
  for (const { start, end } of regexp.matchesIn(text)) {
    matches += 1; // As many as Go collects before it splits: what it makes room for.
    if (limit < 0n || BigInt(pieces.length) < limit - 1n) {
      lastStart = start;
      if (end !== 0) pieces.push(text.slice(from, start));
      from = end;
    }
    if (BigInt(matches) === limit) break;
  }
  if (lastStart !== text.length) pieces.push(text.slice(from));
  return appended(pieces, matches);
}

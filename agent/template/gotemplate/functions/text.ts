import { quoteGo } from '../printing/quote.ts';
import { GoList, type GoValue } from '../value.ts';
import { adler32, hexHash } from './checksums.ts';
import type { FunctionFamily } from './family.ts';
import { lower, swapCase, title, untitle, upper } from './letter-case.ts';
import { indented, repeated, replaced } from './repeat.ts';
import { abbreviate, abbreviateBoth, substring, truncate } from './shorten.ts';
import { numbered, splitText } from './split-text.ts';
import { presentTexts, textsOf, toText } from './strings-of.ts';
import { initials, trimSet, trimSpace, withoutSpace } from './white-space.ts';
import { lowerWords, pascalCase } from './word-case.ts';
import type { FunctionWorld } from './world.ts';
import { wrapped } from './wrap.ts';

/** gotemplate.md 12.1 and 12.2. */
export const functions: FunctionFamily<'text'> = (world) => ({
  ...pieces,
  ...ofValues(world),
  upper,
  lower,
  title,
  untitle,
  swapcase: swapCase,
  snakecase: (text) => lowerWords(text, '_'),
  kebabcase: (text) => lowerWords(text, '-'),
  camelcase: pascalCase,
  repeat: (count, text) => repeated(text, count, world),
  indent: (spaces, text) => indented(spaces, text, world),
  nindent: (spaces, text) => `\n${indented(spaces, text, world)}`,
  replace: (old, replacement, text) => replaced(old, replacement, text, world),
  wrap: (width, text) => wrapped(text, { width, separator: '\n', longWords: 'keep' }, world),
  wrapWith: (width, separator, text) => wrapped(text, { width, separator: separator || '\n', longWords: 'cut' }, world),
  plural: (one, many, count) => (count === 1n ? one : many),
  contains: (part, text) => text.includes(part),
  hasPrefix: (prefix, text) => text.startsWith(prefix),
  hasSuffix: (suffix, text) => text.endsWith(suffix),
  sha1sum: (text) => hexHash('sha1', text),
  sha256sum: (text) => hexHash('sha256', text),
  sha512sum: (text) => hexHash('sha512', text),
  adler32sum: adler32,
  hello: () => 'Hello!',
});

const pieces = {
  abbrev: abbreviate,
  abbrevboth: abbreviateBoth,
  trunc: truncate,
  substr: substring,
  trim: trimSpace,
  trimAll: trimSet,
  trimall: trimSet,
  trimPrefix: (prefix: string, text: string) => (text.startsWith(prefix) ? text.slice(prefix.length) : text),
  trimSuffix: (suffix: string, text: string) => (text.endsWith(suffix) ? text.slice(0, text.length - suffix.length) : text),
  nospace: withoutSpace,
  initials,
  split: (separator: string, text: string) => numbered(splitText(text, separator)),
  splitn: (separator: string, limit: bigint, text: string) => numbered(splitText(text, separator, limit)),
  splitList: (separator: string, text: string) => splitText(text, separator),
};

function ofValues({ room }: FunctionWorld) {
  return {
    toString: (value: GoValue) => toText(value, room),
    toStrings: (value: GoValue) => (isNilTexts(value) ? null : textsOf(value, room)),
    join: (separator: string, value: GoValue) => joined(textsOf(value, room), separator, room),
    sortAlpha: (value: GoValue) => {
      if (!(value instanceof GoList)) return [toText(value, room)];
      return isNilTexts(value) ? null : sorted(textsOf(value, room));
    },
    quote: (...values: readonly GoValue[]) => presentTexts(values, room).map(quoteGo).join(' '),
    squote: (...values: readonly GoValue[]) =>
      presentTexts(values, room)
        .map((text) => `'${text}'`)
        .join(' '),
    cat: (...values: readonly GoValue[]) => presentTexts(values, room).join(' '),
  };
}

/** A []string is passed on as it is, also a nil one. */
function isNilTexts(value: GoValue): boolean {
  return value instanceof GoList && value.isNil && value.type === '[]string';
}

function joined(texts: readonly string[], separator: string, room: FunctionWorld['room']): string {
  room(texts.reduce((size, text) => size + text.length + separator.length, -separator.length));
  return texts.join(separator);
}

/** By bytes, and where it is, as Go does it: whoever has this []string sees it sorted. */
function sorted(texts: readonly string[]): readonly string[] {
  return Array.prototype.sort.call(texts, (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0));
}

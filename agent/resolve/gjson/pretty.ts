import type { Effort } from './effort.ts';
import { members, parseValue } from './scan.ts';
import { parseFloat64, resultText, truth, unquotedKey } from './value.ts';

/** Removes the white space outside of strings. */
export function ugly(text: string): string {
  let made = '';
  for (let i = 0; i < text.length; ) {
    const end = tokenEnd(text, i);
    if (text.charCodeAt(i) > 0x20) made += text.slice(i, end);
    i = end;
  }
  return made;
}

/** Behind the string, or the character, at `at`. */
function tokenEnd(text: string, at: number): number {
  if (text[at] !== '"') return at + 1;
  let i = at + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return Math.min(i + 1, text.length);
}

interface Layout {
  readonly prefix: string;
  readonly indent: string;
  /** An array that fits into so many columns, and holds no object, stands on one line. 0: none does. */
  readonly width: number;
  readonly sortKeys: boolean;
}

const defaultLayout: Layout = { prefix: '', indent: '  ', width: 80, sortKeys: false };

/** One member or element a line, short arrays on one line, a line feed at the end. `argument` is an object of options. */
export function pretty({
  text,
  argument,
  effort,
}: {
  readonly text: string;
  readonly argument: string;
  readonly effort: Effort;
}): string {
  const layout = layoutOf(argument);
  const page: Page = { text, effort, layout, at: 0, made: [layout.prefix], length: layout.prefix.length, lineStart: 0 };
  writeValue(page, 0);
  return page.length === 0 ? '' : `${page.made.join('')}\n`;
}

function layoutOf(argument: string): Layout {
  let layout = defaultLayout;
  for (const { key, value } of members(parseValue(argument))) {
    const name = unquotedKey(key);
    if (name === 'sortKeys') layout = { ...layout, sortKeys: truth(value) };
    else if (name === 'indent' || name === 'prefix') layout = { ...layout, [name]: resultText(value).replace(/[^ \t\n\r]/g, '') };
    else if (name === 'width')
      layout = { ...layout, width: Math.trunc(value.type === 'true' ? 1 : Number(resultText(value)) || 0) };
  }
  return layout;
}

interface Page {
  readonly text: string;
  readonly effort: Effort;
  readonly layout: Layout;
  at: number;
  made: string[];
  /** Of all pieces together. */
  length: number;
  /** Where the current line begins, in what was made. */
  lineStart: number;
}

function put(page: Page, piece: string): void {
  page.made.push(piece);
  page.length += piece.length;
}

/** Writes the next value, on lines of its own where it is a container. Garbage in between is skipped. */
function writeValue(page: Page, level: number): void {
  const { text } = page;
  for (; page.at < text.length; page.at += 1) {
    const bracket = text[page.at];
    if (bracket === '{' || bracket === '[') {
      if (bracket === '[' && writeOnOneLine(page)) return;
      writeLines(page, bracket, level);
      return;
    }
    if (writeScalar(page)) return;
  }
}

/** False: nothing begins here. */
function writeScalar(page: Page): boolean {
  const { text, at } = page;
  const char = text[at] ?? '';
  if (char === '"') page.at = tokenEnd(text, at);
  else if (/[0-9+iIN-]/.test(char) || (char === 'n' && at + 1 < text.length && text[at + 1] !== 'u'))
    page.at = numberEnd(text, at);
  else {
    const word = ['true', 'false', 'null'].find((each) => each[0] === char);
    if (!word) return false;
    page.at = at + word.length;
    put(page, word);
    return true;
  }
  put(page, text.slice(at, page.at));
  return true;
}

function numberEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) > 0x20 && !',:]}'.includes(text.charAt(end))) end += 1;
  return end;
}

/** Tries the array at hand on one line. False: it has objects in it or is too long, and nothing was written. */
function writeOnOneLine(page: Page): boolean {
  const room = page.layout.width - (page.length - page.lineStart);
  if (page.layout.width <= 0 || room <= 3) return false;
  const before = { at: page.at, pieces: page.made.length, length: page.length };
  if (writeInline(page, before.length + room)) return true;
  page.effort.spend(page.at - before.at);
  page.at = before.at;
  page.made.length = before.pieces;
  page.length = before.length;
  return false;
}

/** `limit`: the length that must not be passed. */
function writeInline(page: Page, limit: number): boolean {
  const { text, effort } = page;
  put(page, '[');
  effort.enter();
  let count = 0;
  for (page.at += 1; page.at < text.length && page.length <= limit; ) {
    const char = text.charAt(page.at);
    if (char <= ' ') page.at += 1;
    else if (char === ']') {
      put(page, ']');
      page.at += 1;
      break;
    } else {
      if (count > 0) put(page, ', ');
      if (!writeInlineItem(page, limit)) return abandon(effort);
      count += 1;
    }
  }
  effort.leave();
  return page.length <= limit;
}

function abandon(effort: Effort): false {
  effort.leave();
  return false;
}

function writeInlineItem(page: Page, limit: number): boolean {
  for (; page.at < page.text.length; page.at += 1) {
    if (page.text[page.at] === '{') return false;
    if (page.text[page.at] === '[') return writeInline(page, limit);
    if (writeScalar(page)) return true;
  }
  return true;
}

/** Every member or element on a line of its own. */
function writeLines(page: Page, bracket: '{' | '[', level: number): void {
  const { text, layout, effort } = page;
  effort.enter();
  put(page, bracket);
  const sorted: { readonly key: string; readonly pieces: string[] }[] = [];
  const start = page.made.length;
  let count = 0;
  for (page.at += 1; page.at < text.length; ) {
    const char = text.charAt(page.at);
    if (char === (bracket === '{' ? '}' : ']')) {
      page.at += 1;
      if (layout.sortKeys && bracket === '{') sortLines(page, start, sorted);
      if (count > 0) breakLine(page, level);
      put(page, bracket === '{' ? '}' : ']');
      break;
    }
    if (char <= ' ' || (bracket === '{' && char !== '"')) page.at += 1;
    else {
      if (count > 0) put(page, ',');
      const pieces = page.made.length;
      breakLine(page, level + 1);
      // The original counts the column of an array's later elements from behind the line feed.
      if (count > 0 && bracket === '[' && layout.width !== 0) page.lineStart += 1;
      const key = bracket === '{' ? writeKey(page) : '';
      writeValue(page, level + 1);
      if (layout.sortKeys && bracket === '{') sorted.push({ key, pieces: page.made.slice(pieces) });
      count += 1;
    }
  }
  effort.leave();
}

function breakLine(page: Page, level: number): void {
  page.lineStart = page.length;
  put(page, `\n${page.layout.prefix}${page.layout.indent.repeat(level)}`);
}

function writeKey(page: Page): string {
  const end = tokenEnd(page.text, page.at);
  const key = page.text.slice(page.at, end);
  put(page, `${key}: `);
  page.at = end;
  return key;
}

/** Puts the members that were written since `start` into the order of their keys; equal ones into that of their values. */
function sortLines(page: Page, start: number, lines: { readonly key: string; readonly pieces: string[] }[]): void {
  const keyed = lines.map(({ key, pieces }) => ({ key: unquotedKey(key), pieces, value: pieces.slice(2).join('') }));
  keyed.sort((a, b) => order(a.key, b.key) || order(rank(a.value), rank(b.value)) || compareAlike(a.value, b.value));
  page.made.length = start;
  for (const [index, { pieces }] of keyed.entries()) {
    if (index > 0) page.made.push(',');
    for (const piece of pieces) page.made.push(piece);
  }
}

function order<T extends string | number>(a: T, b: T): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** null, false, numbers, strings, true, containers. */
function rank(value: string): number {
  const at = ['n', 'f', '0', '"', 't', '{', '['].indexOf(value.charAt(0));
  return at < 0 ? 2 : Math.min(at, 5);
}

function compareAlike(a: string, b: string): number {
  if (rank(a) === 2) return order(parseFloat64(a), parseFloat64(b));
  return rank(a) === 3 ? order(unquotedKey(a), unquotedKey(b)) : order(a, b);
}

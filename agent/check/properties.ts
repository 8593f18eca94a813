import { type Fault, faultAt } from './fault.ts';

/**
 * Why java.util.Properties.load would refuse a text (its characters are bytes): a `\u` without four hexadecimal digits is all that it
 * refuses. A backslash at the end of a line joins the next one to it, without the white space at its beginning; comments are not joined.
 */
export function propertiesFault(text: string): Fault | undefined {
  for (let at = 0; at < text.length; ) {
    const begin = afterBlank(text, at, /[ \t\f\r\n]*/y);
    if ('#!'.includes(text[begin] ?? '\n')) {
      at = endOfLine(text, begin);
      continue;
    }
    const line = logicalLine(text, begin);
    if (line.brokenAt !== undefined) return faultAt(text, line.brokenAt, '\\u without four hexadecimal digits behind it');
    at = line.end;
  }
  return undefined;
}

/** Walks over one logical line, escape by escape. */
function logicalLine(text: string, begin: number): { readonly end: number; readonly brokenAt?: number } {
  let at = begin;
  while (at < text.length && !isLineEnd(text[at])) {
    if (text[at] !== '\\') at += 1;
    else if (isLineEnd(text[at + 1])) at = joined(text, at);
    else if (text[at + 1] !== 'u') at += 2;
    else {
      const end = afterHexDigits(text, at + 2);
      if (end === undefined) return { end: at, brokenAt: at };
      at = end;
    }
  }
  return { end: at };
}

/** Behind four digits, which may be on joined lines; undefined when there are fewer. */
function afterHexDigits(text: string, from: number): number | undefined {
  let at = from;
  for (let digits = 0; digits < 4; digits += 1) {
    while (text[at] === '\\' && isLineEnd(text[at + 1])) at = joined(text, at);
    if (!/^[0-9a-fA-F]$/.test(text[at] ?? '')) return undefined;
    at += 1;
  }
  return at;
}

/** From a backslash at the end of a line to where the line goes on. */
function joined(text: string, backslash: number): number {
  const next = text.startsWith('\r\n', backslash + 1) ? backslash + 3 : backslash + 2;
  return afterBlank(text, next, /[ \t\f]*/y);
}

function afterBlank(text: string, at: number, blank: RegExp): number {
  blank.lastIndex = at;
  blank.test(text);
  return blank.lastIndex;
}

function endOfLine(text: string, at: number): number {
  const found = text.slice(at).search(/[\r\n]/);
  return found < 0 ? text.length : at + found;
}

function isLineEnd(char: string | undefined): boolean {
  return char === '\n' || char === '\r';
}

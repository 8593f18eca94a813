import { type Fault, faultAt } from './fault.ts';

/** Reads a text as far as all readers agree: the names and their values, or the first place where they don't. */
export type DotenvReading = { readonly values: ReadonlyMap<string, string> } | { readonly fault: Fault };

/**
 * A `.env` file that `node --env-file` and npm's dotenv read alike, and Docker Compose where a value can be written for all three. What
 * only some of them know is refused: `export`, `#` behind a value or indented, escapes and `$` that would be expanded, spaces around `=`,
 * one name twice. All that the format dotenv writes is taken.
 */
export function dotenvFault(text: string): Fault | undefined {
  const reading = readDotenv(text);
  return 'fault' in reading ? reading.fault : undefined;
}

export function readDotenv(text: string): DotenvReading {
  const odd = /[\r\0]/.exec(text);
  if (odd) return { fault: faultAt(text, odd.index, odd[0] === '\r' ? 'a carriage return' : 'a NUL') };
  const values = new Map<string, string>();
  for (let at = 0; at < text.length; ) {
    const blank = /(?:[ \t]*|#[^\n]*)(?:\n|$)/y; // Node takes an indented comment after another one for a name.
    blank.lastIndex = at;
    if (blank.test(text)) {
      at = Math.max(blank.lastIndex, at + 1);
      continue;
    }
    const step = assignment(text, at);
    if ('what' in step) return { fault: faultAt(text, step.at, step.what) };
    if (values.has(step.name)) return { fault: faultAt(text, at, 'a name for the second time') };
    values.set(step.name, step.value);
    at = step.end;
  }
  return { values };
}

type Step =
  | { readonly name: string; readonly value: string; readonly end: number }
  | { readonly at: number; readonly what: string };

function assignment(text: string, start: number): Step {
  const head = /([A-Za-z_][A-Za-z0-9_]*)=/y;
  head.lastIndex = start;
  const name = head.exec(text)?.[1];
  if (name === undefined) return { at: start, what: 'a line that is no NAME=value, with a name of letters, digits and _' };
  const at = head.lastIndex;
  const quote = text[at] ?? '';
  const read = quote !== '' && '\'"`'.includes(quote) ? quoted(text, at, quote) : plain(text, at);
  return 'what' in read ? read : { name, ...read };
}

type Value = { readonly value: string; readonly end: number } | { readonly at: number; readonly what: string };

/** May go over lines. All characters stand for themselves, but escapes in double quotes, and a backslash before the closing quote. */
function quoted(text: string, at: number, quote: string): Value {
  const close = text.indexOf(quote, at + 1);
  if (close < 0) return { at, what: 'a quote that is never closed' };
  const value = text.slice(at + 1, close);
  const end = text.indexOf('\n', close);
  const rest = text.slice(close + 1, end < 0 ? text.length : end);
  if (quote === '`' && !value.includes("'")) return { at, what: 'backticks, where single quotes are what all readers know' };
  if (quote === '"') {
    const special = value.search(hasOtherQuotes(value) ? /\\[nr]/ : /[\\$]/);
    if (special >= 0) return { at: at + 1 + special, what: 'a backslash or $ in double quotes, which readers expand' };
  }
  if (value.endsWith('\\')) {
    // npm's dotenv takes this quote for a part of the value, unless the next one can't end it.
    if (rest !== ` #${quote}.`) return { at: close - 1, what: 'a backslash before the closing quote' };
  } else if (rest.trim() !== '') return { at: close + 1, what: 'something behind the closing quote' };
  return { value, end: end < 0 ? text.length : end + 1 };
}

/** Then double quotes are the last that may hold it. */
function hasOtherQuotes(value: string): boolean {
  return value.includes("'") && value.includes('`');
}

function plain(text: string, at: number): Value {
  const newline = text.indexOf('\n', at);
  const stop = newline < 0 ? text.length : newline;
  const value = text.slice(at, stop);
  const noQuotesDo = value.endsWith('\\') || (hasOtherQuotes(value) && /"|\\[nr]/.test(value));
  const special = value.search(noQuotesDo ? /[#\u2028\u2029]/ : /[#$\\"'`]/);
  if (special >= 0) return { at: at + special, what: 'one of # $ \\ " \' ` in a value without quotes' };
  const space = value.search(/^\s|\s$/);
  if (space >= 0) return { at: at + space, what: 'a space at the beginning or end of a value without quotes' };
  return { value, end: stop + 1 };
}

/**
 * Strict JSON as Go's encoding/json takes it, on text whose characters are bytes (`latin1`), so that whatever stands between two
 * quotes comes out as it went in. Nothing here recurses, and no message shows a character of the text.
 */

/** Go refuses what nests deeper. */
const deepest = 10_000;

/** What is wrong with the text as one JSON value, or undefined. Go's words, without the character it would show. */
export function jsonProblem(text: string): string | undefined {
  const open: ('object' | 'array')[] = [];
  let wanted: Wanted = 'value';
  let at = afterSpace(text, 0);
  while (wanted !== 'nothing') {
    if (at >= text.length) return 'unexpected end of JSON input';
    const step: Step = nextStep(text, at, wanted, open);
    if ('wrong' in step) return problemAt(text, step.at ?? at, step.wrong);
    if (open.length > deepest) return 'exceeded max depth';
    wanted = step.wanted;
    at = afterSpace(text, step.end);
  }
  return at < text.length ? `invalid character at byte ${at} after top-level value` : undefined;
}

function problemAt(text: string, at: number, wrong: string): string {
  return at >= text.length ? 'unexpected end of JSON input' : `invalid character at byte ${at} ${wrong}`;
}

/** What must come next. */
type Wanted = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'nothing';
type Step =
  | { readonly end: number; readonly wanted: Wanted }
  /** `at`: where the wrong character stands, if not where the step began. */
  | { readonly wrong: string; readonly at?: number };

function nextStep(text: string, at: number, wanted: Wanted, open: ('object' | 'array')[]): Step {
  const char = text[at];
  switch (wanted) {
    case 'colon':
      return char === ':' ? { end: at + 1, wanted: 'value' } : { wrong: 'after object key' };
    case 'comma':
      return behindValue(char, at, open);
    case 'key':
    case 'first key':
      if (char === '}' && wanted === 'first key') return close(at, open);
      return char === '"' ? scalar(stringEnd(text, at), 'colon') : { wrong: 'looking for beginning of object key string' };
    default:
      if (char === ']' && wanted === 'first value') return close(at, open);
      return value(text, at, open);
  }
}

function behindValue(char: string | undefined, at: number, open: ('object' | 'array')[]): Step {
  const isInObject = open.at(-1) === 'object';
  if (char === ',') return { end: at + 1, wanted: isInObject ? 'key' : 'value' };
  if (char === (isInObject ? '}' : ']')) return close(at, open);
  return { wrong: isInObject ? 'after object key:value pair' : 'after array element' };
}

function close(at: number, open: ('object' | 'array')[]): Step {
  open.pop();
  return { end: at + 1, wanted: open.length === 0 ? 'nothing' : 'comma' };
}

function value(text: string, at: number, open: ('object' | 'array')[]): Step {
  const char = text[at];
  if (char === '{' || char === '[') {
    open.push(char === '{' ? 'object' : 'array');
    return { end: at + 1, wanted: char === '{' ? 'first key' : 'first value' };
  }
  const next = open.length === 0 ? 'nothing' : 'comma';
  if (char === '"') return scalar(stringEnd(text, at), next);
  const word = ['true', 'false', 'null'].find((each) => each[0] === char);
  if (word) return text.startsWith(word, at) ? { end: at + word.length, wanted: next } : { wrong: `in literal ${word}` };
  if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) return scalar(numberEnd(text, at), next);
  return { wrong: 'looking for beginning of value' };
}

function scalar(end: number | { readonly wrong: string; readonly at: number }, wanted: Wanted): Step {
  return typeof end === 'number' ? { end, wanted } : end;
}

/** Behind the closing quote. `at` is the opening one. */
function stringEnd(text: string, at: number): number | { readonly wrong: string; readonly at: number } {
  for (let i = at + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code < 0x20) return { wrong: 'in string literal', at: i };
    if (code !== 0x5c) continue;
    i += 1;
    const escaped = text[i] ?? '';
    if (escaped === 'u' && /^[0-9a-fA-F]{4}$/.test(text.slice(i + 1, i + 5))) i += 4;
    else if (escaped === '' || !'"\\/bfnrt'.includes(escaped)) return { wrong: 'in string escape code', at: i };
  }
  return { wrong: '', at: text.length };
}

const number = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/y;

function numberEnd(text: string, at: number): number | { readonly wrong: string; readonly at: number } {
  number.lastIndex = at;
  const end = number.test(text) ? number.lastIndex : at + 1;
  return text[end - 1] === '-' || '.eE'.includes(text[end] ?? ' ') ? { wrong: 'in numeric literal', at: end } : end;
}

/** Index of the first character that is no JSON white space. */
export function afterSpace(text: string, at: number): number {
  let i = at;
  while (i < text.length && ' \t\r\n'.includes(text.charAt(i))) i += 1;
  return i;
}

/** Index behind the value that begins at `at`, in text that `jsonProblem` has nothing against. */
export function valueEnd(text: string, at: number): number {
  let depth = 0;
  for (let i = at; i < text.length; i += 1) {
    const char = text.charAt(i);
    if (char === '"') i = closingQuote(text, i);
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') depth -= 1;
    if (depth === 0 && (char === '"' || char === '}' || char === ']')) return i + 1;
    if (depth < 0 || (depth === 0 && (char === ',' || ' \t\r\n'.includes(char)))) return i;
  }
  return text.length;
}

/** Index of the quote that ends the string which begins at `at`; the text's length where none does. */
export function closingQuote(text: string, at: number): number {
  let i = at + 1;
  while (i < text.length && text[i] !== '"') i += text[i] === '\\' ? 2 : 1;
  return i;
}

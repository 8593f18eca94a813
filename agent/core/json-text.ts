/**
 * Strict JSON as Go's encoding/json takes it, on text whose characters are bytes (`latin1`), so that whatever stands between two
 * quotes comes out as it went in. Nothing here recurses, and no message shows a character of the text.
 */

/** Go refuses what nests deeper. */
const deepest = 10_000;

/** Why a text is not one JSON value. */
export type JsonFault =
  | { readonly kind: 'end' }
  /** `at` is the byte that may not stand there, or behind the end, where Go reads a space; `where` is how Go says it. */
  | { readonly kind: 'character' | 'depth'; readonly at: number; readonly where: string };

/** What is wrong with the text as one JSON value, or undefined. Go's words, without the character it would show. */
export function jsonProblem(text: string): string | undefined {
  const fault = jsonFault(text);
  if (!fault) return undefined;
  if (fault.kind === 'end' || fault.at >= text.length) return 'unexpected end of JSON input';
  return fault.kind === 'depth' ? fault.where : `invalid character at byte ${fault.at} ${fault.where}`;
}

/** The first fault of the text as one JSON value. */
export function jsonFault(text: string): JsonFault | undefined {
  const open: ('object' | 'array')[] = [];
  let wanted: Wanted = 'value';
  let at = afterSpace(text, 0);
  while (wanted !== 'nothing') {
    if (at >= text.length) return { kind: 'end' };
    const step: Step = nextStep(text, at, wanted, open);
    if ('wrong' in step) return step.wrong === '' ? { kind: 'end' } : { kind: 'character', at: step.at ?? at, where: step.wrong };
    if (open.length > deepest) return { kind: 'depth', at, where: 'exceeded max depth' };
    wanted = step.wanted;
    at = afterSpace(text, step.end);
  }
  return at < text.length ? { kind: 'character', at, where: 'after top-level value' } : undefined;
}

/** What must come next. */
type Wanted = 'value' | 'first value' | 'key' | 'first key' | 'colon' | 'comma' | 'nothing';
type Step = { readonly end: number; readonly wanted: Wanted } | Fault;

/** `at`: where the wrong character stands, if not where the step began. Nothing is said of a string that never ends. */
interface Fault {
  readonly wrong: string;
  readonly at?: number;
}

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
  if (word) return scalar(wordEnd(text, at, word), next);
  if (char === '-' || (char !== undefined && char >= '0' && char <= '9')) return scalar(numberEnd(text, at), next);
  return { wrong: 'looking for beginning of value' };
}

function scalar(end: number | Fault, wanted: Wanted): Step {
  return typeof end === 'number' ? { end, wanted } : end;
}

function wordEnd(text: string, at: number, word: string): number | Fault {
  for (let i = 1; i < word.length; i += 1) {
    if (text[at + i] !== word[i]) return { wrong: `in literal ${word} (expecting '${word[i]}')`, at: at + i };
  }
  return at + word.length;
}

/** Behind the closing quote. `at` is the opening one. */
function stringEnd(text: string, at: number): number | Fault {
  for (let i = at + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code < 0x20) return { wrong: 'in string literal', at: i };
    if (code !== 0x5c) continue;
    i += 1;
    const escaped = text[i] ?? '';
    if (escaped === '' || !'"\\/bfnrtu'.includes(escaped)) return { wrong: 'in string escape code', at: i };
    for (const last = escaped === 'u' ? i + 4 : i; i < last; ) {
      i += 1;
      if (!isHex(text[i])) return { wrong: 'in \\u hexadecimal character escape', at: i };
    }
  }
  return { wrong: '' };
}

function isHex(char: string | undefined): boolean {
  return char !== undefined && /[0-9a-fA-F]/.test(char);
}

function numberEnd(text: string, at: number): number | Fault {
  const whole = text[at] === '-' ? at + 1 : at;
  let end = text[whole] === '0' ? whole + 1 : afterDigits(text, whole);
  if (end === whole) return { wrong: 'in numeric literal', at: end };
  if (text[end] === '.') {
    const fraction = end + 1;
    end = afterDigits(text, fraction);
    if (end === fraction) return { wrong: 'after decimal point in numeric literal', at: end };
  }
  if (text[end] !== 'e' && text[end] !== 'E') return end;
  const exponent = text[end + 1] === '+' || text[end + 1] === '-' ? end + 2 : end + 1;
  end = afterDigits(text, exponent);
  return end === exponent ? { wrong: 'in exponent of numeric literal', at: end } : end;
}

function afterDigits(text: string, at: number): number {
  let i = at;
  while (i < text.length && text.charAt(i) >= '0' && text.charAt(i) <= '9') i += 1;
  return i;
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

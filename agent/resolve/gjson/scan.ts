import { unescapeLenient } from './text.ts';
import { booleanValue, jsonValue, missing, numberValue, type Value } from './value.ts';

/**
 * How gjson reads values: by their first character, without looking whether the document is JSON (gotemplate.md 16.2). Garbage
 * between values is skipped, what doesn't end runs to the end of the text.
 */

/** A value and the index behind it. */
export interface Scanned {
  readonly value: Value;
  readonly end: number;
}

/** What the character at `at` begins, as gjson takes it; undefined: nothing, skip it. */
export function kindAt(text: string, at: number): 'string' | 'container' | 'word' | 'number' | undefined {
  const char = text.charCodeAt(at);
  if (char === 0x22) return 'string';
  if (char === 0x7b || char === 0x5b) return 'container';
  if (char === 0x74 || char === 0x66) return 'word';
  // `null` and `nan` begin alike.
  if (char === 0x6e) return at + 1 < text.length && text[at + 1] !== 'u' ? 'number' : 'word';
  if ((char >= 0x30 && char <= 0x39) || '+-iIN'.includes(text[at] ?? ' ')) return 'number';
  return undefined;
}

/** The value at `at`, where `kindAt` says there is one. Undefined: a string that doesn't end. */
export function scanValue(text: string, at: number): Scanned | undefined {
  const end = valueEnd(text, at);
  if (end === undefined) return undefined;
  const raw = text.slice(at, end);
  switch (kindAt(text, at)) {
    case 'string':
      return { value: { ...missing, type: 'string', raw, text: unescapeLenient(raw.slice(1, -1)) }, end };
    case 'container':
      return { value: jsonValue(raw), end };
    case 'word':
      return { value: raw.startsWith('n') ? { ...missing, raw } : booleanValue(raw.startsWith('t'), raw), end };
    default:
      return { value: numberValue(raw), end };
  }
}

/** Index behind that value. Undefined: a string that doesn't end. */
export function valueEnd(text: string, at: number): number | undefined {
  switch (kindAt(text, at)) {
    case 'string':
      return stringEnd(text, at);
    case 'container':
      return squashEnd(text, at);
    case 'word':
      return wordEnd(text, at);
    default:
      return numberEnd(text, at);
  }
}

function wordEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) >= 0x61 && text.charCodeAt(end) <= 0x7a) end += 1;
  return end;
}

/** Behind the closing quote of the string at `at`; undefined when none closes it. */
export function stringEnd(text: string, at: number): number | undefined {
  for (let i = at + 1; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) return i + 1;
    if (code === 0x5c) i += 1;
  }
  return undefined;
}

function numberEnd(text: string, at: number): number {
  let end = at + 1;
  while (end < text.length && text.charCodeAt(end) > 0x20 && !',]}'.includes(text.charAt(end))) end += 1;
  return end;
}

/**
 * Behind the bracket that closes the one at `at`, whatever kinds of bracket stand in between. Where none does: the text's length,
 * or one more when a string in it doesn't end, for then nothing around it is closed by the end of the text.
 */
export function squashEnd(text: string, at: number): number {
  let depth = 1;
  let i = at + 1;
  for (; i < text.length; i += 1) {
    const code = text.charCodeAt(i);
    if (code === 0x22) i = (stringEnd(text, i) ?? text.length + 1) - 1;
    else if (code === 0x7b || code === 0x5b || code === 0x28) depth += 1;
    else if (code === 0x7d || code === 0x5d || code === 0x29) depth -= 1;
    if (depth === 0) return i + 1;
  }
  return i;
}

/** The first value from `at` on, over whatever stands before it. */
export function scanAny(text: string, at: number): Scanned | undefined {
  for (let i = at; i < text.length; i += 1) {
    if (kindAt(text, i)) return scanValue(text, i);
  }
  return undefined;
}

/** A whole text as one value: brackets take everything that follows. */
export function parseValue(text: string): Value {
  let at = 0;
  while (at < text.length && text.charCodeAt(at) <= 0x20) at += 1;
  const kind = at < text.length ? kindAt(text, at) : undefined;
  if (kind === 'container') return jsonValue(text.slice(at));
  if (kind === undefined) return missing;
  if (kind === 'string') return wholeString(text.slice(at));
  return scanValue(text, at)?.value ?? missing;
}

/** Unlike elsewhere, a string that doesn't end is taken as far as it goes. */
function wholeString(text: string): Value {
  const end = stringEnd(text, 0);
  if (end !== undefined)
    return { ...missing, type: 'string', raw: text.slice(0, end), text: unescapeLenient(text.slice(1, end - 1)) };
  return { ...missing, type: 'string', raw: text, text: unescapeLenient(text.slice(1)) };
}

/** Calls back with each member of an object (raw key with quotes), or each item of an array (no key). */
export function* members(value: Value): Generator<{ readonly key: string; readonly value: Value }> {
  if (value.type !== 'json') {
    if (value.raw !== '' || value.type !== 'null') yield { key: '', value };
    return;
  }
  const text = value.raw;
  const isMap = text.startsWith('{');
  for (let at = 1; at < text.length; at += 1) {
    let key = '';
    if (isMap) {
      if (text[at] !== '"') continue;
      const end = stringEnd(text, at);
      if (end === undefined) return;
      key = text.slice(at, end);
      at = end;
    }
    while (at < text.length && (text.charCodeAt(at) <= 0x20 || text[at] === ',' || text[at] === ':')) at += 1;
    const scanned = scanAny(text, at);
    if (!scanned) return;
    yield { key, value: scanned.value };
    at = scanned.end;
  }
}

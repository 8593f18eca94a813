import type { Effort } from './effort.ts';
import { globMatches } from './glob.ts';
import { unescapeLenient } from './text.ts';
import { booleanValue, exists, missing, parseBoolean, parseFloat64, type Value } from './value.ts';

/** `#(path op value)`; with a `#` behind it for all matches instead of the first (gotemplate.md 16.3). */
export interface ArrayQuery {
  /** Read from each element; '' is the element itself. */
  readonly path: string;
  /** '' only asks whether there is something; `!` holds for nothing. */
  readonly operator: '' | '!' | '=' | '!=' | '<' | '<=' | '>' | '>=' | '%' | '!%';
  readonly value: string;
  readonly all: boolean;
}

/** What a query without an end is taken for. */
export const unreadableQuery: ArrayQuery = { path: '', operator: '', value: '', all: false };

/** `path` begins with `#(` or `#[`. Undefined when the bracket is not closed. `end` is behind it. */
export function parseQuery(path: string): { readonly query: ArrayQuery; readonly end: number } | undefined {
  const { close, comparison, hasEscapes } = bounds(path);
  if (close === undefined) return undefined;
  const all = path[close + 1] === '#';
  const end = close + 1;
  if (comparison === undefined) return { query: { path: trimmed(path.slice(2, close)), operator: '', value: '', all }, end };
  const [, operator = '', value = ''] = /^(!=|!%|<=|>=|==|[=<>%]|!$|)(.*)$/s.exec(trimmed(path.slice(comparison, close))) ?? [];
  const query = {
    path: trimmed(path.slice(2, comparison)),
    operator: knownOperator(operator),
    value: unquoted(trimmed(value), hasEscapes),
    all,
  };
  return { query, end };
}

interface Bounds {
  /** Index of the closing bracket. */
  readonly close?: number;
  /** Index of the operator. */
  readonly comparison?: number;
  readonly hasEscapes: boolean;
}

function bounds(path: string): Bounds {
  let depth = 1;
  let comparison: number | undefined;
  let hasEscapes = false;
  for (let i = 2; i < path.length; i += 1) {
    const char = path.charAt(i);
    if (depth === 1 && comparison === undefined && '!=<>%'.includes(char)) comparison = i;
    else if (char === '\\') i += 1;
    else if (char === '[' || char === '(') depth += 1;
    else if (char === ']' || char === ')') depth -= 1;
    else if (char === '"') {
      const end = quoteEnd(path, i);
      hasEscapes ||= path.slice(i, end).includes('\\');
      i = end;
    }
    if (depth === 0) return { close: i, hasEscapes, ...(comparison === undefined ? {} : { comparison }) };
  }
  return { hasEscapes };
}

/** Index of the quote that closes the one at `at`, or the path's length. */
export function quoteEnd(path: string, at: number): number {
  let i = at + 1;
  while (i < path.length && path[i] !== '"') i += path[i] === '\\' ? 2 : 1;
  return Math.min(i, path.length);
}

function knownOperator(text: string): ArrayQuery['operator'] {
  switch (text) {
    case '=':
    case '!=':
    case '<':
    case '<=':
    case '>':
    case '>=':
    case '%':
    case '!%':
    case '!':
      return text;
    case '==':
      return '=';
    default:
      return '';
  }
}

function unquoted(value: string, hasEscapes: boolean): string {
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return value;
  const inner = value.slice(1, -1);
  return hasEscapes ? unescapeLenient(inner) : inner;
}

/** Without control characters and spaces at both ends. */
export function trimmed(text: string): string {
  let [start, end] = [0, text.length];
  while (start < end && text.charCodeAt(start) <= 0x20) start += 1;
  while (end > start && text.charCodeAt(end - 1) <= 0x20) end -= 1;
  return text.slice(start, end);
}

/** Whether what `query.path` found in an element satisfies the query. The element's type decides how it is compared. */
export function satisfies(found: Value, query: ArrayQuery, effort: Effort): boolean {
  const { value, against } = query.value.startsWith('~')
    ? asTruth(found, query.value.slice(1))
    : { value: found, against: query.value };
  if (!exists(value)) return false;
  if (query.operator === '') return true;
  switch (value.type) {
    case 'string':
      return compareText(value.text, query.operator, against, effort);
    case 'number':
      return query.operator !== '%' && query.operator !== '!%' && compare(value.number, query.operator, parseFloat64(against));
    case 'true':
      return (
        { '=': against === 'true', '!=': against !== 'true', '>': against === 'false', '>=': true }[String(query.operator)] ??
        false
      );
    case 'false':
      return (
        { '=': against === 'false', '!=': against !== 'false', '<': against === 'true', '<=': true }[String(query.operator)] ??
        false
      );
    default:
      return false;
  }
}

function compareText(text: string, operator: ArrayQuery['operator'], against: string, effort: Effort): boolean {
  if (operator === '%') return globMatches(text, against, effort);
  if (operator === '!%') return !globMatches(text, against, effort);
  return compare(text, operator, against);
}

function compare<T extends string | number>(left: T, operator: ArrayQuery['operator'], right: T): boolean {
  switch (operator) {
    case '=':
      return left === right;
    case '!=':
      return left !== right;
    case '<':
      return left < right;
    case '<=':
      return left <= right;
    case '>':
      return left > right;
    default:
      return operator === '>=' && left >= right;
  }
}

/** `~true`, `~false`, `~null`, `~*`: the value as a yes or no, to be compared with true. */
function asTruth(found: Value, word: string): { readonly value: Value; readonly against: string } {
  const answers: Readonly<Record<string, boolean>> = {
    '*': exists(found),
    null: found.type === 'null',
    true: isTruthy(found) === true,
    false: isTruthy(found) === false,
  };
  const answer = Object.hasOwn(answers, word) ? answers[word] : undefined;
  return answer === undefined ? { value: missing, against: '' } : { value: booleanValue(answer), against: 'true' };
}

/** Undefined: neither. */
function isTruthy(value: Value): boolean | undefined {
  switch (value.type) {
    case 'true':
      return true;
    case 'false':
    case 'null':
      return false;
    case 'number':
      return value.number !== 0;
    case 'string':
      return parseBoolean(value.text);
    case 'json':
      return undefined;
  }
}

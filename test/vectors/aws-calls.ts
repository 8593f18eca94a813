import type { Call } from '../servers/aws-double.ts';
import { type Fields, fields, textOr } from './fields.ts';
import type { Outcome } from './outcome.ts';

/** The members that the case names, of the first read; where it is a text, the name that was read. */
export function requestOf(calls: readonly Call[], operation: string, wanted: unknown): unknown {
  const input = calls.find((call) => call.operation === operation)?.input ?? {};
  if (typeof wanted === 'string') return input['Name'] ?? input['SecretId'];
  return Object.fromEntries(Object.keys(fields(wanted)).map((name) => [name, input[name]]));
}

/**
 * The vectors describe calls in words, such as `GetSecretValue per match` or `BatchGetSecretValue(filters tag-key=env)`. What holds of
 * the calls that came is given back in the same words; else all calls as they came, for the report.
 */
export function callsOf(calls: readonly Call[], names: readonly string[], wanted: unknown, outcome: Outcome): unknown {
  const texts = Array.isArray(wanted) ? wanted.map(String) : [];
  const operations = new Set(texts.map((text) => /^\w+/.exec(text)?.[0] ?? ''));
  const isAll = texts.every((text) => holds(text, calls, names)) && calls.every(({ operation }) => operations.has(operation));
  const isRead = outcome.kind === 'map' || outcome.kind === 'value';
  return isAll && isRead ? wanted : calls.map(({ operation, input }) => `${operation} ${JSON.stringify(input)}`);
}

function holds(text: string, calls: readonly Call[], names: readonly string[]): boolean {
  const [, operation = '', inner = '', rest = ''] = /^(\w+)(?:\(([^)]*)\))?(.*)$/.exec(text) ?? [];
  const mine = calls.filter((call) => call.operation === operation);
  if (mine.length === 0) return false;
  const wanted = inner.split(',').map((part) =>
    part
      .replace(/^\s*filters?\b/, '')
      .trim()
      .toLowerCase(),
  );
  if (!mine.every(({ input }) => wanted.every((part) => part === '' || factsIn(input).some((fact) => fact === part))))
    return false;
  if (/\bonce\b/.test(rest)) return mine.length === 1;
  if (/\bper (?:match|hit)\b/.test(rest))
    return isSameSet(
      mine.map(({ input }) => objectOf(input)),
      names,
    );
  return !/all pages/.test(rest) || (mine.length > 1 && mine.slice(1).every(({ input }) => input['NextToken'] !== undefined));
}

function isSameSet(some: readonly string[], others: readonly string[]): boolean {
  return some.length === others.length && others.every((each) => some.includes(each));
}

function objectOf(input: Fields): string {
  return textOr(input['SecretId'] ?? input['Name'], '');
}

/** What a request says, in the words of the vectors, in small letters. */
function factsIn(input: Fields): readonly string[] {
  const list = (value: unknown): readonly Fields[] => (Array.isArray(value) ? value.map(fields) : []);
  const texts = (value: unknown): readonly string[] => (Array.isArray(value) ? value.map(String) : []);
  return [
    objectOf(input),
    `path=${textOr(input['Path'], '')}`,
    ...(input['Recursive'] === true ? ['recursive'] : []),
    ...(input['WithDecryption'] === true ? ['decrypted'] : []),
    ...list(input['Filters']).flatMap(({ Key, Values }) => [String(Key), ...texts(Values).map((value) => `${Key}=${value}`)]),
    ...list(input['ParameterFilters']).flatMap(({ Key, Option, Values }) => [
      `${Key} ${Option}`,
      ...texts(Values).map((value) => `${Key} ${Option} ${value}`),
    ]),
  ].map((fact) => fact.toLowerCase());
}

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
  const texts = (Array.isArray(wanted) ? wanted.map(String) : []).flatMap((text) =>
    text.replace(/on AccessDenied:? */, '').split(/ \+ (?=[A-Z])/),
  );
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
  if (!mine.every(({ input }) => wanted.every((part) => isSaid(part, factsIn(input))))) return false;
  if (/\bonce\b/.test(rest)) return mine.length === 1;
  if (/\bper (?:match|hit)\b/.test(rest))
    return isSameSet(
      mine.map(({ input }) => objectOf(input)),
      names,
    );
  return !/all pages/.test(rest) || (mine.length > 1 && mine.slice(1).every(({ input }) => input['NextToken'] !== undefined));
}

/** `tag filters` is said by any filter of tags. */
function isSaid(part: string, facts: readonly string[]): boolean {
  return part === '' || facts.includes(part) || (/^tag filters?$/.test(part) && facts.some((fact) => fact.startsWith('tag')));
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
    ...[`path=${textOr(input['Path'], '')}`, `path ${textOr(input['Path'], '')}`, textOr(input['Path'], '')],
    ...(input['Recursive'] === true ? ['recursive', 'recursive=true'] : []),
    ...(input['WithDecryption'] === true ? ['decrypted', 'withdecryption', 'withdecryption=true'] : []),
    ...list(input['Filters']).flatMap(({ Key, Values }) => [String(Key), ...texts(Values).map((value) => `${Key}=${value}`)]),
    ...list(input['ParameterFilters']).flatMap(({ Key, Option, Values }) => [
      `${Key} ${Option}`,
      ...texts(Values).map((value) => `${Key} ${Option} ${value}`),
    ]),
  ].map((fact) => fact.toLowerCase());
}

import { GoError } from '../go-error.ts';
import { kindOf, typeName } from '../value.ts';
import { deepEqual } from './deep-equal.ts';
import type { FunctionFamily } from './family.ts';
import { isEmpty } from './is-empty.ts';

/** Defaults, conditions and reflection (gotemplate.md 12.4, 12.6). */
export const functions: FunctionFamily<'logic'> = (world) => ({
  default: (fallback, given = null) => (isEmpty(given) ? fallback : given),
  empty: isEmpty,
  coalesce: (...values) => values.find((value) => !isEmpty(value)) ?? null,
  all: (...values) => !values.some(isEmpty),
  any: (...values) => !values.every(isEmpty),
  ternary: (whenTrue, whenFalse, condition) => (condition ? whenTrue : whenFalse),
  fail: (message) => {
    throw new GoError(message);
  },
  deepEqual: (a, b) => deepEqual(a, b, world.spend),

  typeOf: typeName,
  typeIs: (name, value) => name === typeName(value),
  typeIsLike: (name, value) => name === typeName(value) || `*${name}` === typeName(value),
  kindOf,
  kindIs: (kind, value) => kind === kindOf(value),
});

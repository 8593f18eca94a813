import { type GoValue, isTrue, typeName } from './value.ts';

/** A value that was read through an `interface {}`: out of a map or a list of anything, or from a function that returns anything. */
export class Interface {
  readonly value: GoValue;

  constructor(value: GoValue) {
    this.value = value;
  }
}

/**
 * A value while a template runs (gotemplate.md 1.3). `undefined` is no value: of a missing key, or of a nil that a pipeline gave.
 * A nil that was just read out of a map is an Interface; it tells in errors, and for `len` and fields.
 */
export type Value = NonNullable<GoValue> | Interface | undefined;

/** Without its interface; no value where that holds nil. */
export function concrete(value: Value): Exclude<Value, Interface> {
  return value instanceof Interface ? (value.value ?? undefined) : value;
}

/** As a function gets it that takes anything. */
export function plain(value: Value): GoValue {
  return concrete(value) ?? null;
}

export function isTruthy(value: Value): boolean {
  return isTrue(plain(value));
}

/** How errors call its type. Not for no value. */
export function valueType(value: NonNullable<Value>): string {
  return value instanceof Interface ? 'interface {}' : typeName(value);
}

import { zeroValuePanic } from './call.ts';
import { GoError } from './go-error.ts';
import { concrete, type Value, valueType } from './operand.ts';
import { printf } from './printing/printf.ts';
import { GoInt, type GoKind, GoList, GoMap, GoObject, kindOf } from './value.ts';

/** Values of different classes never compare (gotemplate.md 8). */
type Class = 'bool' | 'int' | 'uint' | 'float' | 'string' | 'other';

const classes: Readonly<Partial<Record<GoKind, Class>>> = {
  ...{ bool: 'bool', float64: 'float', string: 'string' },
  ...{ int: 'int', int64: 'int', uint8: 'uint', uint32: 'uint', uint64: 'uint' },
};

function classOf(value: Value): Class {
  return classes[kindOf(concrete(value) ?? null)] ?? 'other';
}

/** `eq`: whether the first equals any of the others. */
export function compareEqual(first: Value, others: readonly Value[]): boolean {
  if (others.length === 0) throw new GoError('missing argument for comparison', 'fixed');
  return others.some((other) => isEqual(concrete(first), concrete(other)));
}

function isEqual(a: Value, b: Value): boolean {
  if (a instanceof GoInt && b instanceof GoInt) return a.value === b.value;
  if (classOf(a) !== classOf(b)) {
    if (a === undefined || b === undefined) return false;
    throw incompatible(a, b);
  }
  return classOf(a) === 'other' ? isEqualOther(a, b) : a === b;
}

function incompatible(a: NonNullable<Value>, b: NonNullable<Value>): GoError {
  return new GoError(`incompatible types for comparison: ${valueType(a)} and ${valueType(b)}`, 'fixed');
}

function isEqualOther(a: Value, b: Value): boolean {
  if (isNil(a) || isNil(b)) {
    if (a !== undefined && b !== undefined && goKind(a) !== goKind(b)) throw notComparable(a, b);
    return isNil(a) === isNil(b);
  }
  if (a === undefined || b === undefined) return false;
  if (goKind(a) !== goKind(b)) throw notComparable(a, b);
  if (!(a instanceof GoObject && b instanceof GoObject))
    throw new GoError(`non-comparable type ${shown(b, '%s')}: ${valueType(b)}`);
  return a.type === b.type && a.equals(b);
}

function notComparable(a: NonNullable<Value>, b: NonNullable<Value>): GoError {
  return new GoError(`non-comparable types ${shown(a, '%s')}: ${valueType(a)}, ${valueType(b)}: ${shown(b, '%v')}`);
}

function isNil(value: Value): boolean {
  return value === undefined || ((value instanceof GoList || value instanceof GoMap) && value.isNil);
}

function goKind(value: Value): GoKind {
  return kindOf(concrete(value) ?? null);
}

function shown(value: Value, format: string): string {
  return printf(format, [concrete(value) ?? null], () => {});
}

/** `lt`, on which `le`, `gt` and `ge` rest. */
export function compareLess(first: Value, second: Value): boolean {
  const [a, b] = [concrete(first), concrete(second)];
  for (const value of [a, b]) {
    if (classOf(value) === 'other') throw new GoError('invalid type for comparison', 'fixed');
  }
  if (a === undefined || b === undefined) throw zeroValuePanic('Type');
  if (a instanceof GoInt && b instanceof GoInt) return a.value < b.value;
  if (classOf(a) !== classOf(b)) throw incompatible(a, b);
  if (typeof a === 'boolean') throw new GoError('invalid type for comparison', 'fixed');
  return a < b;
}

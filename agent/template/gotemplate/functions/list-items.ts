import { GoError } from '../go-error.ts';
import { GoList, type GoValue, kindOf } from '../value.ts';

/** The items of what must be a list; `refusal` is the error's text before the kind of what it is instead (gotemplate.md 12.7). */
export function itemsOf(value: GoValue, refusal: string): readonly GoValue[] {
  if (value instanceof GoList) return value.items;
  if (value === null) throw new GoError('runtime error: invalid memory address or nil pointer dereference', 'fixed');
  throw new GoError(`${refusal} ${kindOf(value)}`, 'fixed');
}

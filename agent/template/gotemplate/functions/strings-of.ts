import { valueText } from '../printing/print.ts';
import { GoList, type GoValue } from '../value.ts';

/** A value as `toString` gives it (gotemplate.md 12.1); nil is `<nil>`. */
export function toText(value: GoValue): string {
  return typeof value === 'string' ? value : valueText(value);
}

/** A value as `toStrings` gives it (gotemplate.md 12.2): nil elements fall out, what is no list is one element, nil is none. */
export function textsOf(value: GoValue): readonly string[] {
  if (value === null) return [];
  if (!(value instanceof GoList)) return [toText(value)];
  return value.items.filter((item) => item !== null).map(toText);
}

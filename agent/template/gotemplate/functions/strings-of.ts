import { growing, roomForText } from '../printing/growing-text.ts';
import { valueText } from '../printing/print.ts';
import { GoList, type GoValue } from '../value.ts';

/** A value as `toString` gives it (gotemplate.md 12.1); nil is `<nil>`. */
export function toText(value: GoValue, room: Room = roomForText): string {
  return typeof value === 'string' ? value : valueText(value, room);
}

/** A value as `toStrings` gives it (gotemplate.md 12.2): nil elements fall out, what is no list is one element, nil is none. */
export function textsOf(value: GoValue, room: Room = roomForText): readonly string[] {
  if (value === null) return [];
  if (!(value instanceof GoList)) return [toText(value, room)];
  if (value.type === '[]string' && value.items.every(isText)) return value.items; // The same slice, as it shows when it is sorted.
  return presentTexts(value.items, room);
}

/** Each as `toString` gives it; nil falls out. */
export function presentTexts(values: readonly GoValue[], room: Room = roomForText): string[] {
  const grow = growing(room);
  return values
    .filter((value) => value !== null)
    .map((value) => {
      const text = toText(value, room);
      grow(text.length);
      return text;
    });
}

type Room = (size: number) => void;

function isText(value: GoValue): value is string {
  return typeof value === 'string';
}

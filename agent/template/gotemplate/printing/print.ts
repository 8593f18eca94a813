import type { GoValue } from '../value.ts';
import { plainly } from './directive.ts';
import { growing, roomForText } from './growing-text.ts';
import { type Showing, showArgument } from './show-value.ts';

/** As `%v`: what an action prints, and what sprig makes of anything (gotemplate.md 9.1). */
export function valueText(value: GoValue, room: (size: number) => void = roomForText): string {
  return typeof value === 'string' ? value : showArgument(value, showingIn(room));
}

/** Go's `fmt.Sprint`: a space only between two neighbours that are both no strings (gotemplate.md 9.2). */
export function print(args: readonly GoValue[], room: (size: number) => void = roomForText): string {
  const showing = showingIn(room);
  let text = '';
  for (const [index, value] of args.entries()) {
    const isApart = index > 0 && typeof value !== 'string' && typeof args[index - 1] !== 'string';
    text += (isApart ? ' ' : '') + showArgument(value, showing);
  }
  return text;
}

/** Go's `fmt.Sprintln`: a space between any two, and a newline. */
export function println(args: readonly GoValue[], room: (size: number) => void = roomForText): string {
  const showing = showingIn(room);
  return `${args.map((value) => showArgument(value, showing)).join(' ')}\n`;
}

/** What `html`, `js` and `urlquery` escape (gotemplate.md 9.5). Absent and nil are text here, so that no space keeps them apart. */
export function joinedText(args: readonly (GoValue | undefined)[], room?: (size: number) => void): string {
  return print(
    args.map((value) => value ?? '<no value>'),
    room,
  );
}

function showingIn(room: (size: number) => void): Showing {
  return { directive: plainly, grow: growing(room), isComplaint: false };
}

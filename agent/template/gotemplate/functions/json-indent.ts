import { closingQuote } from '../../../core/json-text.ts';
import type { FunctionWorld } from './world.ts';

/** Compact JSON on many lines, as `json.MarshalIndent` has it: two spaces a level, what is empty in one piece. */
export function indentJson(compact: string, room: FunctionWorld['room']): string {
  let depth = 0;
  let text = '';
  let asked = compact.length * 2;
  for (let at = 0; at < compact.length; at += 1) {
    const char = compact.charAt(at);
    if (char === '"') {
      const end = closingQuote(compact, at);
      text += compact.slice(at, end + 1);
      at = end;
    } else if ((char === '{' && compact[at + 1] === '}') || (char === '[' && compact[at + 1] === ']')) {
      text += compact.slice(at, at + 2);
      at += 1;
    } else {
      if ('{['.includes(char)) depth += 1;
      if ('}]'.includes(char)) depth -= 1;
      text += laidOut(char, depth);
    }
    if (text.length <= asked) continue;
    room(text.length); // A deep value takes room by the square of its depth.
    asked = text.length * 2;
  }
  return text;
}

function laidOut(char: string, depth: number): string {
  switch (char) {
    case '{':
    case '[':
    case ',':
      return `${char}\n${'  '.repeat(depth)}`;
    case '}':
    case ']':
      return `\n${'  '.repeat(depth)}${char}`;
    default:
      return char === ':' ? ': ' : char;
  }
}

import type { Refuse } from './quoting.ts';

/** JSON of a text, a number, a list or a map. `indent`: how many spaces a level; none unless given. */
export function json(value: unknown, refuse: Refuse, indent?: number): string {
  const text = JSON.stringify(value, undefined, indent);
  return text === undefined ? refuse('JSON has no word for undefined or a function') : text;
}

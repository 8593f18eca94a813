import type { Refuse } from './quoting.ts';

/** An option that is one of these names, else an error that lists them. */
export function oneOf(text: string, refuse: Refuse, names: readonly string[]): string {
  return names.includes(text) ? text : refuse(`this is not one of: ${names.join(', ')}`);
}

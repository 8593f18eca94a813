import type { Refuse } from './quoting.ts';

/** An option that is one of these names, else an error that lists them. */
export function oneOf(value: unknown, refuse: Refuse, names: readonly string[]): string {
  return typeof value === 'string' && names.includes(value) ? value : refuse(`an option is not one of: ${names.join(', ')}`);
}

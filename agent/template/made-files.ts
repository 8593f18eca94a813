import type { SecretValue } from '../core/secret-value.ts';
import type { TemplateInput } from './template-input.ts';

/** What a file of a delivery was made of last, and what it is. */
export interface MadeFile {
  readonly text: string;
  readonly partials: ReadonlyMap<string, string>;
  readonly input: TemplateInput;
  readonly value: SecretValue;
}

/** By path, of one delivery. */
export type MadeFiles = Map<string, MadeFile>;

/**
 * An eta template gives the same for the same, so a refresh that brings nothing new runs none: each run leaves a context behind, which the
 * garbage collector lets lie for long. Undefined: something is another.
 */
export function madeBefore(made: MadeFile | undefined, now: Omit<MadeFile, 'value'>): SecretValue | undefined {
  if (!made || made.text !== now.text) return undefined;
  const isSame =
    areSame([...made.partials], [...now.partials]) &&
    areSame(made.input.options, now.input.options) &&
    made.input.entries.size === now.input.entries.size &&
    [...now.input.entries].every(([key, value]) => made.input.entries.get(key)?.equals(value));
  return isSame ? made.value : undefined;
}

type Pairs = readonly (readonly [string, string])[];

function areSame(some: Pairs, others: Pairs): boolean {
  return some.length === others.length && some.every(([name, text], at) => name === others[at]?.[0] && text === others[at]?.[1]);
}

import type { SecretValue } from './secret-value.ts';

/** What a template that uses chance or the time gave for an input, or what it needs to give it. */
export type Remembered =
  | { readonly kind: 'output'; readonly value: SecretValue }
  /** The same for the same input, also after a restart. `since`: when this input was first seen, in ms since the epoch. */
  | { readonly kind: 'seed'; readonly seed: Uint8Array; readonly since: number; readonly keep: (output: SecretValue) => void };

/**
 * Keeps what such templates give the same until their input changes: a password that is made up in a template must not be another
 * one at the next refresh, or after a restart of the agent.
 */
export interface TemplateMemory {
  /** `id` names the template within the pod; `input` is all that goes into it. Never rejects. */
  readonly recall: (id: string, input: readonly Uint8Array[]) => Promise<Remembered>;
}

import type { Data } from './datum.ts';

/** One thing that both sides are asked. Every text is a byte string. */
export type Case =
  | {
      readonly op: 'template';
      readonly source: string;
      readonly data: Data;
      readonly missingKey: 'error' | 'default' | 'zero';
      readonly delimiters?: readonly [string, string];
    }
  | { readonly op: 'gjson'; readonly document: string; readonly path: string }
  | { readonly op: 'duration'; readonly text: string }
  | { readonly op: 'regexFind'; readonly pattern: string; readonly text: string }
  | { readonly op: 'regexReplace'; readonly pattern: string; readonly text: string; readonly replacement: string };

export type TemplateCase = Extract<Case, { op: 'template' }>;

/** What a side says to a case. `limit`: it took too long, or too much; such a case compares to nothing. */
export type Answer =
  | { readonly kind: 'output' | 'error'; readonly text: string }
  | { readonly kind: 'limit'; readonly text: string };

/** Whether two answers tell the same; a limit of one side says nothing about the other. */
export function isSame(one: Answer, other: Answer): boolean {
  if (one.kind === 'limit' || other.kind === 'limit') return true;
  return one.kind === other.kind && one.text === other.text;
}

/** What the parser finds, in the order of the document. Tags of lists and maps don't matter to Go. */
export type Event =
  | { readonly kind: 'document start' | 'document end' | 'stream end' | 'collection end' }
  | { readonly kind: 'sequence start' | 'mapping start'; readonly anchor: string }
  | { readonly kind: 'alias'; readonly name: string }
  | ScalarEvent;

export interface ScalarEvent {
  readonly kind: 'scalar';
  readonly value: string;
  /** '' where none is given. */
  readonly anchor: string;
  readonly tag: string;
  /** Its type is found out from its text: it is plain and has no tag, or has the tag `!`. */
  readonly isImplicit: boolean;
}

/** What isn't there. */
export const emptyScalar: ScalarEvent = { kind: 'scalar', value: '', anchor: '', tag: '', isImplicit: true };
export const collectionEnd: Event = { kind: 'collection end' };

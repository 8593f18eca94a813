/**
 * What a function of a template ends with: an error it returns, or a panic; a template can't tell the two apart. The message is
 * Go's, byte for byte, as a Go string. It may quote an argument, and so a secret, unless it is `fixed`.
 */
export class GoError extends Error {
  override readonly name = 'GoError';
  /** The same for every value: an operator may read it. */
  readonly isFixed: boolean;

  constructor(message: string, kind: 'fixed' | 'quotes arguments' = 'quotes arguments') {
    super(message);
    this.isFixed = kind === 'fixed';
  }
}

/** A template that takes too much. Not an error of Go's: it has no such limits. */
export class LimitExceeded extends Error {
  override readonly name = 'LimitExceeded';
}

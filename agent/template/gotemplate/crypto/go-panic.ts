import { GoError } from '../go-error.ts';

/** Where Go panics, and so puts no words before the error. */
export class GoPanic extends GoError {
  constructor(text: string) {
    super(text, 'fixed');
  }
}

/** What Go says when it goes on with a PEM block that isn't there. */
export function nilDereference(): GoPanic {
  return new GoPanic('runtime error: invalid memory address or nil pointer dereference');
}

/** Puts words before the error of a part. */
export function withWords<T>(words: string, part: () => T): T {
  try {
    return part();
  } catch (error) {
    if (error instanceof GoPanic || !(error instanceof GoError)) throw error;
    throw new GoError(words + error.message, error.isFixed ? 'fixed' : 'quotes arguments');
  }
}

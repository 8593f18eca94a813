/** What is wrong in a file, and where. Its words hold nothing of the file: it is a secret. */
export interface Fault {
  /** From 1. Undefined where it is the file as a whole. */
  readonly line?: number;
  /** From 1, in characters. */
  readonly column?: number;
  /** The end of a sentence: `a quote that is never closed`. */
  readonly what: string;
}

/** A fault at an offset of a text. */
export function faultAt(text: string, offset: number, what: string): Fault {
  const before = text.slice(0, offset);
  const line = before.split('\n').length;
  return { line, column: offset - before.lastIndexOf('\n'), what };
}

/** `line 3, column 5: a quote that is never closed`. */
export function faultText({ line, column, what }: Fault): string {
  if (line === undefined) return what;
  return `line ${line}${column === undefined ? '' : `, column ${column}`}: ${what}`;
}

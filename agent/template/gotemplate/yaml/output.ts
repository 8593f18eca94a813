/** The text as it is written, with what the layout of the next piece depends on. */
export interface Output {
  text: string;
  /** Characters since the last line break. */
  column: number;
  /** Of the block that is being written; -1 outside of all. */
  indent: number;
  /** The last thing written was white space, or an indicator that counts as such. */
  afterSpace: boolean;
  /** So far the line has only indentation and indicators such as `-`. */
  inIndentation: boolean;
  /** Told how long the text is, from time to time. */
  readonly room: (size: number) => void;
  nextReport: number;
}

export function newOutput(room: (size: number) => void): Output {
  return { text: '', column: 0, indent: -1, afterSpace: true, inIndentation: true, room, nextReport: 65_536 };
}

/** Text without line breaks that is `columns` characters long. */
export function put(output: Output, text: string, columns: number): void {
  output.text += text;
  output.column += columns;
}

export function putLineBreak(output: Output, text = '\n'): void {
  output.text += text;
  output.column = 0;
  if (output.text.length < output.nextReport) return;
  output.room(output.text.length);
  output.nextReport = output.text.length * 2;
}

/** Begins a line at the indentation of the block, unless this is where the text already stands. */
export function putIndent(output: Output): void {
  const indent = Math.max(output.indent, 0);
  const { column } = output;
  if (!output.inIndentation || column > indent || (column === indent && !output.afterSpace)) putLineBreak(output);
  if (output.column < indent) put(output, ' '.repeat(indent - output.column), indent - output.column);
  output.afterSpace = true;
  output.inIndentation = true;
}

/** A sign of YAML's own; `block` is one that a nested block may follow on the same line. */
export function putIndicator(output: Output, text: string, kind: 'block' | 'inline'): void {
  if (!output.afterSpace) put(output, ' ', 1);
  put(output, text, text.length);
  output.afterSpace = false;
  output.inIndentation &&= kind === 'block';
}

/** A sign that follows without a space. */
export function putClosing(output: Output, text: string): void {
  put(output, text, text.length);
  output.afterSpace = false;
  output.inIndentation = false;
}

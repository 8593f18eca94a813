/**
 * The end of what a program prints. All of it is read, so that the program never waits for us, and little of it kept. What is shown is
 * redacted first and cut after: a secret that is cut in two isn't known again.
 */
export interface OutputTail {
  readonly add: (chunk: Buffer) => void;
  /** Redacted, without control characters. */
  readonly text: (mask: (text: string) => string) => string;
}

const keptBytes = 64 * 1024;
const shownCharacters = 2 * 1024;

/** A secret whose beginning was not kept stands within so many characters. */
const cutCharacters = 16 * 1024;

export function outputTail(): OutputTail {
  const chunks: Buffer[] = [];
  let held = 0;
  let isCut = false;
  return {
    add(chunk) {
      chunks.push(chunk);
      held += chunk.length;
      for (let first = chunks[0]; first && held - first.length >= keptBytes; first = chunks[0]) {
        held -= first.length;
        chunks.shift();
        isCut = true;
      }
    },
    text(mask) {
      const redacted = mask(Buffer.concat(chunks).toString('utf8'));
      const whole = isCut ? redacted.slice(cutCharacters) : redacted;
      const shown = whole.slice(-shownCharacters);
      return `${isCut || shown.length < whole.length ? '... ' : ''}${printable(shown).trim()}`;
    },
  };
}

/** Programs colour their output; an escape sequence in a log line would do so to the operator's terminal. */
export function printable(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: those are what is taken out.
  return text.replace(/\u001b\[[\d;]*[A-Za-z]/g, '').replace(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g, '');
}

/** The last lines in one, for a message. */
export function lastLines(text: string): string {
  const line = text
    .split('\n')
    .map((each) => each.trim())
    .filter((each) => each !== '')
    .join(' | ');
  return line.length > longestLine ? `... ${line.slice(-longestLine)}` : line;
}

const longestLine = 400;

import { parse, TomlError } from 'smol-toml';
import type { Fault } from './fault.ts';

/** Why a text is no TOML document. */
export function tomlFault(text: string): Fault | undefined {
  try {
    parse(text, { integersAsBigInt: true });
    return undefined;
  } catch (error) {
    if (!(error instanceof TomlError)) throw error;
    const { line, column, message } = error;
    // Behind the first line stands a piece of the text.
    const first = message.split('\n', 1)[0] ?? '';
    return { line, column, what: words.find(([mark]) => first.includes(mark))?.[1] ?? 'something that TOML does not allow here' };
  }
}

/** What the parser says, and we say: a message of its that isn't here may quote the text. */
const words = [
  ['trying to redefine', 'a key or table for the second time'],
  ['end-of-line', 'something behind a value on its line'],
  ['unfinished string', 'a string that is never closed'],
  ['control characters', 'a control character in a string'],
  ['escape', 'an unknown escape in a string'],
  ['end of key', 'a key without a value'],
  ['illegal character in key', 'a character that a key needs quotes for'],
  ['excessively nested', 'it nests too deeply'],
  ['expected comma', 'a missing comma or bracket'],
  ['unfinished', 'a bracket that is never closed'],
  ['numeric', 'a number that is none'],
  ['date', 'a date or time that is none'],
  ['invalid value', 'a value that is none; a text needs quotes'],
] as const;

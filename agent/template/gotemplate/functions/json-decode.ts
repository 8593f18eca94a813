import { type JsonMaker, readJson } from '../../../core/json-reading.ts';
import { type JsonFault, jsonFault } from '../../../core/json-text.ts';
import { GoError } from '../go-error.ts';
import { dict, type GoValue, goString, list } from '../value.ts';

/** A JSON text as encoding/json reads it into an `interface {}` (gotemplate.md 14.2): every number becomes a float64. */
export function decodeJson(text: string): GoValue {
  const fault = jsonFault(text);
  if (fault) throw faultError(text, fault);
  let tooLarge: string | undefined;
  const make: JsonMaker<GoValue> = {
    word: (word) => word,
    text: (content) => content,
    number: (literal) => {
      const value = Number(literal);
      if (!Number.isFinite(value)) tooLarge ??= literal;
      return value;
    },
    list,
    object: dict,
  };
  const value = readJson(text, make) ?? null;
  // Go reads on to the end before it says so.
  if (tooLarge !== undefined) throw new GoError(`json: cannot unmarshal number ${tooLarge} into Go value of type float64`);
  return value;
}

function faultError(text: string, fault: JsonFault): GoError {
  if (fault.kind === 'end') return new GoError('unexpected end of JSON input', 'fixed');
  return new GoError(`invalid character ${quoteByte(text.charAt(fault.at) || ' ')} ${fault.where}`);
}

const escapes: Readonly<Record<string, string>> = {
  '\x07': '\\a',
  '\b': '\\b',
  '\f': '\\f',
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '\v': '\\v',
  '\\': '\\\\',
  "'": "\\'",
};

/** Go quotes the byte as if it were the code point of that number. */
function quoteByte(byte: string): string {
  const hex = byte.charCodeAt(0).toString(16).padStart(2, '0');
  if (escapes[byte] !== undefined) return `'${escapes[byte]}'`;
  if (byte < ' ' || byte === '\x7f') return `'\\x${hex}'`;
  return (byte > '\x7f' && byte < '\xa1') || byte === '\xad' ? `'\\u00${hex}'` : `'${goString(byte)}'`;
}

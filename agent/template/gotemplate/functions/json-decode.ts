import { type JsonMaker, readJson } from '../../../core/json-reading.ts';
import { type JsonFault, jsonFault } from '../../../core/json-text.ts';
import { GoError } from '../go-error.ts';
import { quoteRune } from '../printing/quote.ts';
import { dict, type GoValue, list } from '../value.ts';
import { appended } from './slice-room.ts';

/** A JSON text as encoding/json reads it into an `interface {}` (gotemplate.md 14.2): every number becomes a float64. */
export function decodeJson(text: string): GoValue {
  const { value, wrong } = decodeJsonPartly(text);
  if (wrong) throw wrong;
  return value;
}

/** As `decodeJson`, with what Go has made of the text when it says that something is wrong: numbers that are too large are nil. */
export function decodeJsonPartly(text: string): { readonly value: GoValue; readonly wrong?: GoError } {
  const fault = jsonFault(text);
  if (fault) return { value: null, wrong: faultError(text, fault) };
  let tooLarge: string | undefined;
  const make: JsonMaker<GoValue> = {
    word: (word) => word,
    text: (content) => content,
    number: (literal) => {
      const value = Number(literal);
      if (Number.isFinite(value)) return value;
      tooLarge ??= literal;
      return null;
    },
    list: (items) => list(appended(items)),
    object: dict,
  };
  const value = readJson(text, make) ?? null;
  if (tooLarge === undefined) return { value };
  return { value, wrong: new GoError(`json: cannot unmarshal number ${tooLarge} into Go value of type float64`) };
}

function faultError(text: string, fault: JsonFault): GoError {
  if (fault.kind === 'end') return new GoError('unexpected end of JSON input', 'fixed');
  // Go shows the byte as if it were the code point of that number.
  const found = quoteRune(fault.at < text.length ? text.charCodeAt(fault.at) : 0x20);
  return new GoError(`invalid character ${found} ${fault.where}`);
}

import { afterSpace, jsonFault } from '../../../core/json-text.ts';
import { GoError } from '../go-error.ts';
import { quoteRune } from '../printing/quote.ts';

/** The first JSON value of a text, as Go's json.Decoder takes it from a stream: what follows is not looked at. */
export function firstJsonValue(text: string): string {
  const fault = jsonFault(text);
  if (!fault) return text;
  if (fault.kind === 'end' || fault.at >= text.length) {
    throw new GoError(afterSpace(text, 0) === text.length ? 'EOF' : 'unexpected EOF', 'fixed');
  }
  if (fault.where === 'after top-level value') return text.slice(0, fault.at);
  throw new GoError(`invalid character ${quoteRune(text.charCodeAt(fault.at))} ${fault.where}`);
}

export type JsonKind = 'object' | 'array' | 'string' | 'number' | 'bool' | 'null';

/** What Go calls the kind of a JSON value, of which the text begins without white space. */
export function kindOfJson(raw: string): JsonKind {
  const kinds: Readonly<Record<string, JsonKind>> = {
    '{': 'object',
    '[': 'array',
    '"': 'string',
    t: 'bool',
    f: 'bool',
    n: 'null',
  };
  return kinds[raw.charAt(0)] ?? 'number';
}

export function cannotUnmarshal(kind: JsonKind, type: string): GoError {
  return new GoError(`json: cannot unmarshal ${kind} into Go value of type ${type}`);
}

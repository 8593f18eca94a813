import { GoError } from '../go-error.ts';
import type { GoValue } from '../value.ts';
import type { FunctionFamily } from './family.ts';
import { decodeJson, decodeJsonPartly } from './json-decode.ts';
import { encodeJson } from './json-encode.ts';
import { indentJson } from './json-indent.ts';

/** JSON in templates (gotemplate.md 12.5, 14). Without `must`, what has no JSON is no text, except for `toRawJson`. */
export const functions: FunctionFamily<'json'> = ({ room }) => {
  const compact = (value: GoValue) => encodeJson(value, 'escaped', room);
  const pretty = (value: GoValue) => indentJson(compact(value), room);
  const raw = (value: GoValue) => encodeJson(value, 'plain', room);
  return {
    toJson: (value) => orEmpty(compact, value),
    toPrettyJson: (value) => orEmpty(pretty, value),
    toRawJson: raw,
    fromJson: (text) => decodeJsonPartly(text).value,
    mustToJson: compact,
    mustToPrettyJson: pretty,
    mustToRawJson: raw,
    mustFromJson: decodeJson,
  };
};

function orEmpty(encode: (value: GoValue) => string, value: GoValue): string {
  try {
    return encode(value);
  } catch (error) {
    if (error instanceof GoError) return '';
    throw error;
  }
}

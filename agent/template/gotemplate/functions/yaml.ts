import { GoError } from '../go-error.ts';
import { dict, GoMap, type GoValue, kindOf } from '../value.ts';
import { composeYaml } from '../yaml/compose.ts';
import { decodeYaml } from '../yaml/decode.ts';
import { emitYaml } from '../yaml/emit.ts';
import { throughJson } from '../yaml/through-json.ts';
import type { YamlValue } from '../yaml/yaml-value.ts';
import type { FunctionFamily } from './family.ts';
import { encodeJson } from './json-encode.ts';
import type { FunctionWorld } from './world.ts';

/** `toYaml` and `fromYaml` (gotemplate.md 13 and 15). Neither fails: what goes wrong is an empty text, or the text of a dict's `Error`. */
export const functions: FunctionFamily<'yaml'> = (world) => ({
  // Go writes JSON, and reads that as YAML. So what YAML can't read can't be written.
  toYaml: (value) =>
    orElse(
      () => toYaml(value, world),
      () => '',
    ),
  fromYaml: (text) =>
    orElse(
      () => fromYaml(text, world),
      (error) => dict([['Error', error.message]]),
    ),
});

function orElse<Result>(attempt: () => Result, otherwise: (error: GoError) => Result): Result {
  try {
    return attempt();
  } catch (error) {
    if (error instanceof GoError) return otherwise(error);
    throw error;
  }
}

function toYaml(value: GoValue, world: FunctionWorld): string {
  const json = encodeJson(value, 'escaped', world.room);
  return emitYaml(readYaml(json, world), world.room).replace(/\n$/, '');
}

function readYaml(text: string, world: FunctionWorld): YamlValue {
  const node = composeYaml(text);
  return node === undefined ? null : decodeYaml(node, world.spend);
}

function fromYaml(text: string, world: FunctionWorld): GoMap {
  const value = orElse(
    () => throughJson(readYaml(text, world)),
    (error) => {
      throw new GoError(`error converting YAML to JSON: ${error.message}`);
    },
  );
  if (value === null) return dict();
  if (value instanceof GoMap) return value;
  const target = 'Go value of type map[string]interface {}';
  throw new GoError(`error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${jsonType(value)} into ${target}`);
}

function jsonType(value: GoValue): string {
  const kind = kindOf(value);
  return kind === 'slice' ? 'array' : kind === 'float64' ? 'number' : kind;
}

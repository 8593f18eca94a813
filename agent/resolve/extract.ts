import type { PropertyDialect } from '../core/dialect.ts';
import { type GoJson, parseGoJson, rawMembers, writeGoJson } from '../core/go-json.ts';
import { decodeJsonString } from '../core/json-string.ts';
import { plainDecimal } from '../core/plain-decimal.ts';
import type { Values } from './entry-keys.ts';
import { Failure } from './failure.ts';
import { latin1 } from './property.ts';

/** The members of a payload that must be one JSON object; `null` has none. Of equal members the last wins. Throws Failure. */
export function extracted(payload: Uint8Array, numbers: PropertyDialect['numbers']): Values {
  return numbers === 'raw' ? sourceTexts(latin1(payload)) : viaFloats(latin1(payload));
}

/** Strings unquoted, null as nothing, everything else as it stands in the source, white space and all. */
function sourceTexts(document: string): Values {
  const members = rawMembers(document);
  if ('wrong' in members) throw notAnObject(members.wrong);
  return new Map((members.value ?? []).map(([key, raw]) => [textOf(key), Buffer.from(unquoted(raw), 'latin1')]));
}

function unquoted(raw: string): string {
  if (raw.startsWith('"')) return decodeJsonString(raw);
  return raw === 'null' ? '' : raw;
}

function viaFloats(document: string): Values {
  const parsed = parseGoJson(document);
  if ('wrong' in parsed) throw notAnObject(parsed.wrong);
  if (parsed.value === null) return new Map();
  if (!(parsed.value instanceof Map)) throw notAnObject('no JSON object');
  return rendered(parsed.value);
}

/** Members as bytes: numbers as plain decimals of a float64, nested values as JSON with `<`, `>`, `&` escaped. */
export function rendered(members: ReadonlyMap<string, GoJson>): Values {
  return new Map([...members].map(([key, value]) => [textOf(key), Buffer.from(render(value), 'latin1')]));
}

function render(value: GoJson): string {
  if (value === null) return '';
  if (typeof value === 'string') return value;
  if (typeof value === 'object' && 'literal' in value) return plainDecimal(value.value);
  return writeGoJson(value, { html: 'escaped', numbers: 'float' });
}

function textOf(key: string): string {
  return Buffer.from(key, 'latin1').toString('utf8');
}

function notAnObject(why: string): Failure {
  return new Failure(`the value must be one JSON object to extract its members (${why})`);
}

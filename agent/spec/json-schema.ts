import type { JsonSchema } from '../core/shape.ts';
import { apiVersions, isKindName, type KindName, kindShapes } from './kinds.ts';
import type { Providers } from './store.ts';

/**
 * One JSON Schema for all kinds that a spec may hold, for editors (yaml-language-server) and for checks in a pipeline. It comes from the
 * shapes that decode, so it says what they say; what needs other objects (is there such a store?) only `keytide check` knows. Draft 7,
 * which editors know best. Documents of other kinds pass, as the agent skips them.
 */
export function jsonSchema(providers: Providers): JsonSchema {
  const shapes = kindShapes(providers);
  const kinds = Object.keys(shapes).filter(isKindName);
  return {
    $schema: 'http://json-schema.org/draft-07/schema#',
    title: 'Keytide spec',
    type: 'object',
    required: ['kind'],
    properties: { apiVersion: { type: 'string' }, kind: { type: 'string' } },
    allOf: [
      ...kinds.map((kind) => ifThen(isOf(kind), { $ref: `#/definitions/${kind}` })),
      ifThen({ properties: { kind: { pattern: 'List$' } }, required: ['kind', 'items'] }, listOfObjects),
    ],
    definitions: Object.fromEntries(kinds.map((kind) => [kind, definition(kind, shapes[kind].schema)])),
  };
}

function ifThen(condition: JsonSchema, consequence: JsonSchema): JsonSchema {
  // biome-ignore lint/suspicious/noThenProperty: it is a word of JSON Schema, and nothing awaits a schema.
  return { if: condition, then: consequence };
}

const listOfObjects = { properties: { items: { type: 'array', items: { $ref: '#' } } } };

/** Kinds of Kubernetes itself have names that others use, too: those are told by their version as well. */
function isOf(kind: KindName): JsonSchema {
  const versions: readonly string[] = apiVersions[kind];
  const isCore = versions.every((version) => !version.includes('/'));
  return isCore
    ? { properties: { kind: { const: kind }, apiVersion: { enum: versions } }, required: ['kind', 'apiVersion'] }
    : { properties: { kind: { const: kind } }, required: ['kind'] };
}

function definition(kind: KindName, schema: JsonSchema): JsonSchema {
  const { properties, required } = schema;
  const header = { apiVersion: { enum: apiVersions[kind] }, kind: { const: kind } };
  return {
    ...schema,
    properties: { ...(typeof properties === 'object' ? properties : {}), ...header },
    required: ['apiVersion', 'kind', ...(Array.isArray(required) ? required : [])],
  };
}

import { object, optional, required, withDefault } from '../core/object-shape.ts';
import { oneOf, record, type Shape, string } from '../core/shape.ts';
import { type Located, located } from '../core/shape-rules.ts';
import type { RemoteRef } from '../core/spec.ts';

/** How found values become entries. ESO's v1 schema has no defaults for these; absent behaves so (eso.md 0, rule 1). */
const strategies = {
  conversionStrategy: withDefault(oneOf('Default', 'Unicode'), 'Default'),
  decodingStrategy: withDefault(oneOf('None', 'Base64', 'Base64URL', 'Auto'), 'None'),
  nullBytePolicy: withDefault(oneOf('Ignore', 'Fail'), 'Ignore'),
};

/** `data[].remoteRef` and `dataFrom[].extract`. */
export const remoteRef: Shape<RemoteRef> = object({
  key: required(string({ minLength: 1, description: 'Name, path or id of the object, as its store has it.' })),
  property: withDefault(string({ description: 'Which part of the object: a gjson path for most stores.' }), ''),
  version: withDefault(string(), ''),
  metadataPolicy: withDefault(oneOf('None', 'Fetch'), 'None'),
  ...strategies,
});

export interface FindFields {
  readonly path?: string;
  /** The source of a regular expression. */
  readonly name?: { readonly regexp: Located<string> };
  readonly tags?: Readonly<Record<string, string>>;
  readonly conversionStrategy: RemoteRef['conversionStrategy'];
  readonly decodingStrategy: RemoteRef['decodingStrategy'];
  readonly nullBytePolicy: RemoteRef['nullBytePolicy'];
}

/** `dataFrom[].find`. */
export const findFields: Shape<FindFields> = object({
  path: optional(string()),
  name: optional(object({ regexp: required(located(string({ description: 'RE2, unanchored.' }))) })),
  tags: optional(record(string())),
  ...strategies,
});

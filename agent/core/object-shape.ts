import { didYouMean } from './problem.ts';
import {
  anything,
  below,
  invalid,
  inWords,
  type JsonSchema,
  type MapEntry,
  refuse,
  type Shape,
  type ShapeContext,
  type SpecNode,
} from './shape.ts';

type Field<T> =
  | { readonly presence: 'required' | 'optional'; readonly shape: Shape<T> }
  /** `written`: the default as a manifest would write it, where that isn't `value`. */
  | { readonly presence: 'default'; readonly shape: Shape<T>; readonly value: T; readonly written?: string }
  /** Accepted and without meaning in a pod: `check` says what happens instead. */
  | { readonly presence: 'ignored'; readonly shape: Shape<unknown>; readonly note: string };

/** The field must be there. `null` counts as absent, as in Kubernetes. */
export function required<T>(shape: Shape<T>): Field<T> & { presence: 'required' } {
  return { presence: 'required', shape };
}
export function optional<T>(shape: Shape<T>): Field<T> & { presence: 'optional' } {
  return { presence: 'optional', shape };
}
export function withDefault<T>(shape: Shape<T>, value: T, written?: string): Field<T> & { presence: 'default' } {
  return { presence: 'default', shape, value, ...(written === undefined ? {} : { written }) };
}
/** `note` '' says nothing in `check`. */
export function ignored(note: string, shape: Shape<unknown> = anything()): Field<never> & { presence: 'ignored' } {
  return { presence: 'ignored', shape, note };
}

type AnyField = Field<never> | Field<unknown>;
type Fields = Readonly<Record<string, AnyField>>;
type ValueOf<F> = F extends { readonly shape: Shape<infer T> } ? T : never;
type KeysOf<F, P> = { [K in keyof F]: F[K] extends { readonly presence: P } ? K : never }[keyof F];
export type ObjectOf<F> = { readonly [K in KeysOf<F, 'required' | 'default'>]: ValueOf<F[K]> } & {
  readonly [K in KeysOf<F, 'optional'>]?: ValueOf<F[K]>;
};

/** A map with known members. Unknown ones are errors that name the nearest. */
export function object<const F extends Fields>(fields: F, rules: { readonly description?: string } = {}): Shape<ObjectOf<F>> {
  return {
    schema: objectSchema(fields, rules.description),
    decode(node, context) {
      if (node.kind !== 'map') return refuse(node, context, `${inWords(node)} stands here; a map is wanted`);
      let ok = noUnknownMembers(node.entries, fields, context);
      const decoded: Record<string, unknown> = {};
      for (const [name, field] of Object.entries(fields)) {
        const value = decodeField(node, name, field, context);
        if (value === invalid) ok = false;
        else if (value !== undefined) decoded[name] = value;
      }
      // The fields' types say what stands in `decoded`; TypeScript can't follow a loop over them.
      return ok ? (decoded as ObjectOf<F>) : invalid;
    },
  };
}

function noUnknownMembers(entries: ReadonlyMap<string, MapEntry>, fields: Fields, context: ShapeContext): boolean {
  let ok = true;
  for (const [name, { keyPlace }] of entries) {
    if (Object.hasOwn(fields, name)) continue;
    ok = false;
    const message = `unknown field; allowed: ${worthNaming(fields).join(', ')}${didYouMean(name, Object.keys(fields))}`;
    context.report({ severity: 'error', place: keyPlace, path: below(context, name).path, message });
  }
  return ok;
}

/** Not what is passed over in silence (`status`, `managedFields`). */
function worthNaming(fields: Fields): readonly string[] {
  return Object.keys(fields).filter((name) => {
    const field = fields[name];
    return !(field?.presence === 'ignored' && field.note === '');
  });
}

function decodeField(map: SpecNode & { kind: 'map' }, name: string, field: AnyField, context: ShapeContext): unknown {
  const entry = map.entries.get(name);
  const here = below(context, name);
  if (!entry || entry.node.kind === 'null') {
    if (field.presence === 'required') return refuse(entry?.node ?? map, here, 'must be given');
    return field.presence === 'default' ? field.value : undefined;
  }
  const value = field.shape.decode(entry.node, here);
  if (field.presence !== 'ignored') return value;
  if (field.note) context.report({ severity: 'note', place: entry.keyPlace, path: here.path, message: field.note });
  return value === invalid ? invalid : undefined;
}

function objectSchema(fields: Fields, description: string | undefined): JsonSchema {
  const properties: Record<string, JsonSchema> = {};
  const needed: string[] = [];
  for (const [name, field] of Object.entries(fields)) {
    if (field.presence === 'required') needed.push(name);
    properties[name] = {
      ...field.shape.schema,
      ...(field.presence === 'ignored' && field.note ? { description: field.note } : {}),
      ...(field.presence === 'default' ? defaultSchema(field.value, field.written) : {}),
    };
  }
  return {
    type: 'object',
    properties,
    additionalProperties: false,
    ...(needed.length ? { required: needed } : {}),
    ...(description ? { description } : {}),
  };
}

/** Lists and maps that are absent need no words. */
function defaultSchema(value: unknown, written: string | undefined): JsonSchema {
  if (written !== undefined) return { default: written };
  return typeof value === 'object' || value === '' ? {} : { default: value };
}

import { didYouMean, type Place, type Problem } from './problem.ts';

/**
 * One definition for each part of the spec gives both its decoder and its JSON Schema, so that the two can't disagree.
 * A shape reports every problem it meets and goes on; `invalid` stands for what could not be decoded.
 */
export interface Shape<T> {
  readonly decode: (node: SpecNode, context: ShapeContext) => T | Invalid;
  readonly schema: JsonSchema;
}

export const invalid: unique symbol = Symbol('invalid');
export type Invalid = typeof invalid;
export type JsonSchema = Readonly<Record<string, unknown>>;

/** A value of the spec with its place, as the YAML reader hands it over. Maps keep document order and have no duplicate keys. */
export type SpecNode =
  | { readonly kind: 'null'; readonly place: Place }
  | { readonly kind: 'boolean'; readonly value: boolean; readonly text: string; readonly place: Place }
  | { readonly kind: 'number'; readonly value: number; readonly text: string; readonly place: Place }
  | { readonly kind: 'string'; readonly value: string; readonly place: Place }
  | { readonly kind: 'list'; readonly items: readonly SpecNode[]; readonly place: Place }
  | { readonly kind: 'map'; readonly entries: ReadonlyMap<string, MapEntry>; readonly place: Place };

export interface MapEntry {
  readonly keyPlace: Place;
  readonly node: SpecNode;
}

export interface ShapeContext {
  /** Such as `ExternalSecret db: spec.data[0]`. */
  readonly path: string;
  readonly report: (problem: Problem) => void;
}

/** What `shape` decodes to. */
export type TypeOf<S> = S extends Shape<infer T> ? T : never;

/** Reports an error at a node. Returns `invalid`, so that a decoder can end with it. */
export function refuse(node: SpecNode, context: ShapeContext, message: string): Invalid {
  context.report({ severity: 'error', place: node.place, path: pathOf(context), message });
  return invalid;
}

/** Like `refuse`, for what a later version brings: a warning where nothing uses the object. */
export function refuseLater(node: SpecNode, context: ShapeContext, what: string): Invalid {
  context.report({ ...laterProblem(what), place: node.place, path: pathOf(context) });
  return invalid;
}

/** `what` is a plural or singular subject with its verb left out: `target.template.data`. */
export function laterProblem(what: string): { readonly severity: 'error'; readonly message: string; readonly later: true } {
  return { severity: 'error', message: `${what} comes with a later version of Keytide`, later: true };
}

/** The path as a problem shows it. At the root of an object it is `ExternalSecret db`, and the context's own ends with `: `. */
export function pathOf(context: ShapeContext): string {
  return context.path.replace(/: $/, '');
}

/** The context of a member (`.name`) or an item (`[0]`). */
export function below(context: ShapeContext, step: string | number): ShapeContext {
  const path =
    typeof step === 'number' ? `${context.path}[${step}]` : `${context.path}${/[: ]$/.test(context.path) ? '' : '.'}${step}`;
  return { ...context, path };
}

/** What stands at the node, in words: `a list`, `the number 010`. Never the text of a string: it may be a secret. */
export function inWords(node: SpecNode): string {
  switch (node.kind) {
    case 'null':
      return 'nothing';
    case 'boolean':
    case 'number':
      return `the ${node.kind} ${node.text}`;
    case 'string':
      return 'text';
    case 'list':
      return 'a list';
    case 'map':
      return 'a map';
  }
}

export interface StringRules {
  readonly pattern?: RegExp;
  /** What the pattern means, for the message: `lower-case letters, digits, - and .`. */
  readonly allowed?: string;
  readonly maxLength?: number;
  readonly minLength?: number;
  readonly description?: string;
}

export function string(rules: StringRules = {}): Shape<string> {
  const { pattern, allowed, maxLength, minLength = 0, description } = rules;
  return {
    schema: {
      type: 'string',
      ...(pattern ? { pattern: pattern.source } : {}),
      ...(maxLength === undefined ? {} : { maxLength }),
      ...(minLength === 0 ? {} : { minLength }),
      ...(description ? { description } : {}),
    },
    decode(node, context) {
      if (node.kind !== 'string') return refuse(node, context, notText(node));
      if (node.value.length < minLength) return refuse(node, context, 'must not be empty');
      if (maxLength !== undefined && node.value.length > maxLength)
        return refuse(node, context, `longer than ${maxLength} characters`);
      if (pattern && !pattern.test(node.value))
        return refuse(node, context, `not allowed here; allowed: ${allowed ?? pattern.source}`);
      return node.value;
    },
  };
}

/**
 * YAML reads `yes`, `010` and `1e3` as something else than text; kubectl refuses them then, and so do we. A number isn't shown: it may
 * be a password that should have been quoted.
 */
function notText(node: SpecNode): string {
  if (node.kind === 'number') return 'a number stands here; text is wanted: put it in quotes';
  const advice = node.kind === 'boolean' ? `; quote it: "${node.text}"` : '';
  return `${inWords(node)} stands here; text is wanted${advice}`;
}

export function boolean(): Shape<boolean> {
  return {
    schema: { type: 'boolean' },
    decode: (node, context) =>
      node.kind === 'boolean' ? node.value : refuse(node, context, `${inWords(node)} stands here; true or false is wanted`),
  };
}

export function integer(rules: { readonly min?: number; readonly max?: number } = {}): Shape<number> {
  const { min, max } = rules;
  return {
    schema: { type: 'integer', ...(min === undefined ? {} : { minimum: min }), ...(max === undefined ? {} : { maximum: max }) },
    decode(node, context) {
      if (node.kind !== 'number' || !Number.isSafeInteger(node.value))
        return refuse(node, context, `${inWords(node)} stands here; a whole number is wanted`);
      if (min !== undefined && node.value < min) return refuse(node, context, `${node.text} is less than ${min}`);
      if (max !== undefined && node.value > max) return refuse(node, context, `${node.text} is more than ${max}`);
      return node.value;
    },
  };
}

/** One of a few words. */
export function oneOf<const Names extends readonly string[]>(...names: Names): Shape<Names[number]> {
  return {
    schema: { type: 'string', enum: names },
    decode(node, context) {
      const name = names.find((candidate) => node.kind === 'string' && candidate === node.value);
      if (name !== undefined) return name;
      const shown = node.kind === 'string' ? `"${node.value.slice(0, 60)}" is not known here` : `${inWords(node)} stands here`;
      return refuse(
        node,
        context,
        `${shown}; allowed: ${names.join(', ')}${node.kind === 'string' ? didYouMean(node.value, names) : ''}`,
      );
    },
  };
}

export function list<T>(item: Shape<T>, rules: { readonly min?: number } = {}): Shape<readonly T[]> {
  const { min = 0 } = rules;
  return {
    schema: { type: 'array', items: item.schema, ...(min ? { minItems: min } : {}) },
    decode(node, context) {
      if (node.kind !== 'list') return refuse(node, context, `${inWords(node)} stands here; a list is wanted`);
      if (node.items.length < min) return refuse(node, context, `at least ${min} wanted`);
      const items = node.items.map((each, index) => item.decode(each, below(context, index)));
      const decoded = items.filter((each): each is Exclude<typeof each, Invalid> => each !== invalid);
      return decoded.length === items.length ? decoded : invalid;
    },
  };
}

/** A map with keys of the user's choice. */
export function record<T>(value: Shape<T>): Shape<Readonly<Record<string, T>>> {
  return {
    schema: { type: 'object', additionalProperties: value.schema },
    decode(node, context) {
      if (node.kind !== 'map') return refuse(node, context, `${inWords(node)} stands here; a map is wanted`);
      const decoded: Record<string, T> = Object.create(null);
      let ok = true;
      for (const [key, entry] of node.entries) {
        const member = value.decode(entry.node, below(context, key));
        if (member === invalid) ok = false;
        else decoded[key] = member;
      }
      return ok ? decoded : invalid;
    },
  };
}

/** Anything goes, and nothing looks at it: status, managedFields. */
export function anything(): Shape<SpecNode> {
  return { schema: {}, decode: (node) => node };
}

/** Decodes further what `shape` decoded: `make` returns a value, or a text that says what is wrong. */
export function refine<A, B>(shape: Shape<A>, make: (value: A) => { readonly value: B } | { readonly wrong: string }): Shape<B> {
  return derive(shape, (value, node, context) => {
    const made = make(value);
    return 'wrong' in made ? refuse(node, context, made.wrong) : made.value;
  });
}

/** Like `refine`, for rules over several members: `make` reports at the places it finds wrong, and then returns `invalid`. */
export function derive<A, B>(shape: Shape<A>, make: (value: A, node: SpecNode, context: ShapeContext) => B | Invalid): Shape<B> {
  return {
    schema: shape.schema,
    decode(node, context) {
      const value = shape.decode(node, context);
      return value === invalid ? invalid : make(value, node, context);
    },
  };
}

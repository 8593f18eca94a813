import type { Place, Problem } from './problem.ts';
import { derive, invalid, type JsonSchema, pathOf, refuse, type Shape, type ShapeContext } from './shape.ts';

/** A decoded value that remembers where it stands, for checks that need the whole spec. */
export interface Located<T> {
  readonly value: T;
  readonly place: Place;
  /** Such as `ExternalSecret db: spec.secretStoreRef`. */
  readonly path: string;
}

/** Keeps the place beside the value. */
export function located<T>(shape: Shape<T>): Shape<Located<T>> {
  return derive(shape, (value, node, context) => ({ value, place: node.place, path: pathOf(context) }));
}

/** A problem at the place of a located value. */
export function problemAt(at: Located<unknown>, severity: Problem['severity'], message: string): Problem {
  return { severity, place: at.place, path: at.path, message };
}

/** An object that holds exactly one of these members (others may stand beside it). */
export function exactlyOneOf<T extends object>(shape: Shape<T>, names: readonly (keyof T & string)[]): Shape<T> {
  const checked = derive(shape, (value, node, context) => {
    const given = names.filter((name) => value[name] !== undefined);
    if (given.length === 1) return value;
    const allowed = names.length === 1 ? `${names[0]} must be given` : `exactly one of ${names.join(', ')} is wanted`;
    return refuse(node, context, given.length === 0 ? allowed : `${given.join(' and ')} stand here together; ${allowed}`);
  });
  return { ...checked, schema: withRule(shape.schema, { oneOf: names.map((name) => ({ required: [name] })) }) };
}

/** One or the other, such as a number of seconds or a duration. `wanted` says both in words. */
export function either<A, B>(first: Shape<A>, second: Shape<B>, wanted: string): Shape<A | B> {
  return {
    schema: { anyOf: [first.schema, second.schema] },
    decode(node, context) {
      const silent: ShapeContext = { ...context, report: () => {} };
      const value = first.decode(node, silent);
      if (value !== invalid) return value;
      const other = second.decode(node, silent);
      return other === invalid ? refuse(node, context, `${wanted} is wanted`) : other;
    },
  };
}

function withRule(schema: JsonSchema, rule: JsonSchema): JsonSchema {
  return { ...schema, allOf: [...(Array.isArray(schema['allOf']) ? schema['allOf'] : []), rule] };
}

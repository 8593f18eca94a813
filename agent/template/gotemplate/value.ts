/**
 * The values of Go templates (gotemplate.md 1). A Go string is bytes: here it is a string with one character a byte (`latin1`), so
 * that lengths, slices, hashes and columns count as Go counts. A number is a float64, `null` is nil.
 */
export type GoValue = string | boolean | number | null | GoInt | GoList | GoMap | GoObject;

/** `time.Month` and its like are int with a text of their own. */
export type IntType = 'int' | 'int64' | 'uint64' | 'uint32' | 'uint8' | 'time.Month' | 'time.Weekday' | 'time.Duration';

/** An integer of a type; always within the range of its type. */
export class GoInt {
  readonly type: IntType;
  readonly value: bigint;

  constructor(type: IntType, value: bigint) {
    this.type = type;
    this.value = value;
  }
}

/** The type by which templates know an integer: of a literal, a length, an index. Wraps around at 64 bits, as Go does. */
export function int(value: bigint | number): GoInt {
  return new GoInt('int', BigInt.asIntN(64, BigInt(value)));
}

export function int64(value: bigint): GoInt {
  return new GoInt('int64', BigInt.asIntN(64, value));
}

export type ListType = '[]interface {}' | '[]string' | '[]int' | '[][]interface {}';

/** A slice. Nothing in a template changes one, but for `sortAlpha` a []string, so what Go would share may be copied. */
export class GoList {
  readonly type: ListType;
  readonly items: readonly GoValue[];
  /** A nil slice: it prints as an empty one, but is `null` in JSON. */
  readonly isNil: boolean;

  constructor(type: ListType, items: readonly GoValue[] | null) {
    this.type = type;
    this.items = items ?? [];
    this.isNil = items === null;
  }
}

export function list(items: readonly GoValue[] | null): GoList {
  return new GoList('[]interface {}', items);
}

export type MapType = 'map[string]interface {}' | 'map[string]string';

/** A map with string keys. `set`, `unset` and `merge` change it in place, and everyone who has it sees that. */
export class GoMap {
  readonly type: MapType;
  readonly entries: Map<string, GoValue>;
  /** A nil map: it prints as an empty one, but is `null` in JSON, and nothing can be set in it. */
  readonly isNil: boolean;

  constructor(type: MapType, entries: Iterable<readonly [string, GoValue]> | null = []) {
    this.type = type;
    this.entries = new Map(entries ?? []);
    this.isNil = entries === null;
  }

  /** In the order of the keys' bytes, as `range` and printing go. */
  sorted(): readonly (readonly [string, GoValue])[] {
    return [...this.entries].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  }
}

export function dict(entries: Iterable<readonly [string, GoValue]> | null = []): GoMap {
  return new GoMap('map[string]interface {}', entries);
}

/** A method that a template may call: its parameters are checked as those of a function. */
export interface GoMethod {
  /** As in the table of functions, such as `Format(string) string`. */
  readonly signature: string;
  readonly call: (...args: readonly GoValue[]) => GoValue;
}

/** A struct, or a pointer to one: a time, a version, a certificate. */
export abstract class GoObject {
  /** As `%T` prints it. */
  abstract readonly type: string;
  abstract readonly goKind: 'struct' | 'ptr';

  /** Its String method; undefined when it has none. */
  text(): string | undefined {
    return undefined;
  }

  /** Its MarshalJSON, as JSON text; undefined when it has none. */
  json(): string | undefined {
    return undefined;
  }

  /** Its GoString method, which `%#v` asks; undefined when it has none. */
  goSyntax(): string | undefined {
    return undefined;
  }

  method(_name: string): GoMethod | undefined {
    return undefined;
  }

  /** Exported fields, in their order. */
  fields(): readonly (readonly [name: string, value: GoValue])[] {
    return [];
  }

  /** All fields, as verbs print them that know no String method, such as `%d`. */
  insides(): readonly (readonly [name: string, value: GoValue])[] {
    return this.fields();
  }

  /** Go's `==`: of pointers whether they are the same, of structs whether they hold the same. */
  equals(other: GoObject): boolean {
    return this === other;
  }

  /** Go's reflect.DeepEqual, of two of the same type: a pointer is what it points to. */
  deepEquals(other: GoObject): boolean {
    return this.equals(other);
  }
}

/** A nil pointer, as a struct holds it; no template gets hold of one. */
export class NilPointer extends GoObject {
  override readonly type: string;
  override readonly goKind = 'ptr';

  constructor(type: string) {
    super();
    this.type = type;
  }
}

/** As `%T` prints it. */
export function typeName(value: GoValue): string {
  if (value === null) return '<nil>';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  return value.type;
}

export type GoKind =
  | 'invalid'
  | 'string'
  | 'bool'
  | 'float64'
  | 'int'
  | 'int64'
  | 'uint64'
  | 'uint32'
  | 'uint8'
  | 'slice'
  | 'map'
  | 'struct'
  | 'ptr';

/** As Go's reflect calls it. */
export function kindOf(value: GoValue): GoKind {
  if (value === null) return 'invalid';
  if (typeof value === 'string') return 'string';
  if (typeof value === 'number') return 'float64';
  if (typeof value === 'boolean') return 'bool';
  if (value instanceof GoList) return 'slice';
  if (value instanceof GoMap) return 'map';
  if (value instanceof GoObject) return value.goKind;
  if (value.type === 'time.Duration') return 'int64';
  return value.type === 'time.Month' || value.type === 'time.Weekday' ? 'int' : value.type;
}

/** gotemplate.md 1.4: what `if`, `and`, `or`, `not` go by. */
export function isTrue(value: GoValue): boolean {
  if (value === null) return false;
  if (typeof value === 'string') return value !== '';
  if (typeof value === 'number') return value !== 0;
  if (typeof value === 'boolean') return value;
  if (value instanceof GoInt) return value.value !== 0n;
  if (value instanceof GoList) return value.items.length > 0;
  return value instanceof GoMap ? value.entries.size > 0 : true;
}

/** UTF-8 text as a Go string. */
export function goString(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

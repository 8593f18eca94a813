import type { Chance } from './chance.ts';
import type { Datum } from './datum.ts';
import type { Material } from './original.ts';

/** What an expression gives, as far as the generator cares. */
export type Kind =
  | 'string'
  | 'bool'
  | 'int'
  | 'int64'
  | 'float'
  | 'value'
  | 'dict'
  | 'texts'
  | 'list'
  | 'strings'
  | 'ints'
  | 'time'
  | 'semver'
  | 'nil';

export interface Variable {
  readonly name: string;
  readonly kind: Kind;
}

/** Where an expression stands, and what it may use. */
export interface Scope {
  readonly chance: Chance;
  readonly material: Material;
  /** Grows as expressions ask for members; whoever reads `.name` put the name here, or left it out on purpose. */
  readonly data: Map<string, Datum>;
  /** Whether the root may hold anything, not only texts. */
  readonly isTyped: boolean;
  /** How the root is reached; undefined inside a template that was not given it. */
  readonly root: '.' | '$.' | undefined;
  readonly dot: Kind | 'root';
  readonly variables: readonly Variable[];
  /** Names of templates that are defined, with what they are given. */
  readonly templates: readonly (readonly [name: string, takes: Kind | 'root'])[];
  readonly isInRange: boolean;
  /** Counts down, so that a template ends. */
  readonly budget: { left: number };
  /** The functions to reach for. */
  readonly functions: readonly string[];
  /** Wrong types, wrong counts and missing keys happen; in some templates not at all. */
  readonly hasMistakes: boolean;
}

/** Whether something goes wrong here, seldom and only where mistakes are allowed. */
export function slips(scope: Scope, probability: number): boolean {
  return scope.hasMistakes && scope.chance.happens(probability);
}

const names = ['user', 'pass', 'host', 'port', 'data', 'text', 'value', 'key1', 'x', 'y', 'tls_crt', 'json', 'n'];

/** A member of the root that holds this; undefined where the root can't be reached. */
export function member(scope: Scope, prefix: string, datum: Datum): string | undefined {
  const { chance, data, root } = scope;
  if (!root || (typeof datum !== 'string' && !scope.isTyped)) return undefined;
  if (slips(scope, 0.008)) return `${root}nope`;
  if (chance.happens(0.06)) {
    const name = unused(data, chance.pick(['a-b', '.dockerconfigjson', 'tls.crt', 'x y', '1st', 'é']));
    data.set(name, datum);
    return `(index ${root === '.' ? '.' : '$'} ${JSON.stringify(name)})`;
  }
  const name = unused(data, chance.happens(0.5) ? prefix : chance.pick(names));
  data.set(name, datum);
  return root + name;
}

function unused(data: ReadonlyMap<string, Datum>, name: string): string {
  for (let count = 0; ; count += 1) {
    const tried = count === 0 ? name : `${name}${count}`;
    if (!data.has(tried)) return tried;
  }
}

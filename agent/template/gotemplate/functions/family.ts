import type { GoList, GoMap, GoObject, GoValue } from '../value.ts';
import type { signatures } from './signatures.ts';
import type { FunctionWorld } from './world.ts';

/** A module of `functions/`: what it exports as `functions`. */
export type FunctionFamily<Family extends keyof typeof signatures> = (world: FunctionWorld) => {
  readonly [Signature in (typeof signatures)[Family][number] as NameIn<Signature>]: Implementation<Signature>;
};

type NameIn<Signature extends string> = Signature extends `${infer Name}(${string}` ? Name : never;

/** The TypeScript function for a signature of Go: `abbrev(int, string) string` is `(a: bigint, b: string) => string`. */
type Implementation<Signature extends string> = Signature extends `${string}(${infer Parameters}) ${infer Result}`
  ? (...args: ArgumentsOf<Parameters>) => ResultOf<Result>
  : never;

type ArgumentsOf<Parameters extends string> = Parameters extends ''
  ? []
  : Parameters extends `${infer First}, ${infer Rest}`
    ? [ArgumentOf<First>, ...ArgumentsOf<Rest>]
    : Parameters extends `...${infer Each}`
      ? ArgumentOf<Each>[]
      : [ArgumentOf<Parameters>];

type ArgumentOf<Type extends string> = Type extends keyof Arguments ? Arguments[Type] : never;

interface Arguments {
  readonly any: GoValue;
  readonly string: string;
  /** A string type of its own, which only a literal is assignable to. */
  readonly HashAlgorithm: string;
  readonly bool: boolean;
  readonly int: bigint;
  readonly uint32: bigint;
  readonly float64: number;
  readonly dict: GoMap;
  readonly '[]any': GoList | null;
  readonly 'time.Time': GoObject;
  readonly certificate: GoObject;
}

type ResultOf<Type extends string> = Type extends keyof Results ? Results[Type] : never;

/** What the caller makes a Go value of. `null` for a list is a nil slice. */
interface Results {
  readonly any: GoValue;
  readonly string: string;
  readonly bool: boolean;
  readonly int: bigint;
  readonly int64: bigint;
  readonly float64: number;
  readonly dict: GoMap;
  readonly 'map[string]string': ReadonlyMap<string, string>;
  readonly '[]any': readonly GoValue[] | null;
  readonly '[][]any': readonly GoList[] | null;
  readonly '[]string': readonly string[] | null;
  readonly '[]int': readonly bigint[] | null;
  readonly 'time.Time': GoObject;
  readonly '*semver.Version': GoObject;
  readonly certificate: GoObject;
}

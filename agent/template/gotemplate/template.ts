import { type Budget, openBudget, type TemplateLimits } from './budget.ts';
import { builtin, isBuiltin } from './builtins.ts';
import type { TemplateFunction } from './call.ts';
import { execute } from './execute.ts';
import { fromValue, toArgument } from './function-values.ts';
import {
  type Implementation,
  isRepeatable,
  isSlow,
  type LoadedFamilies,
  listedSignature,
  loadFamilies,
} from './functions/load.ts';
import { signatureOf } from './functions/signature.ts';
import type { FunctionWorld } from './functions/world.ts';
import { parseTemplate } from './parser.ts';
import type { MissingKey, Run } from './state.ts';
import type { Delimiters } from './token.ts';
import type { GoMap } from './value.ts';

export interface TemplateOptions {
  /** What a field of a map gives that has no such key; `error` unless given. */
  readonly missingKey?: MissingKey;
  readonly delimiters?: Delimiters;
}

/** What a run takes from outside: it is the same for the same input, unless these differ. */
export type TemplateEffects = Pick<FunctionWorld, 'now' | 'randomBytes'>;

/** A template, parsed, with the functions it calls at hand. */
export interface GoTemplate {
  /** True when its output depends on nothing but the data: it asks for no effects. */
  readonly isRepeatable: boolean;
  /** Throws TemplateError with Go's message, or LimitExceeded. Data and result are Go strings. */
  readonly execute: (data: GoMap, effects: TemplateEffects, limits?: TemplateLimits) => string;
}

/**
 * Go's text/template with the functions of External Secrets Operator. `source` and `name` are Go strings (`latin1`); `name` is
 * what errors call it. Throws TemplateError with Go's message, or LimitExceeded.
 */
export async function compileGoTemplate(source: string, name: string, options: TemplateOptions = {}): Promise<GoTemplate> {
  const { missingKey = 'error', delimiters = ['{{', '}}'] } = options;
  const isFunction = (word: string): boolean => isBuiltin(word) || listedSignature(word) !== undefined;
  const { bodies, functions } = parseTemplate(source, name, { delimiters, isFunction });
  const families = await loadFamilies([...functions].filter((each) => !isBuiltin(each)));
  return {
    isRepeatable: [...functions].every(isRepeatable),
    execute: (data, { now, randomBytes }, limits = {}) => {
      const budget = openBudget(limits);
      const world = { now, randomBytes, room: budget.room, spend: budget.spend };
      const shared = { source, name, missingKey, bodies, budget };
      const run: Run = {
        ...shared,
        functions: functionTable(functions, families, world, budget),
        output: [],
        outputBytes: 0,
        depth: 0,
      };
      const main = bodies.get(name);
      if (main) execute(run, name, main, data);
      return run.output.join('');
    },
  };
}

function functionTable(
  names: ReadonlySet<string>,
  families: LoadedFamilies,
  world: FunctionWorld,
  { untimed }: Budget,
): ReadonlyMap<string, TemplateFunction> {
  const implementations = families.map((family) => family(world));
  const table = new Map<string, TemplateFunction>();
  for (const name of names) {
    const implementation = implementations.find((each) => Object.hasOwn(each, name))?.[name];
    const known = builtin(name, world.room) ?? (implementation && listed(name, implementation));
    if (known) table.set(name, isSlow(name) ? { ...known, call: (...args) => untimed(() => known.call(...args)) } : known);
  }
  return table;
}

function listed(name: string, implementation: Implementation): TemplateFunction | undefined {
  const text = listedSignature(name);
  if (text === undefined) return undefined;
  const signature = signatureOf(text);
  const { parameters, isVariadic, result } = signature;
  const typeAt = (index: number): string => parameters[isVariadic ? Math.min(index, parameters.length - 1) : index] ?? 'any';
  return {
    signature,
    call: (args) => fromValue(implementation(...args.map((arg, index) => toArgument(arg, typeAt(index)))), result),
  };
}

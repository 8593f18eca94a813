import { eso } from '../../agent/template/gotemplate/functions/eso-signatures.ts';
import { sprig } from '../../agent/template/gotemplate/functions/sprig-signatures.ts';
import { type Argument, anyText, argumentsOf, sameAs } from './arguments.ts';
import { operand } from './expressions.ts';
import { formatted } from './printf.ts';
import { type Kind, type Scope, slips } from './scope.ts';
import { wrapped } from './wrapped.ts';

/** Go's own functions, which no table of ours declares for the generator. */
const builtins = [
  'and',
  'call',
  'eq',
  'ge',
  'gt',
  'html',
  'index',
  'js',
  'le',
  'len',
  'lt',
  'ne',
  'not',
  'or',
  'print',
  'printf',
  'println',
  'slice',
  'urlquery',
];

const declared: ReadonlyMap<string, readonly string[]> = new Map(
  Object.values<readonly string[]>({ ...sprig, ...eso })
    .flat()
    .map((signature) => {
      const [, name = '', parameters = ''] = /^(\w+)\((.*)\) /.exec(signature) ?? [];
      return [name, parameters === '' ? [] : parameters.split(', ')];
    }),
);

export const functionNames: readonly string[] = [...new Set([...declared.keys(), ...builtins])].sort();

/** A call, without parentheses around it: `trunc 3 .x`, or with its last argument piped: `.x | trunc 3`. */
export function callOf(scope: Scope, name: string, depth: number): string {
  const { chance } = scope;
  const comparable = wrapped[name];
  if (comparable) return comparable(scope, depth);
  const args = slipped(scope, argumentTexts(scope, name, depth));
  const last = args.at(-1);
  if (last !== undefined && !last.includes(' ') && chance.happens(0.3)) return piped(name, args);
  if (last?.startsWith('(') && isOneOperand(last) && chance.happens(0.25))
    return piped(name, [...args.slice(0, -1), last.slice(1, -1)]);
  return [name, ...args].join(' ');
}

function piped(name: string, args: readonly string[]): string {
  return `${args.at(-1)} | ${[name, ...args.slice(0, -1)].join(' ')}`;
}

/** `(a) (b)` begins and ends with parentheses, too. */
function isOneOperand(text: string): boolean {
  return /^\([^()"'`]*\)$/.test(text);
}

/** One argument too few or too many. */
function slipped(scope: Scope, args: readonly string[]): readonly string[] {
  if (!slips(scope, 0.006)) return args;
  return scope.chance.happens(0.5) ? args.slice(0, -1) : [...args, anyText(scope)];
}

function argumentTexts(scope: Scope, name: string, depth: number): readonly string[] {
  const { chance } = scope;
  if (name === 'printf') return formatted(scope, depth);
  if (/^(eq|ne|lt|le|gt|ge)$/.test(name)) return compared(scope, name, depth);
  const own = argumentsOf[sameAs(name)] ?? argumentsOf[name];
  if (own) return [...own.map((argument) => argument(scope, depth)), ...more(scope, name, depth, own)];
  if (name === 'and' || name === 'or') return chance.times(1, 3, () => operand(scope, 'value', depth));
  return (declared.get(name) ?? ['...any']).flatMap((type) => {
    if (type.startsWith('...')) return chance.times(0, 3, () => typedOperand(scope, type.slice(3), depth));
    return [typedOperand(scope, type, depth)];
  });
}

/** Functions that take any number of arguments get more of the last kind now and then. */
function more(scope: Scope, name: string, depth: number, own: readonly Argument[]): readonly string[] {
  const isVariadic = /^(slice|mustSlice|round|without|mustWithout|add|max|print|println|html|concat|pick|omit)$/.test(name);
  const last = own.at(-1);
  return isVariadic && last && scope.chance.happens(0.3) ? [last(scope, depth)] : [];
}

function typedOperand(scope: Scope, type: string, depth: number): string {
  const kinds: Readonly<Record<string, Kind>> = {
    string: 'string',
    any: 'value',
    bool: 'bool',
    dict: 'dict',
    '[]any': 'list',
    float64: 'float',
    'time.Time': 'time',
  };
  if (type === 'int')
    return scope.chance.happens(0.9) ? String(scope.chance.between(-3, 15)) : `(len ${operand(scope, 'string', 0)})`;
  return operand(scope, kinds[type] ?? 'string', depth);
}

function compared(scope: Scope, name: string, depth: number): readonly string[] {
  const { chance } = scope;
  const kind = chance.pick([
    'string',
    'string',
    'int',
    'float',
    'int64',
    ...(/eq|ne/.test(name) ? (['bool', 'nil', 'value'] as const) : []),
  ] as const);
  const count = name === 'eq' && chance.happens(0.2) ? 3 : 2;
  return Array.from({ length: count }, () => operand(scope, kind, depth));
}

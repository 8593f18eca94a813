import { goString } from '../../agent/template/gotemplate/value.ts';
import { callOf } from './calls.ts';
import type { Datum } from './datum.ts';
import { layoutAndTime, versionText } from './formats.ts';
import { floatLiteral, intLiteral, oddLiteral, smallIntLiteral, textLiteral } from './literals.ts';
import { type Kind, member, type Scope, slips } from './scope.ts';
import { jsonList, jsonObject, knownMembers, memberName, numericText, plainText } from './texts.ts';

/** An operand that most likely has this kind: a literal, a member, a variable, or a call in parentheses. */
export function operand(scope: Scope, kind: Kind, depth: number): string {
  if (slips(scope, 0.006))
    return operand(
      { ...scope, hasMistakes: false },
      scope.chance.pick(['string', 'int', 'list', 'dict', 'nil', 'float', 'bool'] as const),
      depth,
    );
  if (slips(scope, 0.0015)) return oddLiteral(scope.chance);
  const variable = variableOf(scope, kind);
  if (variable && scope.chance.happens(0.5)) return variable;
  if (fits(scope.dot, kind) && scope.chance.happens(0.4)) return '.';
  return operands[kind](scope, depth);
}

function variableOf(scope: Scope, kind: Kind): string | undefined {
  const fitting = scope.variables.filter((variable) => fits(variable.kind, kind));
  return fitting.length > 0 ? scope.chance.pick(fitting).name : undefined;
}

function fits(kind: Kind | 'root', wanted: Kind): boolean {
  if (kind === wanted) return true;
  return wanted === 'value' && kind !== 'root';
}

type Operand = (scope: Scope, depth: number) => string;

const operands: Readonly<Record<Kind, Operand>> = {
  string: (scope, depth) => textOperand(scope, depth, plainText(scope.chance), 'text'),
  bool: ({ chance, ...scope }, depth) =>
    depth <= 0 || chance.happens(0.3)
      ? chance.pick(['true', 'false'])
      : calling({ chance, ...scope }, depth, [
          'eq',
          'ne',
          'not',
          'contains',
          'hasPrefix',
          'empty',
          'kindIs',
          'lt',
          'has',
          'regexMatch',
          'hasKey',
          'semverCompare',
          'any',
          'all',
          'deepEqual',
        ]),
  int: (scope, depth) =>
    depth <= 0 || scope.chance.happens(0.6) ? intLiteral(scope.chance) : calling(scope, depth, ['len', 'int', 'atoi', 'int']),
  int64: (scope, depth) =>
    typed(scope, BigInt(scope.chance.between(-50, 2000000000))) ??
    calling(scope, depth, ['int64', 'add', 'add1', 'sub', 'mul', 'max', 'min']),
  float: (scope, depth) => {
    if (scope.chance.happens(0.2)) return typed(scope, scope.chance.between(-1000, 1000) / 8) ?? floatLiteral(scope.chance);
    return depth <= 0 || scope.chance.happens(0.6)
      ? floatLiteral(scope.chance)
      : calling(scope, depth, ['addf', 'floor', 'round', 'divf', 'float64', 'mulf', 'ceil']);
  },
  value: anyOperand,
  dict: dictOperand,
  texts: (scope, depth) =>
    scope.root && !scope.isTyped && scope.chance.happens(0.6)
      ? scope.root.slice(0, 1)
      : calling(scope, depth, ['split', 'splitn']),
  list: listOperand,
  strings: (scope, depth) =>
    calling(scope, depth, ['splitList', 'sortAlpha', 'toStrings', 'regexFindAll', 'regexSplit', 'splitList']),
  ints: (scope, depth) => calling(scope, depth, ['until', 'untilStep']),
  time: timeOperand,
  semver: (scope) => `(semver ${textOperand(scope, 0, versionText(scope.chance), 'version')})`,
  nil: () => 'nil',
};

/** A call of one of these functions, in parentheses. */
function calling(scope: Scope, depth: number, names: readonly string[]): string {
  return `(${callOf(scope, scope.chance.pick(names), depth - 1)})`;
}

/** Where the root may hold more than texts. */
function typed(scope: Scope, datum: bigint | number | boolean): string | undefined {
  return scope.isTyped && scope.chance.happens(0.5) ? member(scope, 'num', datum) : undefined;
}

/** This very text, written down or held by a member of the data; or any text that a call gives. */
export function textOperand(scope: Scope, depth: number, text: string, prefix: string): string {
  const { chance } = scope;
  const byMember = text.length > 60 || chance.happens(0.5);
  return chance.weighted<() => string>([
    [6, () => (byMember ? member(scope, prefix, text) : undefined) ?? textLiteral(chance, text)],
    [prefix === 'text' && depth > 0 ? 3 : 0, () => calling(scope, depth, textFunctions)],
    [prefix === 'text' && depth > 0 ? 1 : 0, () => jsonChain(scope)],
  ])();
}

const textFunctions = [
  'upper',
  'lower',
  'trim',
  'toString',
  'b64enc',
  'b64dec',
  'printf',
  'print',
  'replace',
  'quote',
  'squote',
  'trunc',
  'join',
  'toJson',
  'default',
  'trimSuffix',
  'indent',
  'cat',
  'substr',
  'repeat',
  'ternary',
  'html',
  'urlquery',
  'sha256sum',
  'index',
  'regexReplaceAll',
  'toYaml',
  'title',
  'first',
  'get',
  'coalesce',
];

/** A member of a JSON document that is known to hold it. */
export function jsonChain(scope: Scope): string {
  const { chance } = scope;
  const [path, value] = chance.pick([
    ['.db.host', '{"db":{"host":"h1"}}'],
    ['.host', '{"host":"db.example.com","port":5432}'],
    ['.a.b.c', '{"a":{"b":{"c":"deep"}}}'],
    ['.user', '{"user":"ü <&>","tags":["a"]}'],
    ['.port', '{"port":8080}'],
    ['.a.none', '{"a":{"none":null}}'],
  ] as const);
  const document = textOperand(scope, 0, goString(value), 'json');
  return `(fromJson ${document})${slips(scope, 0.05) ? `${path}.x` : path}`;
}

function anyOperand(scope: Scope, depth: number): string {
  const kind = scope.chance.weighted<Exclude<Kind, 'value'>>([
    [8, 'string'],
    [4, 'int'],
    [2, 'float'],
    [1, 'bool'],
    [2, 'int64'],
    [1, 'nil'],
    [depth > 0 ? 2 : 0, 'list'],
    [depth > 0 ? 2 : 0, 'dict'],
    [depth > 0 ? 1 : 0, 'strings'],
    [depth > 0 ? 0.3 : 0, 'ints'],
    [depth > 0 ? 0.3 : 0, 'texts'],
    [depth > 0 ? 0.2 : 0, 'semver'],
  ]);
  return operand(scope, kind, depth - 1);
}

function dictOperand(scope: Scope, depth: number): string {
  const { chance } = scope;
  const held =
    scope.isTyped && chance.happens(0.3)
      ? member(
          scope,
          'map',
          new Map<string, Datum>([
            ['a', 'x'],
            ['b', BigInt(chance.between(0, 9))],
            ['c', new Map([['d', 1.5]])],
          ]),
        )
      : undefined;
  if (held) return held;
  return chance.weighted<() => string>([
    [
      5,
      () =>
        `(dict${chance.times(0, 3, () => ` ${textLiteral(chance, memberName(chance))} ${operand(scope, 'value', depth - 1)}`).join('')})`,
    ],
    [5, () => `(fromJson ${textOperand(scope, 0, jsonObject(chance), 'json')})`],
    [
      depth > 0 ? 3 : 0,
      () =>
        calling(scope, depth, ['merge', 'pick', 'omit', 'set', 'fromYaml', 'mergeOverwrite', 'urlParse', 'unset', 'deepCopy']),
    ],
  ])();
}

function listOperand(scope: Scope, depth: number): string {
  const { chance } = scope;
  const held =
    scope.isTyped && chance.happens(0.3)
      ? member(
          scope,
          'items',
          chance.times(0, 4, () => chance.pick(['x', 'y', 2n, 1.5, true, null, ''])),
        )
      : undefined;
  if (held) return held;
  return chance.weighted<() => string>([
    [5, () => `(list${chance.times(0, 4, () => ` ${operand(scope, 'value', depth - 1)}`).join('')})`],
    [3, () => `(fromJson ${textOperand(scope, 0, jsonList(chance), 'json')})`],
    [
      depth > 0 ? 3 : 0,
      () =>
        calling(scope, depth, [
          'append',
          'prepend',
          'rest',
          'initial',
          'reverse',
          'uniq',
          'without',
          'concat',
          'compact',
          'slice',
          'chunk',
          'values',
        ]),
    ],
  ])();
}

function timeOperand(scope: Scope): string {
  const { chance } = scope;
  const [layout, time] = layoutAndTime(chance);
  const made = `(toDate ${textLiteral(chance, layout)} ${textOperand(scope, 0, time, 'date')})`;
  return chance.happens(0.2)
    ? `(dateModify ${textLiteral(chance, chance.pick(['24h', '-1.5h', '1h30m', '720h', 'x', '1ns']))} ${made})`
    : made;
}

/** Anything with items, of whatever type. */
export function listLike(scope: Scope, depth: number): string {
  return operand(
    scope,
    scope.chance.weighted([
      [6, 'list'],
      [3, 'strings'],
      [1, 'ints'],
    ]),
    depth,
  );
}

export function number(scope: Scope, depth: number): string {
  const { chance } = scope;
  return chance.weighted<() => string>([
    [6, () => smallIntLiteral(chance)],
    [2, () => operand(scope, 'float', depth - 1)],
    [2, () => textOperand(scope, 0, numericText(chance), 'n')],
    [1, () => operand(scope, 'int64', depth - 1)],
    [0.5, () => operand(scope, 'bool', depth - 1)],
    [0.3, () => operand(scope, 'value', depth - 1)],
  ])();
}

export function key(scope: Scope): string {
  const { chance } = scope;
  return textLiteral(chance, chance.happens(0.8) ? chance.pick(knownMembers) : memberName(chance));
}

import { goString } from '../../agent/template/gotemplate/value.ts';
import { callOf } from './calls.ts';
import type { Chance } from './chance.ts';
import { jsonChain, listLike, operand } from './expressions.ts';
import { base64Text } from './formats.ts';
import { textLiteral } from './literals.ts';
import { type Kind, member, type Scope, slips } from './scope.ts';
import { jsonText, plainText, simpleText } from './texts.ts';

/** A sequence of texts and actions. */
export function body(scope: Scope, depth: number): string {
  let inner = scope;
  let text = '';
  const count = scope.chance.between(depth > 2 ? 1 : 0, depth > 2 ? 4 : 3);
  for (let at = 0; at < count && scope.budget.left > 0; at += 1) {
    scope.budget.left -= 1;
    const [made, after] = node(inner, depth);
    text += made;
    inner = after;
  }
  return text;
}

type Node = readonly [text: string, after: Scope];

function node(scope: Scope, depth: number): Node {
  const { chance } = scope;
  return chance.weighted<() => Node>([
    [3, () => [staticText(chance), scope]],
    [9, () => [action(chance, anyPipeline(scope, 3)), scope]],
    [5, () => [idiom(scope), scope]],
    [1.5, () => declaration(scope)],
    [0.7, () => [assignment(scope), scope]],
    [0.4, () => [comment(chance), scope]],
    [depth > 0 ? 1.5 : 0, () => [conditional(scope, depth - 1), scope]],
    [depth > 0 ? 1 : 0, () => [withNode(scope, depth - 1), scope]],
    [depth > 0 ? 1.8 : 0, () => [rangeNode(scope, depth - 1), scope]],
    [depth > 0 ? 0.4 : 0, () => [blockNode(scope, depth - 1), scope]],
    [0.5, () => [invocation(scope), scope]],
    [scope.isInRange ? 1 : 0.005, () => [leaving(scope), scope]],
  ])();
}

/** `{{ ... }}` with or without spaces, and with trim markers. */
export function action(chance: Chance, inside: string): string {
  const space = chance.pick(['', '', ' ', ' ', '  ', '\n', '\t']);
  const left = chance.happens(0.07) ? '{{- ' : `{{${space}`;
  const right = chance.happens(0.07) ? ' -}}' : `${space}}}`;
  return left + inside + right;
}

function staticText(chance: Chance): string {
  const lines = [
    'user=',
    '\n',
    ' ',
    'host: ',
    '{"a": "',
    '"}',
    ';',
    'a = b\n',
    '  indented\n\n',
    ' }} ',
    '{',
    '# x\n',
    ' - ',
    goString('ü '),
    'DATABASE_URL=postgres://',
    '\t',
    '\r\n',
    '[',
    ']',
    '\v',
    goString('\u00a0'),
  ];
  return chance.happens(0.9) ? chance.pick(lines) : plainText(chance).replaceAll('{{', '{');
}

export function anyPipeline(scope: Scope, depth: number): string {
  const { chance } = scope;
  return chance.weighted<() => string>([
    [12, () => callOf(scope, chance.pick(scope.functions), depth)],
    [3, () => bare(operand(scope, chance.pick(kinds), depth))],
    [1, () => `${bare(operand(scope, 'string', depth))}${chance.times(1, 3, () => ` | ${chance.pick(filters)}`).join('')}`],
    [0.6, () => method(scope)],
    [0.5, () => jsonChain(scope)],
  ])();
}

const kinds: readonly Kind[] = [
  'string',
  'int',
  'float',
  'bool',
  'value',
  'list',
  'dict',
  'strings',
  'ints',
  'texts',
  'time',
  'semver',
  'int64',
];
const filters = [
  'upper',
  'lower',
  'trim',
  'quote',
  'squote',
  'b64enc',
  'toString',
  'nindent 2',
  'indent 4',
  'trunc 5',
  'replace "a" "b"',
  'default "none"',
  'html',
  'js',
  'urlquery',
  'len',
  'toJson',
  'splitList ","',
  'printf "%s!"',
  'printf "%q"',
  'print',
  'sha256sum',
  'trimSuffix "\\n"',
  'empty',
  'list',
  'title',
  'int',
  'first',
  'eq "x"',
  'toYaml',
  'not',
  'cat "x"',
  'join ","',
  'b64dec',
  'println',
  'abbrev 6',
  'snakecase',
  'repeat 2',
  'and 1',
  'or ""',
  'kindOf',
  'typeOf',
  'printf "%5v|%v" 1',
];

/** At the start of a pipeline parentheses may go. */
function bare(text: string): string {
  return /^\([^()"'`]*\)$/.test(text) ? text.slice(1, -1) : text;
}

function method(scope: Scope): string {
  const { chance } = scope;
  const time = operand(scope, 'time', 0);
  const version = operand(scope, 'semver', 0);
  return chance.pick([
    `${time}.${chance.pick(['Year', 'Month', 'Day', 'Weekday', 'Hour', 'Minute', 'Second', 'Unix', 'YearDay', 'Nanosecond', 'UTC', 'String', 'IsZero', 'UnixMilli', 'UnixNano'])}`,
    `${time}.Format ${textLiteral(chance, chance.pick(['2006-01-02', '15:04', 'Jan', '']))}`,
    `(${time}.AddDate ${chance.pick(['0 1 0', '1 0 0', '0 0 -1', '0 13 40'])}).Format "2006-01-02"`,
    `${time}.${chance.pick(['Nope', 'Format', 'Year 1', 'Format 1', 'Month.String', 'Weekday.String'])}`,
    `${version}.${chance.pick(['Major', 'Minor', 'Patch', 'Prerelease', 'Metadata', 'Original', 'String'])}`,
    `${version}.${chance.pick(['IncMajor', 'IncMinor', 'IncPatch'])}.String`,
    `${version}.${chance.pick(['Compare', 'LessThan', 'GreaterThan', 'Equal'])} ${operand(scope, 'semver', 0)}`,
    `${version}.${chance.pick(['Nope', 'Compare', 'Major 1', 'IncMajor'])}`,
  ]);
}

/** What manifests of users look like (eso.md 4.4). */
function idiom(scope: Scope): string {
  const { chance } = scope;
  const held = (prefix: string, text: string): string => member(scope, prefix, text) ?? textLiteral(chance, text);
  const simple = (prefix: string): string => held(prefix, simpleText(chance));
  const space = chance.pick(['', ' ']);
  const made = chance.weighted<() => string>([
    [8, () => simple('user')],
    [2, () => `${simple('user')} | toString`],
    [2, () => `${held('b64', base64Text(chance))} | b64dec`],
    [2, () => `printf "%s:%s" ${simple('user')} ${simple('pass')} | b64enc`],
    [2, () => jsonChain(scope)],
    [1, () => `(${held('json', jsonText(chance))} | fromJson).${chance.pick(['a', 'b', 'db', 'list', 'host'])}`],
    [
      2,
      () =>
        scope.root
          ? `index ${scope.root === '.' ? '.' : '$'} ${textLiteral(chance, chance.pick(['a-b', '.dockerconfigjson', 'user']))}`
          : '1',
    ],
    [
      1,
      () =>
        `${held('pass', plainText(chance))} | ${chance.pick(['urlquery', 'quote', 'squote', 'upper', 'toJson', 'trim', 'b64enc | b64dec', 'nindent 4', 'indent 2', 'trimSuffix "\\n"', 'replace "\\n" ""', 'sha256sum'])}`,
    ],
    [0.5, () => `${simple('user')} | default "x"`],
    [0.5, () => `${held('hosts', 'a.example.com,b.example.com')} | splitList "," | join ";"`],
    [0.5, () => `$j := ${held('json', '{"user":"u","pass":"p","n":5}')} | fromJson }}{{ $j.user }}:{{ $j.pass }}{{ $j.n`],
    [0.3, () => `list ${simple('user')} ${simple('host')} | join "," | quote`],
    [0.3, () => `${held('yaml', 'a:\n  b: [1, x]\n')} | fromYaml | toJson`],
  ])();
  return `${chance.pick(['', '', 'x=', '\n'])}{{${space}${made}${space}}}`;
}

const names = ['$a', '$b', '$x', '$value', '$i', '$é'].map(goString);

function declaration(scope: Scope): Node {
  const { chance } = scope;
  const kind = chance.pick(kinds);
  const name = chance.pick(names);
  const within = slips(scope, 0.03) ? { ...scope, variables: [...scope.variables, { name, kind }] } : scope; // Of itself.
  const text = action(chance, `${name}${chance.pick([' := ', ':= ', ':=', ' :='])}${bare(operand(within, kind, 2))}`);
  return [text, { ...scope, variables: [...scope.variables.filter((variable) => variable.name !== name), { name, kind }] }];
}

function assignment(scope: Scope): string {
  const { chance, variables } = scope;
  const variable = variables.length > 0 ? chance.pick(variables) : undefined;
  if (!variable) return slips(scope, 0.1) ? action(chance, '$nope = 1') : '';
  return action(chance, `${variable.name} = ${bare(operand(scope, slips(scope, 0.1) ? 'value' : variable.kind, 2))}`);
}

function comment(chance: Chance): string {
  return chance.pick([
    '{{/* a comment */}}',
    '{{- /* trimmed */ -}}',
    '{{/**/}}',
    '{{/* two\nlines */}}',
    '{{- /* left */}}',
    '{{/* right */ -}}',
    '{{/* }} {{ */}}',
  ]);
}

function conditional(scope: Scope, depth: number): string {
  const { chance } = scope;
  const condition = (): string =>
    chance.weighted<() => string>([
      [3, () => bare(operand(scope, 'bool', 2))],
      [3, () => callOf(scope, chance.pick(['eq', 'and', 'or', 'not', 'ne', 'empty', 'contains']), 2)],
      [2, () => anyPipeline(scope, 2)],
      [1, () => `$c := ${bare(operand(scope, 'value', 2))}`],
    ])();
  const middle = chance.times(
    0,
    chance.happens(0.25) ? 2 : 0,
    () => action(chance, `else if ${condition()}`) + body(scope, depth),
  );
  const otherwise = chance.happens(0.5) ? action(chance, 'else') + body(scope, depth) : '';
  return action(chance, `if ${condition()}`) + body(scope, depth) + middle.join('') + otherwise + action(chance, 'end');
}

function withNode(scope: Scope, depth: number): string {
  const { chance } = scope;
  const kind = chance.pick(kinds);
  const isNamed = chance.happens(0.25);
  const inner = { ...inside(scope, kind), variables: isNamed ? [...scope.variables, { name: '$w', kind }] : scope.variables };
  const value = bare(operand(scope, kind, 2));
  const middle = chance.happens(0.1)
    ? action(chance, `else with ${bare(operand(scope, kind, 1))}`) + body(inside(scope, kind), depth)
    : '';
  const otherwise = chance.happens(0.4) ? action(chance, 'else') + body(scope, depth) : '';
  return (
    action(chance, `with ${isNamed ? '$w := ' : ''}${value}`) + body(inner, depth) + middle + otherwise + action(chance, 'end')
  );
}

/** The scope of a body whose dot is something else: the root is still there, as `$`. */
function inside(scope: Scope, dot: Kind): Scope {
  return { ...scope, dot, root: scope.root ? '$.' : undefined };
}

function rangeNode(scope: Scope, depth: number): string {
  const { chance } = scope;
  const [over, element] = chance.weighted<() => readonly [string, Kind]>([
    [4, () => [bare(listLike(scope, 2)), 'value']],
    [2, () => [bare(operand(scope, 'strings', 2)), 'string']],
    [2, () => [bare(operand(scope, 'dict', 2)), 'value']],
    [2, () => [bare(operand(scope, 'texts', 1)), 'string']],
    [1, () => [chance.pick(['3', '0', '5', '-1']), 'int']],
    [1, () => [bare(operand(scope, 'ints', 1)), 'int']],
    [0.2, () => [bare(operand(scope, 'value', 1)), 'value']],
  ])();
  const inner = { ...inside(scope, element), isInRange: true };
  const isCount = /^-?\d+$/.test(over) && !slips(scope, 0.1);
  const [declared, variables] = chance.weighted<readonly [string, Scope['variables']]>([
    [3, ['', []]],
    [2, ['$v := ', [{ name: '$v', kind: element }]]],
    [
      isCount ? 0 : 4,
      [
        '$k, $v := ',
        [
          { name: '$k', kind: 'value' },
          { name: '$v', kind: element },
        ],
      ],
    ],
  ]);
  const known = scope.variables.at(-1);
  const header = known && chance.happens(0.06) ? `${known.name} = ` : declared;
  const otherwise = chance.happens(0.3) ? action(chance, 'else') + body(scope, depth) : '';
  const content = body(
    { ...inner, variables: header === declared ? [...scope.variables, ...variables] : scope.variables },
    depth,
  );
  return action(chance, `range ${header}${over}`) + content + otherwise + action(chance, 'end');
}

function leaving(scope: Scope): string {
  const { chance } = scope;
  const word = action(chance, chance.pick(['break', 'continue']));
  return chance.happens(0.6) ? action(chance, `if ${bare(operand(scope, 'bool', 2))}`) + word + action(chance, 'end') : word;
}

function blockNode(scope: Scope, depth: number): string {
  const { chance } = scope;
  const kind = chance.pick(kinds);
  const given = scope.root && chance.happens(0.5) ? undefined : bare(operand(scope, kind, 1));
  const root = scope.root === '.' ? '.' : '$';
  const inner: Scope = { ...scope, root: given ? undefined : '.', dot: given ? kind : 'root', variables: [], isInRange: false };
  return action(chance, `block "b${chance.below(3)}" ${given ?? root}`) + body(inner, depth) + action(chance, 'end');
}

function invocation(scope: Scope): string {
  const { chance } = scope;
  if (scope.templates.length === 0) return slips(scope, 0.05) ? action(chance, 'template "nope"') : '';
  const [name, takes] = chance.pick(scope.templates);
  const root = scope.root === '.' ? '.' : '$';
  const argument = takes === 'root' ? (scope.root ? root : '.') : bare(operand(scope, takes, 1));
  return action(chance, `template ${textLiteral(chance, name)}${slips(scope, 0.05) ? '' : ` ${argument}`}`);
}

/** A `define` at the top, and what the rest may do with it. */
export function definition(scope: Scope, index: number): readonly [text: string, template: Scope['templates'][number]] {
  const { chance } = scope;
  const takes = chance.happens(0.4) ? 'root' : chance.pick(kinds);
  const name = chance.pick([`t${index}`, 'line', goString('ü'), 'a b']) + index;
  const inner: Scope = { ...scope, root: takes === 'root' ? '.' : undefined, dot: takes, variables: [] };
  return [`${action(chance, `define ${textLiteral(chance, name)}`)}${body(inner, 1)}${action(chance, 'end')}`, [name, takes]];
}

/** Members that only an index reaches for. */
export function unreached(scope: Scope): void {
  const { chance, data } = scope;
  if (chance.happens(0.3)) data.set('a-b', simpleText(chance));
  if (chance.happens(0.1)) data.set('.dockerconfigjson', '{"auths":{}}');
  if (scope.isTyped && chance.happens(0.5)) data.set('nothing', null);
}

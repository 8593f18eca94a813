import { operand } from './expressions.ts';
import { textLiteral } from './literals.ts';
import { type Kind, type Scope, slips } from './scope.ts';

const verbs: Readonly<Partial<Record<Kind, readonly string[]>>> = {
  string: [
    '%s',
    '%s',
    '%s',
    '%q',
    '%v',
    '%x',
    '%10s',
    '%-10s|',
    '%.3s',
    '%X',
    '% x',
    '%#q',
    '%+q',
    '%#v',
    '%T',
    '%05s',
    '%10.2q',
    '%# x',
    '%.2x',
  ],
  int: [
    '%d',
    '%d',
    '%5d',
    '%05d',
    '%x',
    '%X',
    '%o',
    '%b',
    '%c',
    '%q',
    '%U',
    '%+d',
    '%-5d|',
    '% d',
    '%#x',
    '%#o',
    '%O',
    '%.3d',
    '%v',
    '%T',
    '%8.3d',
    '%#U',
    '%#b',
    '%+05d',
    '%#q',
    '%#v',
    '%+q',
  ],
  int64: ['%d', '%v', '%T', '%x', '%#v', '%08d'],
  float: [
    '%f',
    '%.2f',
    '%g',
    '%e',
    '%v',
    '%8.3f',
    '%G',
    '%E',
    '%+.1e',
    '%08.2f',
    '%.0f',
    '%.3g',
    '%#v',
    '%T',
    '%x',
    '%b',
    '% f',
    '%-9.1f|',
    '%#g',
    '%F',
    '%+v',
    '%.10g',
    '%X',
    '%#.3x',
  ],
  bool: ['%t', '%v', '%5t', '%q', '%#v', '%T', '%-7t|'],
  value: ['%v', '%v', '%s', '%T', '%+v', '%#v', '%d', '%q', '%x', '%5v', '%-8v|', '%t', '%g', '%X'],
  list: ['%v', '%s', '%d', '%q', '%x', '%T', '%#v', '%4v', '%+v', '%05d'],
  dict: ['%v', '%s', '%d', '%T', '%#v', '%q', '%+v', '%x'],
  time: ['%v', '%s', '%T', '%q', '%x', '%30s'],
  semver: ['%v', '%s', '%T', '%q', '%10s'],
  nil: ['%v', '%s', '%d', '%T', '%#v', '%t'],
};
const kinds = [
  'string',
  'string',
  'string',
  'string',
  'int',
  'int',
  'int64',
  'float',
  'float',
  'bool',
  'value',
  'list',
  'dict',
  'time',
  'semver',
  'nil',
] as const;
const between = ['', ':', ' ', '@', '/', '%%', ',', '-', '\n', '=', '\xc3\xa9', '"'];

/** A format and what goes into it. */
export function formatted(scope: Scope, depth: number): readonly string[] {
  const { chance } = scope;
  if (chance.happens(0.06)) return oddly(scope);
  const args: string[] = [];
  const parts = chance.times(0, 3, () => {
    const kind = chance.pick(kinds);
    args.push(operand(scope, kind, depth - 1));
    const verb = slips(scope, 0.05)
      ? chance.pick(['%d', '%s', '%z', '%', '%t', '%q', '%!', '%w'])
      : chance.pick(verbs[kind] ?? ['%v']);
    return chance.pick(between) + verb;
  });
  if (slips(scope, 0.02)) args.pop();
  if (slips(scope, 0.02)) args.push('1', '"x"');
  return [textLiteral(chance, parts.join('') + chance.pick(between)), ...args];
}

/** Widths from arguments, chosen arguments, and what is wrong about them. */
function oddly({ chance }: Scope): readonly string[] {
  const [format, ...args] = chance.pick([
    ['%*d', '5', '42'],
    ['%-*d|', '6', '42'],
    ['%.*f', '2', '3.14159'],
    ['%*d', '"x"', '42'],
    ['%[2]s %[1]s', '"a"', '"b"'],
    ['%[1]d %[1]x %[1]q', '65'],
    ['%[3]d', '1'],
    ['%[x]d', '1'],
    ['%[2]*[1]d', '7', '5'],
    ['%d %d', '1'],
    ['%', ''],
    ['%d%%', '50'],
    ['%!', '1'],
    ['%5', '1'],
    ['%-010d|', '-5'],
    ['%+#v', '"x"'],
    ['%*d', '-6', '1'],
    ['%.[2]*[1]f', '1.0', '3'],
    ['%[1]s%s', '"a"', '"b"'],
    ['%6.2f%%|', '12.345'],
    ['%c%c', '128512', '65'],
    ['%x', '"hello"'],
    ['%U', '-1'],
    ['%c', '1114112'],
    ['%q', '1114112'],
    ['%.-1d', '1'],
    ['%1000001d', '1'],
    ['%s', '(list 1 "a" nil)'],
    ['%d', '(list 1 "a" nil (dict "k" 1))'],
    ['%v %v', '(list)', '(dict)'],
    ['%[1', '1'],
    ['%[]d', '1'],
    ['%[-1]d', '1'],
    ['%.d', '0'],
    ['%+.3e', '123456.0'],
    ['%+q %#q', '"\\u00e9`"', '"\\u00e9"'],
    ['%08.3f|%+08.3f|% 8.3f', '-3.14159', '2.5', '2.5'],
  ] as const);
  return [textLiteral(chance, format ?? ''), ...args.filter((text) => text !== '')];
}

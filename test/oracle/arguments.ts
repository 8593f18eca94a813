import { key, listLike, number, operand, textOperand } from './expressions.ts';
import {
  base32Text,
  base64Text,
  constraintText,
  durationText,
  hexText,
  layoutAndTime,
  layouts,
  pathText,
  urlText,
  versionText,
  zones,
} from './formats.ts';
import { smallIntLiteral, textLiteral } from './literals.ts';
import { pattern, replacement, subject } from './regexps.ts';
import { member, type Scope } from './scope.ts';
import { jsonText, memberName, numericText, plainText } from './texts.ts';
import { yamlText } from './yaml-texts.ts';

/** What makes one argument. */
export type Argument = (scope: Scope, depth: number) => string;

const kind =
  (wanted: Parameters<typeof operand>[1]): Argument =>
  (scope, depth) =>
    operand(scope, wanted, depth);

const text =
  (make: (chance: Scope['chance']) => string, prefix: string): Argument =>
  (scope) =>
    textOperand(scope, 0, make(scope.chance), prefix);

const literal =
  (...choices: readonly string[]): Argument =>
  ({ chance }) =>
    textLiteral(chance, chance.pick(choices));

/** An int that decides how much is made: never so large that it is about memory. */
const size: Argument = (scope, depth) =>
  scope.chance.happens(0.8) ? smallIntLiteral(scope.chance) : `(len ${operand(scope, 'string', depth > 0 ? 0 : 0)})`;

const small: Argument = (scope, depth) =>
  scope.chance.happens(0.85) ? smallIntLiteral(scope.chance) : operand(scope, 'int', depth - 1);

/** A date as functions take it; texts would mean "now". */
const date: Argument = (scope, depth) => {
  const { chance } = scope;
  return chance.weighted<() => string>([
    [4, () => operand({ ...scope, hasMistakes: false }, 'time', depth)],
    [1, () => String(chance.between(-2_000_000_000, 4_000_000_000))],
    [1, () => `(int64 ${chance.between(-2_000_000_000, 4_000_000_000)})`],
  ])();
};

const held =
  (of: keyof Scope['material']): Argument =>
  (scope) => {
    const made = scope.chance.pick(scope.material[of]);
    return member(scope, of, scope.chance.happens(0.04) ? broken(scope, made) : made) ?? '"-----BEGIN"';
  };

/** A key or a container that something happened to. */
function broken(scope: Scope, made: string): string {
  const { chance } = scope;
  const at = chance.below(made.length);
  return chance.pick([
    `junk\n${made}`,
    `${made}junk`,
    made.slice(0, at),
    made.slice(0, at) + made.slice(at + 1),
    '',
    made.replace(/BEGIN/, 'BEGUN'),
    `${made.slice(0, at)}A${made.slice(at + 1)}`,
    made.replace(/\n/g, '\r\n'),
    `  ${made}`,
    made + made,
  ]);
}

const pkcs12Bytes: Argument = (scope, depth) => `(b64dec ${held('p12')(scope, depth)})`;
const password = literal('', 'secret', 'wrong', 'p\xc3\xa9', 'a');
const certificates: Argument = (scope, depth) => held(scope.chance.pick(['cert', 'chain'] as const))(scope, depth);
const anyPem: Argument = (scope, depth) => {
  const one = held(scope.chance.pick(['cert', 'chain', 'key', 'pub'] as const))(scope, depth);
  return scope.chance.happens(0.3) ? `(print ${one} ${held('key')(scope, depth)})` : one;
};

const regexp = text(pattern, 're');
const subjectText: Argument = (scope, depth) =>
  scope.chance.happens(0.8) ? text(subject, 'text')(scope, depth) : kind('string')(scope, depth);
const matching = [regexp, subjectText];
const limited = [regexp, subjectText, ({ chance }: Scope) => chance.pick(['-1', '-1', '0', '1', '2', '5'])];
const replacing = [regexp, subjectText, text(replacement, 'with')];
const listAndValue = [listLike, kind('value')];
const dictAndKey = [kind('dict'), key];
const path = [text(pathText, 'path')];
const cast = [number];
const pair = [number, number];
const needle: Argument = ({ chance, ...scope }, depth) =>
  chance.happens(0.6)
    ? textLiteral(chance, chance.pick(['a', 'o', '', ' ', 'svc', '-', 'l', '\n', 'http', 'x', '$', '"', ',']))
    : operand({ chance, ...scope }, 'string', depth - 1);
const separator = literal(',', ' ', '-', '', '\n', ', ', 'a', ':', '/', '\xc3\xa9');
const layout: Argument = (scope) => textOperand(scope, 0, scope.chance.pick(layouts), 'layout');
const zone = text(({ pick }) => pick(zones), 'zone');
const name = literal('example.com', 'x', '', '\xc3\xa9');

/** Times as functions parse them: both arguments belong together, so both come as one. */
const layoutThenTime: Argument = (scope, depth) => {
  const [written, time] = layoutAndTime(scope.chance);
  return `${textLiteral(scope.chance, written)} ${scope.chance.happens(0.9) ? textOperand(scope, 0, time, 'date') : operand(scope, 'string', depth)}`;
};

const urlParts: Argument = (scope, depth) => {
  const { chance } = scope;
  if (chance.happens(0.5)) return `(urlParse ${textOperand(scope, 0, urlText(chance), 'url')})`;
  const part = (): string =>
    `${chance.pick(['"scheme"', '"host"', '"path"', '"query"', '"opaque"', '"fragment"', '"userinfo"', '"hostname"'])} ${chance.happens(0.9) ? textLiteral(chance, chance.pick(['http', 'h:80', '/a b', 'a/b', 'q=1 2', 'x#y', 'u:p@', '', 'a:b', '//x', '%41', '?'])) : operand(scope, 'value', depth - 1)}`;
  return `(dict ${chance.times(0, 5, part).join(' ')})`;
};

const typeName = literal(
  'string',
  'int',
  'float64',
  'map[string]interface {}',
  '[]interface {}',
  'bool',
  '[]string',
  'int64',
  '<nil>',
  'semver.Version',
  '*semver.Version',
);
const kindName = literal('string', 'int', 'float64', 'map', 'slice', 'bool', 'invalid', 'ptr', 'int64', 'struct');

/** Arguments that mean something to these functions; the others go by their types. */
export const argumentsOf: Readonly<Record<string, readonly Argument[]>> = {
  abbrev: [small, kind('string')],
  trunc: [small, kind('string')],
  substr: [
    ({ chance }) => chance.pick(['0', '1', '2', '-1', '0', '3']),
    ({ chance }) => chance.pick(['1', '2', '3', '4', '-1', '100', '5']),
    kind('string'),
  ],
  repeat: [size, kind('string')],
  wrap: [small, kind('string')],
  wrapWith: [small, separator, kind('string')],
  indent: [size, kind('string')],
  nindent: [size, kind('string')],
  trimPrefix: [needle, kind('string')],
  trimSuffix: [needle, kind('string')],
  trimAll: [needle, kind('string')],
  trimall: [needle, kind('string')],
  contains: [needle, kind('string')],
  hasPrefix: [needle, kind('string')],
  hasSuffix: [needle, kind('string')],
  replace: [needle, needle, kind('string')],
  split: [separator, kind('string')],
  splitn: [separator, small, kind('string')],
  splitList: [separator, kind('string')],
  join: [separator, (scope, depth) => (scope.chance.happens(0.85) ? listLike(scope, depth) : operand(scope, 'value', depth))],
  sortAlpha: [listLike],
  atoi: [text(numericText, 'n')],
  int: cast,
  int64: cast,
  float64: cast,
  toDecimal: cast,
  add1: cast,
  add1f: cast,
  floor: cast,
  ceil: cast,
  sub: pair,
  div: pair,
  mod: pair,
  add: pair,
  mul: [number, number, number],
  addf: [number, number, number],
  subf: pair,
  mulf: pair,
  divf: pair,
  max: [number, number, number],
  min: [number, number, number],
  biggest: pair,
  maxf: pair,
  minf: pair,
  round: [number, ({ chance }) => chance.pick(['0', '1', '2', '3', '-1', '5'])],
  until: [size],
  untilStep: [size, size, ({ chance }) => chance.pick(['1', '2', '-1', '3', '0', '-2'])],
  ternary: [kind('value'), kind('value'), kind('bool')],
  typeIs: [typeName, kind('value')],
  typeIsLike: [typeName, kind('value')],
  kindIs: [kindName, kind('value')],
  append: listAndValue,
  push: listAndValue,
  prepend: listAndValue,
  first: [listLike],
  last: [listLike],
  rest: [listLike],
  initial: [listLike],
  reverse: [listLike],
  uniq: [listLike],
  compact: [listLike],
  without: [listLike, kind('value'), kind('value')],
  has: [kind('value'), listLike],
  slice: [listLike, ({ chance }) => chance.pick(['0', '1', '2', '"1"', '1.5'])],
  concat: [listLike, listLike],
  chunk: [({ chance }) => chance.pick(['1', '2', '3', '5', '2']), listLike],
  get: dictAndKey,
  set: [kind('dict'), key, kind('value')],
  unset: dictAndKey,
  hasKey: dictAndKey,
  pluck: [key, kind('dict'), kind('dict')],
  pick: [kind('dict'), key, key],
  omit: [kind('dict'), key, key],
  dig: [key, kind('value'), kind('dict')],
  deepCopy: [(scope, depth) => operand(scope, scope.chance.pick(['dict', 'list', 'value'] as const), depth)],
  fromJson: [text(jsonText, 'json')],
  mustFromJson: [text(jsonText, 'json')],
  b64dec: [text(base64Text, 'b64')],
  b32dec: [text(base32Text, 'b32')],
  hexdec: [text(hexText, 'hex')],
  base: path,
  dir: path,
  clean: path,
  ext: path,
  isAbs: path,
  urlParse: [text(urlText, 'url')],
  urlJoin: [urlParts],
  regexMatch: matching,
  regexFind: matching,
  regexFindAll: limited,
  regexSplit: limited,
  regexReplaceAll: replacing,
  regexReplaceAllLiteral: replacing,
  semver: [text(versionText, 'version')],
  semverCompare: [text(constraintText, 'range'), text(versionText, 'version')],
  derivePassword: [
    ({ chance }) => chance.pick(['1', '2', '0', '4294967295', '"1"', '-1']),
    literal('long', 'maximum', 'medium', 'short', 'basic', 'pin', 'nope'),
    literal('pw', '', '\xc3\xa9'),
    name,
    name,
  ],
  decryptAES: [literal('key', '', 'a key that is longer than 32 bytes, and so is cut'), text(base64Text, 'b64')],
  toDate: [layoutThenTime],
  date: [layout, date],
  dateInZone: [layout, date, zone],
  htmlDate: [date],
  htmlDateInZone: [date, zone],
  dateModify: [text(durationText, 'duration'), kind('time')],
  duration: [
    (scope, depth) => (scope.chance.happens(0.5) ? text(numericText, 'n')(scope, depth) : operand(scope, 'int64', depth)),
  ],
  durationRound: [
    (scope, depth) =>
      scope.chance.weighted<() => string>([
        [5, () => text(durationText, 'duration')(scope, depth)],
        [2, () => `(int64 ${scope.chance.between(0, 9)}000000000)`],
        [1, () => operand(scope, 'int64', depth)],
      ])(),
  ],
  unixEpoch: [kind('time')],
  toYaml: [(scope, depth) => operand(scope, scope.chance.pick(['dict', 'value', 'list', 'dict'] as const), depth)],
  fromYaml: [text(yamlText, 'yaml')],
  filterPEM: [literal('CERTIFICATE', 'PRIVATE KEY', 'certificate', 'RSA PRIVATE KEY', 'X', ''), anyPem],
  filterCertChain: [literal('leaf', 'intermediate', 'root', 'other'), certificates],
  certSANs: [certificates],
  pkcs12key: [pkcs12Bytes],
  pkcs12cert: [pkcs12Bytes],
  pkcs12keyPass: [password, pkcs12Bytes],
  pkcs12certPass: [password, pkcs12Bytes],
  pemToPkcs12: [certificates, held('key')],
  fullPemToPkcs12: [certificates, held('key')],
  pemToPkcs12Pass: [certificates, held('key'), password],
  fullPemToPkcs12Pass: [certificates, held('key'), password],
  pemTruststoreToPKCS12: [certificates],
  pemTruststoreToPKCS12Pass: [certificates, password],
  jwkPublicKeyPem: [held('jwk')],
  jwkPrivateKeyPem: [held('jwk')],
  rsaDecrypt: [
    literal('RSA-OAEP', 'RSA-OAEP', 'None', 'X'),
    literal('SHA1', 'SHA256', 'SHA512', 'None', 'MD5'),
    (scope, depth) => `(b64dec ${held('cipher')(scope, depth)})`,
    (scope) =>
      member(scope, 'key', scope.chance.happens(0.8) ? (scope.material.key[0] ?? '') : scope.chance.pick(scope.material.key)) ??
      '""',
  ],
  len: [(scope, depth) => operand(scope, scope.chance.pick(['string', 'list', 'dict', 'strings'] as const), depth)],
  index: [
    (scope, depth) => {
      const { chance } = scope;
      if (scope.root && chance.happens(0.3))
        return `${scope.root === '.' ? '.' : '$'} ${textLiteral(chance, chance.pick(['a-b', 'nope', 'user', 'tls.crt']))}`;
      return chance.happens(0.5)
        ? `${operand(scope, 'dict', depth)} ${key(scope)}`
        : `${listLike(scope, depth)} ${chance.pick(['0', '0', '1', '2', '(len "a")', '-1'])}`;
    },
  ],
  html: [kind('string')],
  js: [kind('string')],
  urlquery: [kind('string')],
  print: [kind('value'), kind('value')],
  println: [kind('value'), kind('value')],
  not: [kind('value')],
  call: [kind('value')],
};

/** `mustX` and other second names take what X takes. */
export function sameAs(name: string): string {
  if (name === 'htmlDateInZone') return name;
  const plain = name
    .replace(/^must_?(.)/, (_, first: string) => first.toLowerCase())
    .replace(/^os([A-Z])/, (_, first: string) => first.toLowerCase());
  return { date_in_zone: 'dateInZone', date_modify: 'dateModify' }[plain] ?? plain;
}

/** Names for members and texts where nothing more is known. */
export function anyText(scope: Scope): string {
  return textLiteral(scope.chance, scope.chance.happens(0.5) ? memberName(scope.chance) : plainText(scope.chance));
}

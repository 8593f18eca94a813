import { goString } from '../../agent/template/gotemplate/value.ts';
import type { Chance } from './chance.ts';
import { jsonText } from './texts.ts';

const document =
  '{"db":{"user":"svc","pass":"p@ss\\"1","port":5432,"opts":{"ssl":true,"timeout":2.50}},"hosts":["alpha","beta","gamma"],"tls.crt":"CERT","a-b":"dash","sp ace":"s","users":[{"name":"ana","role":"admin","age":31,"tags":["x","y"],"ok":true},{"name":"bob","role":"dev","age":25,"tags":["y"],"ok":false},{"name":"cyd","role":"admin","age":44,"tags":[],"nick":null},{"name":"dan","age":"31"}],"big":9007199254740993,"huge":12345678901234567890,"exp":1e5,"neg":-0.0,"t":true,"f":false,"nul":null,"uni":"h\\u00e9 \\ud83d\\ude00\\n","raw":{ "k" : [ 1 , 2 ] },"doc":"{\\"in\\":{\\"v\\":1}}","arr":[],"obj":{},"nest":[[1,2],[3],[]],"":"emptykey","star*":"st","q?":"qu","@this":"mod","#":"hash","a|b":"pipe","0":"zero","dup":1,"dup":2}';

export function gjsonDocument(chance: Chance): string {
  if (chance.happens(0.6)) return document;
  const text = jsonText(chance);
  if (chance.happens(0.1)) return text.slice(0, chance.below(text.length + 1));
  return chance.happens(0.1) ? `${text}\n${jsonText(chance)}` : text;
}

export function gjsonPath(chance: Chance): string {
  const path = components(chance, 2);
  if (!chance.happens(0.08)) return path;
  const at = chance.below(path.length + 1);
  return (
    path.slice(0, at) +
    chance.pick(['.', '|', '#', '(', ')', '"', '\\', '*', '@', '{', ']', '', '~', '!']) +
    path.slice(at + chance.below(2))
  );
}

function components(chance: Chance, depth: number): string {
  const first = component(chance, depth);
  const rest = chance.times(0, 3, () => chance.pick(['.', '.', '.', '.', '|']) + component(chance, depth));
  return (chance.happens(0.03) ? '..' : '') + first + rest.join('');
}

function component(chance: Chance, depth: number): string {
  return chance.weighted<() => string>([
    [10, () => name(chance)],
    [3, () => chance.pick(['0', '1', '2', '3', '-1', '01', '#', '#', '10'])],
    [2, () => chance.pick(['*', 'd*', '*s', 'h?sts', 'd\\*', 'star\\*', 'tls\\.crt', 'a\\|b', '\\@this', 'u*r*', '?', 'q\\?'])],
    [depth > 0 ? 3 : 0, () => `#(${query(chance, depth - 1)})${chance.pick(['', '', '#'])}`],
    [2, () => modifier(chance)],
    [depth > 0 ? 1 : 0, () => multipath(chance, depth - 1)],
    [0.5, () => chance.pick(['!"x"', '!5', '!true', '!{"k":1}', '!null', '!', '![1,2]'])],
  ])();
}

function name(chance: Chance): string {
  return chance.pick([
    'db',
    'user',
    'users',
    'hosts',
    'opts',
    'name',
    'age',
    'tags',
    'ok',
    'role',
    'a',
    'b',
    'list',
    'raw',
    'k',
    'nest',
    'uni',
    'doc',
    'exp',
    'neg',
    'huge',
    'big',
    'nul',
    't',
    'f',
    'arr',
    'obj',
    'dup',
    'nope',
    'a-b',
    'sp ace',
    '',
    'nick',
    'timeout',
    goString('ü'),
  ]);
}

function query(chance: Chance, depth: number): string {
  const left = chance.pick([
    'name',
    'age',
    'ok',
    'role',
    'nick',
    '',
    'tags.#',
    'tags.0',
    '#',
    '0',
    depth > 0 ? `tags.#(="x")` : 'name',
  ]);
  const operator = chance.pick(['=', '==', '!=', '<', '<=', '>', '>=', '%', '!%', '=', '= ', ' > ']);
  const value = chance.pick([
    '"ana"',
    'ana',
    '31',
    '25',
    'true',
    'false',
    'null',
    '"a*"',
    'd*',
    '~true',
    '~false',
    '~null',
    '~*',
    '"admin"',
    '1',
    '',
    '"b',
    '1.5',
    '"\\u0061na"',
    '"x y"',
    '[1,2]',
  ]);
  return chance.happens(0.1) ? left : left + operator + value;
}

function modifier(chance: Chance): string {
  return chance.pick([
    '@this',
    '@valid',
    '@reverse',
    '@ugly',
    '@pretty',
    '@pretty:{"sortKeys":true,"indent":"\\t"}',
    '@flatten',
    '@flatten:{"deep":true}',
    '@join',
    '@join:{"preserve":true}',
    '@keys',
    '@values',
    '@tostr',
    '@fromstr',
    '@group',
    '@dig:name',
    '@dig:age',
    '@nope',
    '@nope:1',
    '@pretty:{"width":10}',
    '@this:x',
    '@reverse:{}',
    '@',
  ]);
}

function multipath(chance: Chance, depth: number): string {
  const member = (): string => `${chance.pick(['', '', '"n":', 'm:', '"a b":'])}${components(chance, depth)}`;
  if (chance.happens(0.5)) return `{${chance.times(0, 3, member).join(',')}}`;
  return `[${chance.times(0, 3, () => components(chance, depth)).join(',')}]`;
}

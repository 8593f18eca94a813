import { LimitExceeded } from '../go-error.ts';
import { GoInt, GoList, GoMap, GoObject, type GoValue, kindOf, NilPointer, typeName } from '../value.ts';
import { type Directive, padded } from './directive.ts';
import { floatByVerb } from './float-verbs.ts';
import { hexWithPrefix, integerByVerb } from './integer-verbs.ts';
import { namedInteger } from './named-integer.ts';
import { plainText, textByVerb } from './text-verbs.ts';

/** How to print a value, and what everything in it. */
export interface Showing {
  readonly directive: Directive;
  /** To be told of text before it is made, at least of how much there will be. */
  readonly grow: (size: number) => void;
  /** Within `%!d(...)`: no String method has a say there. */
  readonly isComplaint: boolean;
}

/** An argument of `print` or `printf` (gotemplate.md 9.3). */
export function showArgument(value: GoValue, showing: Showing): string {
  const { directive } = showing;
  const { verb, width } = directive;
  if (value === null) return verb === 'v' || verb === 'T' ? sized(width, nil, showing) : complaint(value, showing);
  if (verb === 'T') return sized(width, () => plainText(typeName(value), directive), showing);
  if (verb !== 'p') return showValue(value, showing, 0);
  return isReference(value)
    ? sized(leastOf(value, directive), () => address(value, directive), showing)
    : complaint(value, showing);

  function nil(): string {
    return padded('<nil>', directive);
  }
}

/** Asks for as much as there will be at least, and then for the rest. */
function sized<Text extends string | undefined>(least: number, make: () => Text, { grow }: Showing): Text {
  grow(least);
  const text = make();
  grow((text?.length ?? 0) - least);
  return text;
}

/** A precision cuts a string, and makes a number longer. */
function leastOf(value: GoValue, { width, precision = 0 }: Directive): number {
  return typeof value === 'string' ? width : Math.max(width, precision);
}

/** A verb that is none for this value. */
function complaint(value: GoValue, { directive, grow }: Showing): string {
  const { verb } = directive;
  if (value === null) return `%!${verb}(<nil>)`;
  const shown = showValue(value, { directive: { ...directive, verb: 'v' }, grow, isComplaint: true }, 0);
  return `%!${verb}(${typeName(value)}=${shown})`;
}

function showValue(value: GoValue, showing: Showing, depth: number): string {
  if (depth > deepest) throw new LimitExceeded(`a value is nested more than ${deepest} deep, or holds itself`);
  const { directive } = showing;
  if (value === null) return directive.isGoSyntax ? 'interface {}(nil)' : '<nil>';
  return byOwnMethod(value, showing) ?? showContent(value, showing, depth);
}

/** Far from the end of our stack; Go would run into the end of its own only with a map that holds itself. */
const deepest = 1000;

/** Go asks `String` for the verbs that are for strings, and `GoString` for `%#v`. */
function byOwnMethod(value: GoValue, showing: Showing): string | undefined {
  const { directive, isComplaint } = showing;
  if (isComplaint) return undefined;
  const text = directive.isGoSyntax ? syntaxOf(value) : textOf(value);
  if (text === undefined) return undefined;
  return sized(directive.width, () => (directive.isGoSyntax ? plainText(text, directive) : textByVerb(text, directive)), showing);
}

function syntaxOf(value: GoValue): string | undefined {
  return value instanceof GoObject ? value.goSyntax() : undefined;
}

function textOf(value: GoValue): string | undefined {
  if (value instanceof GoObject) return value.text();
  return value instanceof GoInt ? namedInteger(value) : undefined;
}

function showContent(value: GoValue, showing: Showing, depth: number): string {
  const { directive } = showing;
  if (directive.verb === 'w') return complaint(value, showing); // For errors, which no template has.
  if (value instanceof GoList) return showList(value, showing, depth);
  if (value instanceof GoMap) return showMap(value, showing, depth);
  if (value instanceof GoObject) return showObject(value, showing, depth);
  return sized(leastOf(value, directive), () => byVerb(value, directive), showing) ?? complaint(value, showing);
}

function byVerb(value: GoValue, directive: Directive): string | undefined {
  if (typeof value === 'string') return textByVerb(value, directive);
  if (typeof value === 'number') return floatByVerb(value, directive);
  if (typeof value === 'boolean') return /^[tv]$/.test(directive.verb) ? padded(String(value), directive) : undefined;
  if (!(value instanceof GoInt)) return undefined;
  return integerByVerb(value.value, kindOf(value).startsWith('uint') ? 'unsigned' : 'signed', directive);
}

function showList(list: GoList, showing: Showing, depth: number): string {
  const { isGoSyntax } = showing.directive;
  if (isGoSyntax && list.isNil) return `${list.type}(nil)`;
  showing.grow(2 + list.items.length);
  const items: string[] = [];
  for (const item of list.items) items.push(showValue(item, showing, depth + 1));
  return isGoSyntax ? `${list.type}{${items.join(', ')}}` : `[${items.join(' ')}]`;
}

function showMap(map: GoMap, showing: Showing, depth: number): string {
  const { isGoSyntax } = showing.directive;
  if (isGoSyntax && map.isNil) return `${map.type}(nil)`;
  showing.grow(5 + 2 * map.entries.size);
  const members: string[] = [];
  for (const [key, value] of map.sorted()) {
    members.push(`${showValue(key, showing, depth + 1)}:${showValue(value, showing, depth + 1)}`);
  }
  return isGoSyntax ? `${map.type}{${members.join(', ')}}` : `map[${members.join(' ')}]`;
}

/** A pointer is shown as what it points to, but within something else as an address. */
function showObject(object: GoObject, showing: Showing, depth: number): string {
  if (object instanceof NilPointer) return showNilPointer(object, showing.directive);
  if (object.goKind === 'struct') return showFields(object, object.type, showing, depth);
  if (depth === 0) return `&${showFields(object, object.type.slice(1), showing, 1)}`;
  const { directive } = showing;
  if (directive.isGoSyntax) return `(${object.type})(${address(object, directive)})`;
  if (directive.verb === 'v') return address(object, directive);
  return (/^[bodxX]$/.test(directive.verb) && integerByVerb(someAddress, 'unsigned', directive)) || complaint(object, showing);
}

function showNilPointer({ type }: NilPointer, directive: Directive): string {
  const { verb, isGoSyntax } = directive;
  if (isGoSyntax) return `(${type})(nil)`;
  if (verb === 'v') return padded('<nil>', directive);
  return (
    (/^[bodxX]$/.test(verb) && integerByVerb(0n, 'unsigned', directive)) || `%!${verb}(${type}=${padded('<nil>', directive)})`
  );
}

function showFields(object: GoObject, type: string, showing: Showing, depth: number): string {
  const { isGoSyntax, namesFields } = showing.directive;
  const fields: string[] = [];
  for (const [name, value] of object.insides()) {
    const shown = showValue(value, showing, depth + 1);
    fields.push(isGoSyntax || namesFields ? `${name}:${shown}` : shown);
  }
  return isGoSyntax ? `${type}{${fields.join(', ')}}` : `{${fields.join(' ')}}`;
}

function isReference(value: GoValue): boolean {
  return ['slice', 'map', 'ptr'].includes(kindOf(value));
}

/** Go prints where a value happens to lie. We say the same for all, so that the same input gives the same text. */
const someAddress = 0xc000010000n;

function address(value: GoValue, directive: Directive): string {
  const place = (value instanceof GoList || value instanceof GoMap) && value.isNil ? 0n : someAddress;
  if (directive.hasSharp) return integerByVerb(place, 'unsigned', { ...directive, verb: 'x', hasSharp: false }) ?? '';
  return hexWithPrefix(place, directive);
}

import { type Event, emptyScalar } from './event.ts';
import { goBack, isOneOf, type Parser, parseError, peek, peekBehind, type State, skip } from './parser-state.ts';
import type { Token } from './token.ts';

/** `flow`: within brackets; `indentless`: the value of a key, where a list may be that isn't indented. */
export type NodePlace = 'block' | 'indentless' | 'flow';

/** A node, and what to go on with behind it. */
export function parseNodeThen(parser: Parser, place: NodePlace, then: State): Event {
  parser.states.push(then);
  return parseNode(parser, place);
}

/** A node isn't there; what to go on with. */
export function noNodeThen(parser: Parser, then: State): Event {
  parser.state = then;
  return emptyScalar;
}

export function parseNode(parser: Parser, place: NodePlace): Event {
  const first = peek(parser);
  if (first.kind === 'alias') {
    goBack(parser);
    skip(parser);
    return { kind: 'alias', name: first.value };
  }
  const { anchor, tag: tagToken, next } = parseProperties(parser, first);
  const tag = tagToken === undefined ? '' : resolveTag(parser, tagToken);
  const collection = collectionState(next, place);
  if (collection !== undefined) {
    parser.state = collection;
    return { kind: collection.includes('sequence') ? 'sequence start' : 'mapping start', anchor };
  }
  if (isOneOf(next, 'plain scalar', 'quoted scalar')) {
    goBack(parser);
    skip(parser);
    const isImplicit = tag === '!' || (tag === '' && next.kind === 'plain scalar');
    return { kind: 'scalar', value: next.value, anchor, tag, isImplicit };
  }
  if (anchor === '' && tag === '') throw parseError(next, 'did not find expected node content');
  goBack(parser);
  return { kind: 'scalar', value: '', anchor, tag, isImplicit: tag === '' };
}

interface Properties {
  readonly anchor: string;
  readonly tag?: Token;
  /** What follows them. */
  readonly next: Token;
}

/** An anchor and a tag, in either order, at most one of each. */
function parseProperties(parser: Parser, first: Token): Properties {
  if (first.kind !== 'anchor' && first.kind !== 'tag') return { anchor: '', next: first };
  const second = peekBehind(parser);
  const isOther = second.kind === (first.kind === 'anchor' ? 'tag' : 'anchor');
  const next = isOther ? peekBehind(parser) : second;
  if (first.kind === 'anchor') return { anchor: first.value, next, ...(isOther ? { tag: second } : {}) };
  return { anchor: isOther ? second.value : '', tag: first, next };
}

function resolveTag(parser: Parser, token: Token): string {
  if (token.value === '') return token.suffix;
  const prefix = parser.handles.get(token.value);
  if (prefix === undefined) throw parseError(token, 'found undefined tag handle');
  return prefix + token.suffix;
}

function collectionState(token: Token, place: NodePlace): State | undefined {
  switch (token.kind) {
    case 'block entry':
      return place === 'indentless' ? 'indentless sequence entry' : undefined;
    case 'flow sequence start':
    case 'flow mapping start':
      return token.kind;
    case 'block sequence start':
    case 'block mapping start':
      return place === 'flow' ? undefined : token.kind;
    default:
      return undefined;
  }
}

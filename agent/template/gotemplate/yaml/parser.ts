import { type Event, emptyScalar } from './event.ts';
import * as block from './parse-block.ts';
import * as flow from './parse-flow.ts';
import { parseNode } from './parse-node.ts';
import { goBack, isOneOf, type Parser, parseError, peek, peekBehind, type State, skip } from './parser-state.ts';
import type { Token } from './token.ts';

export function nextEvent(parser: Parser): Event {
  return steps[parser.state](parser);
}

const steps: Readonly<Record<State, (parser: Parser) => Event>> = {
  'first document': (parser) => {
    peek(parser); // The token that says that the stream begins.
    const first = peekBehind(parser);
    return isOneOf(first, ...explicitStart) ? parseDocument(parser, first) : startImplicitDocument(parser);
  },
  document: (parser) => {
    let token = peek(parser);
    while (token.kind === 'document end') token = peekBehind(parser);
    return parseDocument(parser, token);
  },
  'document content': parseDocumentContent,
  'document end': parseDocumentEnd,
  'block node': (parser) => parseNode(parser, 'block'),
  'block sequence start': block.parseBlockSequenceStart,
  'block sequence entry': block.parseBlockSequenceEntry,
  'indentless sequence entry': block.parseIndentlessSequenceEntry,
  'block mapping start': block.parseBlockMappingStart,
  'block mapping key': block.parseBlockMappingKey,
  'block mapping value': block.parseBlockMappingValue,
  'flow sequence start': flow.parseFlowSequenceStart,
  'flow sequence entry': flow.parseFlowSequenceEntry,
  'flow pair key': flow.parseFlowPairKey,
  'flow pair value': flow.parseFlowPairValue,
  'flow pair end': flow.parseFlowPairEnd,
  'flow mapping start': flow.parseFlowMappingStart,
  'flow mapping key': flow.parseFlowMappingKey,
  'flow mapping value': flow.parseFlowMappingValue,
  'flow mapping no value': flow.parseFlowMappingNoValue,
  end: () => ({ kind: 'stream end' }),
};

const explicitStart = ['version directive', 'tag directive', 'document start', 'stream end'] as const;

function startImplicitDocument(parser: Parser): Event {
  addDefaultHandles(parser);
  parser.states.push('document end');
  parser.state = 'block node';
  return { kind: 'document start' };
}

function parseDocument(parser: Parser, first: Token): Event {
  if (first.kind === 'stream end') {
    parser.state = 'end';
    skip(parser);
    return { kind: 'stream end' };
  }
  const start = parseDirectives(parser);
  if (start.kind !== 'document start') throw parseError(start, 'did not find expected <document start>');
  parser.states.push('document end');
  parser.state = 'document content';
  skip(parser);
  return { kind: 'document start' };
}

/** Gives the token behind the directives. */
function parseDirectives(parser: Parser): Token {
  let token = peek(parser);
  let hasVersion = false;
  while (isOneOf(token, 'version directive', 'tag directive')) {
    if (token.kind === 'version directive') {
      if (hasVersion) throw parseError(token, 'found duplicate %YAML directive');
      if (token.value !== '1.1') throw parseError(token, 'found incompatible YAML document');
      hasVersion = true;
    } else {
      if (parser.handles.has(token.value)) throw parseError(token, 'found duplicate %TAG directive');
      parser.handles.set(token.value, token.suffix);
    }
    token = peekBehind(parser);
  }
  addDefaultHandles(parser);
  return token;
}

function addDefaultHandles({ handles }: Parser): void {
  if (!handles.has('!')) handles.set('!', '!');
  if (!handles.has('!!')) handles.set('!!', 'tag:yaml.org,2002:');
}

function parseDocumentContent(parser: Parser): Event {
  if (!isOneOf(peek(parser), ...explicitStart, 'document end')) return parseNode(parser, 'block');
  goBack(parser);
  return emptyScalar;
}

function parseDocumentEnd(parser: Parser): Event {
  if (peek(parser).kind === 'document end') skip(parser);
  parser.handles.clear();
  parser.state = 'document';
  return { kind: 'document end' };
}

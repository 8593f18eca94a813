import { collectionEnd, type Event } from './event.ts';
import { noNodeThen, parseNodeThen } from './parse-node.ts';
import { goBack, isOneOf, type Parser, parseError, peek, peekBehind, skip } from './parser-state.ts';
import type { Token } from './token.ts';

export function parseFlowSequenceStart(parser: Parser): Event {
  return parseFlowSequenceItem(parser, peekBehind(parser));
}

export function parseFlowSequenceEntry(parser: Parser): Event {
  const token = behindComma(parser, 'flow sequence end', "did not find expected ',' or ']'");
  return parseFlowSequenceItem(parser, token);
}

/** `[a: b]` is a list with a map of one pair. */
function parseFlowSequenceItem(parser: Parser, token: Token): Event {
  if (token.kind === 'flow sequence end') return endCollection(parser);
  if (token.kind !== 'key') return parseNodeThen(parser, 'flow', 'flow sequence entry');
  skip(parser);
  parser.state = 'flow pair key';
  return { kind: 'mapping start', anchor: '' };
}

function behindComma(parser: Parser, end: Token['kind'], problem: string): Token {
  const token = peek(parser);
  if (token.kind === end) return token;
  if (token.kind !== 'flow entry') throw parseError(token, problem);
  return peekBehind(parser);
}

function endCollection(parser: Parser): Event {
  goBack(parser);
  skip(parser);
  return collectionEnd;
}

export function parseFlowPairKey(parser: Parser): Event {
  const isEmpty = isOneOf(peek(parser), 'value', 'flow entry', 'flow sequence end');
  if (!isEmpty) return parseNodeThen(parser, 'flow', 'flow pair value');
  skip(parser); // Even the comma or bracket that ends the pair: so does Go.
  return noNodeThen(parser, 'flow pair value');
}

export function parseFlowPairValue(parser: Parser): Event {
  if (peek(parser).kind !== 'value') return noNodeThen(parser, 'flow pair end');
  const isEmpty = isOneOf(peekBehind(parser), 'flow entry', 'flow sequence end');
  return isEmpty ? noNodeThen(parser, 'flow pair end') : parseNodeThen(parser, 'flow', 'flow pair end');
}

export function parseFlowPairEnd(parser: Parser): Event {
  peek(parser); // What is wrong with the next token comes first.
  parser.state = 'flow sequence entry';
  return collectionEnd;
}

export function parseFlowMappingStart(parser: Parser): Event {
  return parseFlowMappingPair(parser, peekBehind(parser));
}

export function parseFlowMappingKey(parser: Parser): Event {
  const token = behindComma(parser, 'flow mapping end', "did not find expected ',' or '}'");
  return parseFlowMappingPair(parser, token);
}

function parseFlowMappingPair(parser: Parser, token: Token): Event {
  if (token.kind === 'flow mapping end') return endCollection(parser);
  if (token.kind !== 'key') return parseNodeThen(parser, 'flow', 'flow mapping no value');
  const isEmpty = isOneOf(peekBehind(parser), 'value', 'flow entry', 'flow mapping end');
  return isEmpty ? noNodeThen(parser, 'flow mapping value') : parseNodeThen(parser, 'flow', 'flow mapping value');
}

export function parseFlowMappingValue(parser: Parser): Event {
  if (peek(parser).kind !== 'value') return noNodeThen(parser, 'flow mapping key');
  const isEmpty = isOneOf(peekBehind(parser), 'flow entry', 'flow mapping end');
  return isEmpty ? noNodeThen(parser, 'flow mapping key') : parseNodeThen(parser, 'flow', 'flow mapping key');
}

export function parseFlowMappingNoValue(parser: Parser): Event {
  peek(parser); // What is wrong with the next token comes first.
  return noNodeThen(parser, 'flow mapping key');
}

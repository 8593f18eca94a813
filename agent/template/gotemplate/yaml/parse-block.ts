import { collectionEnd, type Event } from './event.ts';
import { noNodeThen, parseNodeThen } from './parse-node.ts';
import { goBack, isOneOf, type Parser, parseError, peek, peekBehind, skip } from './parser-state.ts';

export function parseBlockSequenceStart(parser: Parser): Event {
  skip(parser);
  return parseBlockSequenceEntry(parser);
}

export function parseBlockSequenceEntry(parser: Parser): Event {
  const token = peek(parser);
  if (token.kind === 'block entry') {
    if (isOneOf(peekBehind(parser), 'block entry', 'block end')) return noNodeThen(parser, 'block sequence entry');
    return parseNodeThen(parser, 'block', 'block sequence entry');
  }
  if (token.kind !== 'block end') throw parseError(token, "did not find expected '-' indicator");
  goBack(parser);
  skip(parser);
  return collectionEnd;
}

export function parseIndentlessSequenceEntry(parser: Parser): Event {
  if (peek(parser).kind !== 'block entry') {
    goBack(parser);
    return collectionEnd;
  }
  const isEmpty = isOneOf(peekBehind(parser), 'block entry', 'key', 'value', 'block end');
  if (isEmpty) return noNodeThen(parser, 'indentless sequence entry');
  return parseNodeThen(parser, 'block', 'indentless sequence entry');
}

export function parseBlockMappingStart(parser: Parser): Event {
  skip(parser);
  return parseBlockMappingKey(parser);
}

export function parseBlockMappingKey(parser: Parser): Event {
  const token = peek(parser);
  if (token.kind === 'key') {
    const isEmpty = isOneOf(peekBehind(parser), 'key', 'value', 'block end');
    return isEmpty ? noNodeThen(parser, 'block mapping value') : parseNodeThen(parser, 'indentless', 'block mapping value');
  }
  if (token.kind !== 'block end') throw parseError(token, 'did not find expected key');
  goBack(parser);
  skip(parser);
  return collectionEnd;
}

export function parseBlockMappingValue(parser: Parser): Event {
  if (peek(parser).kind !== 'value') return noNodeThen(parser, 'block mapping key');
  const isEmpty = isOneOf(peekBehind(parser), 'key', 'value', 'block end');
  return isEmpty ? noNodeThen(parser, 'block mapping key') : parseNodeThen(parser, 'indentless', 'block mapping key');
}

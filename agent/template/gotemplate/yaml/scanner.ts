import { byteAt, isAtByteOrderMark, isBreak, need, skip, skipComment, takeBreak } from './cursor.ts';
import { fetchToken } from './fetch-token.ts';
import { addToken, type Scanner, unrollIndent } from './scanner-state.ts';
import { isValidKey } from './simple-key.ts';
import { type Token, tokenOf } from './token.ts';

/** The next token. It is only known when it can't be the beginning of a key any more. */
export function peekToken(scanner: Scanner): Token {
  while (!scanner.isReady) {
    if (scanner.head < scanner.tokens.length && !mayBecomeKey(scanner)) scanner.isReady = true;
    else fetchNext(scanner);
  }
  return scanner.tokens[scanner.head] ?? tokenOf('stream end', scanner.cursor.line);
}

export function skipToken(scanner: Scanner): void {
  scanner.isReady = false;
  scanner.taken += 1;
  scanner.head += 1;
  if (scanner.head < 1_000) return;
  scanner.tokens = scanner.tokens.slice(scanner.head);
  scanner.head = 0;
}

function mayBecomeKey(scanner: Scanner): boolean {
  const level = scanner.levelByToken.get(scanner.taken);
  const key = level === undefined ? undefined : scanner.simpleKeys[level];
  return key !== undefined && isValidKey(scanner, key);
}

function fetchNext(scanner: Scanner): void {
  const { cursor } = scanner;
  need(cursor, 1);
  if (!scanner.hasStarted) {
    scanner.hasStarted = true;
    addToken(scanner, tokenOf('stream start', 0));
    return;
  }
  skipToNextToken(scanner);
  unrollIndent(scanner, cursor.column);
  need(cursor, 4);
  fetchToken(scanner);
}

function skipToNextToken(scanner: Scanner): void {
  const { cursor } = scanner;
  for (;;) {
    need(cursor, 1);
    if (isAtByteOrderMark(cursor)) skip(cursor);
    need(cursor, 1);
    while (byteAt(cursor) === 0x20 || (byteAt(cursor) === 0x09 && mayHaveTab(scanner))) {
      skip(cursor);
      need(cursor, 1);
    }
    skipComment(cursor);
    if (!isBreak(cursor)) return;
    need(cursor, 2);
    takeBreak(cursor);
    if (scanner.flowLevel === 0) scanner.simpleKeyAllowed = true;
  }
}

/** Not where it would be indentation. */
function mayHaveTab(scanner: Scanner): boolean {
  return scanner.flowLevel > 0 || !scanner.simpleKeyAllowed;
}

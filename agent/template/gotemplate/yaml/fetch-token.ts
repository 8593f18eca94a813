import { byteAt, isAt, isDocumentIndicator, isGap, scanError, skip } from './cursor.ts';
import { type BlockStyle, scanBlock } from './scan-block.ts';
import { scanPlain } from './scan-plain.ts';
import { type Quote, scanQuoted } from './scan-quoted.ts';
import { scanAnchor, scanDirective, scanTag } from './scan-tag.ts';
import { addToken, insertToken, rollIndent, type Scanner, unrollIndent } from './scanner-state.ts';
import { closeFlow, isValidKey, lastKey, openFlow, removeSimpleKey, saveSimpleKey } from './simple-key.ts';
import { type TokenKind, tokenOf } from './token.ts';

/** Scans the token that begins here, and puts it into the queue with those that it implies. */
export function fetchToken(scanner: Scanner): void {
  const fetch = fetcherHere(scanner);
  if (fetch === undefined) throw scanError(scanner.cursor, 'found character that cannot start any token');
  fetch(scanner);
}

type Fetcher = (scanner: Scanner) => void;

function fetcherHere(scanner: Scanner): Fetcher | undefined {
  const { cursor } = scanner;
  if (byteAt(cursor) === 0) return fetchStreamEnd;
  if (cursor.column === 0 && isAt(cursor, '%')) return fetchDirective;
  if (isDocumentIndicator(cursor)) return fetchDocumentIndicator;
  const first = String.fromCharCode(byteAt(cursor));
  const isGapNext = isGap(cursor, 1);
  if (first === '-' && isGapNext) return fetchBlockEntry;
  if (first === '?' && (isGapNext || scanner.flowLevel > 0)) return fetchKey;
  if (first === ':' && (isGapNext || scanner.flowLevel > 0)) return fetchValue;
  return byFirst.get(first) ?? (isGap(cursor) || '#%@`'.includes(first) ? undefined : fetchPlain);
}

const byFirst: ReadonlyMap<string, Fetcher> = new Map<string, Fetcher>([
  ['[', (scanner) => fetchFlowStart(scanner, 'flow sequence start')],
  ['{', (scanner) => fetchFlowStart(scanner, 'flow mapping start')],
  [']', (scanner) => fetchFlowEnd(scanner, 'flow sequence end')],
  ['}', (scanner) => fetchFlowEnd(scanner, 'flow mapping end')],
  [',', fetchFlowEntry],
  ['*', (scanner) => fetchAnchor(scanner, 'alias')],
  ['&', (scanner) => fetchAnchor(scanner, 'anchor')],
  ['!', fetchTag],
  ['|', (scanner) => fetchBlockScalar(scanner, 'literal')],
  ['>', (scanner) => fetchBlockScalar(scanner, 'folded')],
  ["'", (scanner) => fetchQuoted(scanner, "'")],
  ['"', (scanner) => fetchQuoted(scanner, '"')],
]);

function fetchStreamEnd(scanner: Scanner): void {
  const { cursor } = scanner;
  if (cursor.column !== 0) {
    cursor.column = 0;
    cursor.line += 1;
  }
  endBlocks(scanner);
  addToken(scanner, tokenOf('stream end', cursor.line));
}

function fetchDirective(scanner: Scanner): void {
  endBlocks(scanner);
  addToken(scanner, scanDirective(scanner.cursor));
}

function fetchDocumentIndicator(scanner: Scanner): void {
  endBlocks(scanner);
  addIndicator(scanner, isAt(scanner.cursor, '-') ? 'document start' : 'document end', 3);
}

function endBlocks(scanner: Scanner): void {
  unrollIndent(scanner, -1);
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = false;
}

function addIndicator(scanner: Scanner, kind: TokenKind, length = 1): void {
  const { line } = scanner.cursor;
  skip(scanner.cursor, length);
  addToken(scanner, tokenOf(kind, line));
}

function fetchFlowStart(scanner: Scanner, kind: TokenKind): void {
  saveSimpleKey(scanner);
  openFlow(scanner);
  scanner.simpleKeyAllowed = true;
  addIndicator(scanner, kind);
}

function fetchFlowEnd(scanner: Scanner, kind: TokenKind): void {
  removeSimpleKey(scanner);
  closeFlow(scanner);
  scanner.simpleKeyAllowed = false;
  addIndicator(scanner, kind);
}

function fetchFlowEntry(scanner: Scanner): void {
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  addIndicator(scanner, 'flow entry');
}

/** In a flow, the parser is the one to find fault with it. */
function fetchBlockEntry(scanner: Scanner): void {
  startBlock(scanner, 'block sequence start', 'block sequence entries are not allowed in this context');
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  addIndicator(scanner, 'block entry');
}

function fetchKey(scanner: Scanner): void {
  startBlock(scanner, 'block mapping start', 'mapping keys are not allowed in this context');
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = scanner.flowLevel === 0;
  addIndicator(scanner, 'key');
}

function startBlock(scanner: Scanner, kind: TokenKind, problem: string): void {
  const { cursor } = scanner;
  if (scanner.flowLevel > 0) return;
  if (!scanner.simpleKeyAllowed) throw scanError(cursor, problem);
  rollIndent(scanner, cursor.column, kind, cursor.line);
}

function fetchValue(scanner: Scanner): void {
  const key = lastKey(scanner);
  if (key && isValidKey(scanner, key)) {
    insertToken(scanner, key.token, tokenOf('key', key.line));
    rollIndent(scanner, key.column, 'block mapping start', key.line, key.token);
    key.isPossible = false;
    scanner.levelByToken.delete(key.token);
    scanner.simpleKeyAllowed = false;
  } else {
    startBlock(scanner, 'block mapping start', 'mapping values are not allowed in this context');
    scanner.simpleKeyAllowed = scanner.flowLevel === 0;
  }
  addIndicator(scanner, 'value');
}

function fetchAnchor(scanner: Scanner, kind: 'alias' | 'anchor'): void {
  beginKeyPart(scanner);
  const { line } = scanner.cursor;
  addToken(scanner, tokenOf(kind, line, scanAnchor(scanner.cursor)));
}

function fetchTag(scanner: Scanner): void {
  beginKeyPart(scanner);
  addToken(scanner, scanTag(scanner.cursor));
}

/** What begins here may be a key; what follows it on the line may not. */
function beginKeyPart(scanner: Scanner): void {
  saveSimpleKey(scanner);
  scanner.simpleKeyAllowed = false;
}

function fetchBlockScalar(scanner: Scanner, style: BlockStyle): void {
  const { cursor } = scanner;
  if (scanner.flowLevel > 0) throw scanError(cursor, 'found character that cannot start any token');
  removeSimpleKey(scanner);
  scanner.simpleKeyAllowed = true;
  const { line } = cursor;
  addToken(scanner, tokenOf('quoted scalar', line, scanBlock(cursor, style, scanner.indent)));
}

function fetchQuoted(scanner: Scanner, quote: Quote): void {
  beginKeyPart(scanner);
  const { line } = scanner.cursor;
  addToken(scanner, tokenOf('quoted scalar', line, scanQuoted(scanner.cursor, quote)));
}

function fetchPlain(scanner: Scanner): void {
  beginKeyPart(scanner);
  const { line } = scanner.cursor;
  const { text, endsLine } = scanPlain(scanner.cursor, scanner.indent + 1, scanner.flowLevel);
  addToken(scanner, tokenOf('plain scalar', line, text));
  if (endsLine) scanner.simpleKeyAllowed = true;
}

import { scanError } from './cursor.ts';
import { deepest, nextTokenNumber, type Scanner } from './scanner-state.ts';

/** A place where a key may have begun that only the `:` behind it makes one. */
export interface SimpleKey {
  isPossible: boolean;
  /** Nothing else can stand there. */
  readonly isRequired: boolean;
  /** The number of its first token. */
  readonly token: number;
  readonly index: number;
  readonly line: number;
  readonly column: number;
}

/** A key is one line, and its `:` is at most so many characters away. */
const longest = 1_024;

export function isValidKey(scanner: Scanner, key: SimpleKey): boolean {
  if (!key.isPossible) return false;
  const { cursor } = scanner;
  if (key.line === cursor.line && key.index + longest >= cursor.index) return true;
  if (key.isRequired) throw noColon(scanner);
  key.isPossible = false;
  return false;
}

function noColon(scanner: Scanner) {
  return scanError(scanner.cursor, "could not find expected ':'");
}

export function lastKey(scanner: Scanner): SimpleKey | undefined {
  return scanner.simpleKeys.at(-1);
}

/** Remembers that a key may begin here. */
export function saveSimpleKey(scanner: Scanner): void {
  if (!scanner.simpleKeyAllowed) return;
  removeSimpleKey(scanner);
  const key = keyHere(scanner, {
    isPossible: true,
    isRequired: scanner.flowLevel === 0 && scanner.indent === scanner.cursor.column,
  });
  scanner.simpleKeys[scanner.simpleKeys.length - 1] = key;
  scanner.levelByToken.set(key.token, scanner.simpleKeys.length - 1);
}

function keyHere(scanner: Scanner, flags: Pick<SimpleKey, 'isPossible' | 'isRequired'>): SimpleKey {
  const { index, line, column } = scanner.cursor;
  return { ...flags, token: nextTokenNumber(scanner), index, line, column };
}

/** What began before on this level was no key. */
export function removeSimpleKey(scanner: Scanner): void {
  const key = lastKey(scanner);
  if (!key?.isPossible) return;
  if (key.isRequired) throw noColon(scanner);
  key.isPossible = false;
  scanner.levelByToken.delete(key.token);
}

export function openFlow(scanner: Scanner): void {
  scanner.simpleKeys.push(keyHere(scanner, { isPossible: false, isRequired: false }));
  scanner.flowLevel += 1;
  if (scanner.flowLevel > deepest) throw scanError(scanner.cursor, `exceeded max depth of ${deepest}`);
}

export function closeFlow(scanner: Scanner): void {
  if (scanner.flowLevel === 0) return;
  scanner.flowLevel -= 1;
  const key = scanner.simpleKeys.pop();
  // For an empty collection this is the number of its own first token. So it isn't found to be a key before its end; Go does the same.
  if (key) scanner.levelByToken.delete(key.token);
}

import { type Collection, collected, newCollection, projected, testElement } from './collect.ts';
import type { Effort } from './effort.ts';
import { globMatches } from './glob.ts';
import { type ArrayStep, arrayStep, type ObjectStep, objectStep } from './path.ts';
import { kindAt, scanValue, stringEnd, valueEnd } from './scan.ts';
import { unescapeLenient } from './text.ts';
import { exists, missing, numberValue, type Value } from './value.ts';

/** Reads a path from a text. */
export type Read = (text: string, path: string) => Value;

/** One walk down a document, until something is found or a new read must begin with what was found. */
export interface Walk {
  readonly text: string;
  readonly read: Read;
  readonly effort: Effort;
  value: Value;
  /** The rest of the path, to be read from `value`. */
  pipe?: string;
}

/** Where a part of a walk ended, and whether it found what the path asks for. */
export interface Ended {
  readonly end: number;
  readonly hit: boolean;
}

/** Walks the members of an object; `at` is behind its bracket. Sets `walk.value`. The first match counts that leads to a value. */
export function walkObject(walk: Walk, at: number, path: string): Ended {
  const step = objectStep(path);
  if (step.path === undefined && step.pipe !== undefined) walk.pipe = step.pipe;
  const { text } = walk;
  let i = at;
  while (i < text.length) {
    while (i < text.length && text[i] !== '"' && text[i] !== '}') i += 1;
    if (text[i] === '}') return { end: i + 1, hit: false };
    const keyEnd = stringEnd(text, i);
    if (keyEnd === undefined) return { end: text.length, hit: false };
    const isWanted = matchesKey(text.slice(i + 1, keyEnd - 1), step, walk.effort);
    i = keyEnd;
    while (i < text.length && !kindAt(text, i)) i += 1;
    if (i >= text.length) break;
    const ended = walkMember(walk, i, isWanted ? step : undefined);
    if (ended.hit) return ended;
    i = ended.end;
  }
  return { end: i, hit: false };
}

function matchesKey(literal: string, step: ObjectStep, effort: Effort): boolean {
  const key = unescapeLenient(literal);
  return step.isPattern ? globMatches(key, step.part, effort) : key === step.part;
}

/** A member's value, or an element's: taken, gone into, or passed over when no step leads to it. */
function walkMember(walk: Walk, at: number, step: ObjectStep | ArrayStep | undefined): Ended {
  const { text } = walk;
  if (step?.path !== undefined && kindAt(text, at) === 'container') return walkInto(walk, at, step.path);
  if (!step || step.path !== undefined) return { end: valueEnd(text, at) ?? unclosed(text), hit: false };
  const scanned = scanValue(text, at);
  if (!scanned) return { end: unclosed(text), hit: false };
  walk.value = scanned.value;
  return { end: scanned.end, hit: true };
}

/** Behind even the end of the text: where a string doesn't end, the array around it is not closed either. */
function unclosed(text: string): number {
  return text.length + 1;
}

function walkInto(walk: Walk, at: number, path: string): Ended {
  walk.effort.enter();
  const ended = walk.text[at] === '{' ? walkObject(walk, at + 1, path) : walkArray(walk, at + 1, path);
  walk.effort.leave();
  return ended;
}

/** Walks the elements of an array; `at` is behind its bracket. The end of the text closes it, too. */
export function walkArray(walk: Walk, at: number, path: string): Ended {
  const step = arrayStep(path);
  if (step.path === undefined && step.pipe !== undefined) walk.pipe = step.pipe;
  const index = step.hasHash ? undefined : indexOf(step.part);
  const collection = step.query && newCollection(step, step.query);
  const starts: number[] = [];
  const { text } = walk;
  let i = at;
  for (let count = 0; i <= text.length; count += 1) {
    starts.push(i);
    while (i < text.length && text[i] !== ']' && !kindAt(text, i)) i += 1;
    if (i >= text.length || text[i] === ']') return closeArray(walk, i + 1, { step, collection, count, starts });
    const ended = collection ? walkElement(walk, i, collection) : walkMember(walk, i, index === BigInt(count) ? step : undefined);
    if (ended.hit) return ended;
    i = ended.end;
  }
  return { end: i, hit: false };
}

function walkElement(walk: Walk, at: number, collection: Collection): Ended {
  const scanned = scanValue(walk.text, at);
  if (!scanned) return { end: unclosed(walk.text), hit: false };
  return { end: scanned.end, hit: testElement(walk, collection, scanned.value) };
}

/** What is an index is read as 64 bits, as Go does. */
function indexOf(part: string): bigint | undefined {
  return /^[0-9]+$/.test(part) ? BigInt.asIntN(64, BigInt(part)) : undefined;
}

interface Closing {
  readonly step: ArrayStep;
  readonly collection: Collection | undefined;
  readonly count: number;
  readonly starts: readonly number[];
}

function closeArray(walk: Walk, end: number, { step, collection, count, starts }: Closing): Ended {
  if (step.hasHash && step.part === '#') {
    walk.value = step.projection === undefined ? numberValue(String(count)) : projected(walk, step.projection, starts);
    return { end, hit: true };
  }
  if (!exists(walk.value)) walk.value = (collection && collected(collection)) ?? missing;
  return { end, hit: false };
}

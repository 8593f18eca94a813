import { quoteGoJson } from '../../../core/json-string.ts';
import { goJsonFloat, plainDecimal } from '../../../core/plain-decimal.ts';
import { GoError } from '../go-error.ts';
import { GoInt, GoList, GoMap, GoObject, type GoValue } from '../value.ts';
import type { FunctionWorld } from './world.ts';

type Html = 'escaped' | 'plain';
type Container = GoList | GoMap | GoObject;

/** A list, map or struct that is being written. */
interface Frame {
  readonly open: string;
  readonly container: Container;
  /** What stands before each member, and the member. */
  readonly members: Iterator<readonly [before: string, member: GoValue]>;
  readonly close: string;
}

/** Go looks for cycles only below this depth, and so a text about one names what it meets there. */
const cyclesBelow = 1_000;

/**
 * A value as encoding/json writes it (gotemplate.md 14.1), compact. Throws GoError on what has no JSON. Values nest deeper than our
 * stack (and maps may hold themselves), so nothing recurses; a value that occurs twice is written twice, so `room` is asked.
 */
export function encodeJson(value: GoValue, html: Html, room: FunctionWorld['room'] = () => {}): string {
  // What writes plain text is given a pointer to the value, which counts as a level.
  const cyclesFrom = html === 'plain' ? cyclesBelow - 1 : cyclesBelow;
  const frames: Frame[] = [];
  const onTheWay = new Set<Container>();
  let text = '';
  let asked = 1 << 16;
  const write = (one: GoValue): void => {
    if (!isContainer(one)) {
      text += scalar(one, html);
      return;
    }
    const frame = frameOf(one, html);
    text += frame.open;
    frames.push(frame);
    if (frames.length <= cyclesFrom) return;
    if (onTheWay.has(one)) throw new GoError(`json: unsupported value: encountered a cycle via ${one.type}`, 'fixed');
    onTheWay.add(one);
  };
  write(value);
  for (let frame = frames.at(-1); frame; frame = frames.at(-1)) {
    const next = frame.members.next();
    if (next.done) {
      text += frame.close;
      frames.pop();
      onTheWay.delete(frame.container);
      continue;
    }
    text += next.value[0];
    write(next.value[1]);
    if (text.length <= asked) continue;
    room(text.length);
    asked = text.length * 2;
  }
  return text;
}

function isContainer(value: GoValue): value is Container {
  if (value instanceof GoList || value instanceof GoMap) return !value.isNil;
  return value instanceof GoObject && marshalled(value) === undefined;
}

function scalar(value: GoValue, html: Html): string {
  if (value === null || value instanceof GoList || value instanceof GoMap) return 'null';
  if (typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return quoteGoJson(value, html);
  if (value instanceof GoInt) return String(value.value);
  if (value instanceof GoObject) return marshalled(value) ?? '';
  if (!Number.isFinite(value)) throw new GoError(`json: unsupported value: ${plainDecimal(value)}`);
  return goJsonFloat(value);
}

function marshalled(value: GoObject): string | undefined {
  try {
    return value.json();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    const text = `json: error calling MarshalJSON for type ${value.type}: ${error.message}`;
    throw new GoError(text, error.isFixed ? 'fixed' : 'quotes arguments');
  }
}

function frameOf(container: Container, html: Html): Frame {
  if (container instanceof GoList) return { open: '[', container, members: elements(container), close: ']' };
  const named = container instanceof GoMap ? container.sorted() : container.fields();
  return { open: '{', container, members: members(named, html), close: '}' };
}

function* elements(container: GoList): Iterator<readonly [string, GoValue]> {
  let before = '';
  for (const item of container.items) {
    yield [before, item];
    before = ',';
  }
}

function* members(named: readonly (readonly [string, GoValue])[], html: Html): Iterator<readonly [string, GoValue]> {
  let before = '';
  for (const [name, member] of named) {
    yield [`${before}${quoteGoJson(name, html)}:`, member];
    before = ',';
  }
}

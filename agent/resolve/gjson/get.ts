import { Effort } from './effort.ts';
import { literalOf } from './literal.ts';
import { modified } from './modifiers.ts';
import { multipath } from './multipath.ts';
import { parseValue } from './scan.ts';
import { exists, missing, resultText, type Value } from './value.ts';
import { type Walk, walkArray, walkObject } from './walk.ts';

/**
 * What gjson 1.18 reads from a document (gotemplate.md 16), or undefined where the path leads to nothing. `document` is `latin1`,
 * one character a byte; so is the result. The document need not be valid JSON. Throws EffortExceeded, and nothing else.
 */
export function gjsonGet(document: string, path: string): string | undefined {
  const value = read(document, Buffer.from(path, 'utf8').toString('latin1'), new Effort());
  return exists(value) ? resultText(value) : undefined;
}

function read(text: string, path: string, effort: Effort): Value {
  effort.enter();
  effort.spend(text.length + path.length);
  const value = readSpecial(text, path, effort) ?? walked(text, path, effort);
  effort.leave();
  return value;
}

/** A path that begins with a modifier, a literal or a multipath. */
function readSpecial(text: string, path: string, effort: Effort): Value | undefined {
  if (path.length < 2) return undefined;
  const again = (from: string, rest: string): Value => read(from, rest, effort);
  switch (path[0]) {
    case '@':
    case '!': {
      const made = path.startsWith('@') ? modified(text, path, again, effort) : literalOf(path);
      if (!made) return undefined;
      return /^[.|]/.test(made.rest) ? again(made.text, made.rest.slice(1)) : parseValue(made.text);
    }
    case '[':
    case '{': {
      const read = multipath(text, path, again);
      return 'made' in read ? read.made : walked(text, read.remains, effort);
    }
    default:
      return undefined;
  }
}

function walked(text: string, path: string, effort: Effort): Value {
  const walk: Walk = { text, effort, read: (from, rest) => read(from, rest, effort), value: missing };
  if (path.startsWith('..')) walkArray(walk, 0, path.slice(2));
  else {
    const at = text.search(/[{[]/);
    if (at >= 0 && text[at] === '{') walkObject(walk, at + 1, path);
    else if (at >= 0) walkArray(walk, at + 1, path);
  }
  return walk.pipe === undefined ? walk.value : walk.read(walk.value.raw, walk.pipe);
}

import { formatFloat } from '../printing/float.ts';
import { type Deep, finish } from './deep.ts';
import { emitScalar, type Folding } from './emit-scalar.ts';
import { inKeyOrder } from './key-order.ts';
import { newOutput, type Output, putClosing, putIndent, putIndicator } from './output.ts';
import { type StyledScalar, styleOf } from './scalar-style.ts';
import { isYamlList, isYamlMap, type YamlMap, type YamlScalar, type YamlValue } from './yaml-value.ts';

/** The document of a value, with a line break at its end (gotemplate.md 15.1). Keys are strings. */
export function emitYaml(value: YamlValue, room: (size: number) => void): string {
  const output = newOutput(room);
  const inner = emitNode(output, value, 'item');
  if (inner) finish(inner);
  putIndent(output);
  return output.text;
}

/** Where a node stands: a list that is a value isn't indented when its first `-` begins a line of its own. */
type Place = 'item' | 'value';

/** Gives what is left to do when the value has parts. */
function emitNode(output: Output, value: YamlValue, place: Place): Deep<void> | undefined {
  if (isYamlMap(value) && value.size > 0) return emitMap(output, value);
  if (isYamlList(value) && value.length > 0) return emitList(output, value, place);
  if (isYamlMap(value)) putIndicator(output, '{}', 'inline');
  else if (isYamlList(value)) putIndicator(output, '[]', 'inline');
  else emitIndented(output, styled(value), 'folded');
  return undefined;
}

function styled(value: YamlScalar): StyledScalar {
  if (typeof value === 'string') return styleOf(value);
  const text = typeof value === 'number' ? formatFloat(value, 'g', 'shortest') : String(value);
  return { text, style: 'plain', isMultiline: false };
}

function* emitList(output: Output, items: readonly YamlValue[], place: Place): Deep<void> {
  const isFlush = place === 'value' && !output.inIndentation;
  const outer = isFlush ? output.indent : openBlock(output);
  for (const item of items) {
    putIndent(output);
    putIndicator(output, '-', 'block');
    const inner = emitNode(output, item, 'item');
    if (inner) yield inner;
  }
  output.indent = outer;
}

function* emitMap(output: Output, map: YamlMap): Deep<void> {
  const outer = openBlock(output);
  for (const key of inKeyOrder([...map.keys()].map(String))) {
    putIndent(output);
    emitKey(output, styleOf(key));
    const inner = emitNode(output, map.get(key)?.value ?? null, 'value');
    if (inner) yield inner;
  }
  output.indent = outer;
}

/** The outermost block isn't indented. Gives the indentation to go back to. */
function openBlock(output: Output): number {
  const { indent } = output;
  output.indent = indent < 0 ? 0 : indent + indentation;
  return indent;
}

const indentation = 2;

/** Longer ones, and those with line breaks, take the long form: `? KEY`, and below it `: VALUE`. */
const longestSimpleKey = 128;

function emitKey(output: Output, key: StyledScalar): void {
  if (!key.isMultiline && key.text.length <= longestSimpleKey) {
    emitIndented(output, key, 'one line');
    putClosing(output, ':');
    return;
  }
  putIndicator(output, '?', 'block');
  emitIndented(output, key, 'folded');
  putIndent(output);
  putIndicator(output, ':', 'block');
}

/** Further lines of a scalar are indented even outside of all blocks. */
function emitIndented(output: Output, scalar: StyledScalar, folding: Folding): void {
  const { indent } = output;
  output.indent = Math.max(indent, 0) + indentation;
  emitScalar(output, scalar, folding);
  output.indent = indent;
}

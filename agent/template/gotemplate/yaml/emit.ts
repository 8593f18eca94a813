import { LimitExceeded } from '../go-error.ts';
import { formatFloat } from '../printing/float.ts';
import { emitScalar } from './emit-scalar.ts';
import { inKeyOrder } from './key-order.ts';
import { newOutput, type Output, putClosing, putIndent, putIndicator } from './output.ts';
import { type StyledScalar, styleOf } from './scalar-style.ts';
import { isYamlList, isYamlMap, type YamlMap, type YamlScalar, type YamlValue } from './yaml-value.ts';

/** The document of a value, with a line break at its end (gotemplate.md 15.1). Keys are strings. */
export function emitYaml(value: YamlValue, room: (size: number) => void): string {
  const output = newOutput(room);
  emitNode(output, value, 'item');
  putIndent(output);
  return output.text;
}

/** Where a node stands: a list that is a value isn't indented when its first `-` begins a line of its own. */
type Place = 'item' | 'value';

function emitNode(output: Output, value: YamlValue, place: Place): void {
  if (isYamlMap(value) && value.size > 0) emitMap(output, value);
  else if (isYamlMap(value)) putIndicator(output, '{}', 'inline');
  else if (isYamlList(value) && value.length > 0) emitList(output, value, place);
  else if (isYamlList(value)) putIndicator(output, '[]', 'inline');
  else indented(output, 'deeper', () => emitScalar(output, styled(value), 'folded'));
}

function styled(value: YamlScalar): StyledScalar {
  if (typeof value === 'string') return styleOf(value);
  const text = typeof value === 'number' ? formatFloat(value, 'g', 'shortest') : String(value);
  return { text, style: 'plain', isMultiline: false };
}

function emitList(output: Output, items: readonly YamlValue[], place: Place): void {
  const isFlush = place === 'value' && !output.inIndentation;
  indented(output, isFlush ? 'same' : 'block', () => {
    for (const item of items) {
      putIndent(output);
      putIndicator(output, '-', 'block');
      emitNode(output, item, 'item');
    }
  });
}

function emitMap(output: Output, map: YamlMap): void {
  indented(output, 'block', () => {
    for (const key of inKeyOrder([...map.keys()].map(String))) {
      putIndent(output);
      emitKey(output, styleOf(key));
      emitNode(output, map.get(key)?.value ?? null, 'value');
    }
  });
}

/** Longer ones, and those with line breaks, take the long form: `? KEY`, and below it `: VALUE`. */
const longestSimpleKey = 128;

function emitKey(output: Output, key: StyledScalar): void {
  if (!key.isMultiline && key.text.length <= longestSimpleKey) {
    indented(output, 'deeper', () => emitScalar(output, key, 'one line'));
    putClosing(output, ':');
    return;
  }
  putIndicator(output, '?', 'block');
  indented(output, 'deeper', () => emitScalar(output, key, 'folded'));
  putIndent(output);
  putIndicator(output, ':', 'block');
}

/** The outermost block isn't indented, a scalar outside of all blocks is. */
function indented(output: Output, how: 'same' | 'block' | 'deeper', emit: () => void): void {
  const { indent } = output;
  if (indent > deepestIndent) throw new LimitExceeded('YAML nests too deep');
  if (indent < 0) output.indent = how === 'deeper' ? 2 : 0;
  else if (how !== 'same') output.indent = indent + 2;
  emit();
  output.indent = indent;
}

const deepestIndent = 2_002;

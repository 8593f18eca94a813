import { type Directive, padded, paddedWithSpaces, paddingOf } from './directive.ts';
import { type FloatVerb, formatFloat } from './float.ts';

/** A float64 by a directive; undefined when the verb is none for floats. */
export function floatByVerb(value: number, directive: Directive): string | undefined {
  const layout = layouts.get(directive.verb);
  if (layout === undefined) return undefined;
  const [verb, usual] = layout;
  const number = formatFloat(value, verb, directive.precision ?? usual);
  const [sign, digits] = /^[+-]/.test(number) ? [number.charAt(0), number.slice(1)] : ['+', number];
  const shownSign = sign === '+' && directive.hasSpace && !directive.hasPlus ? ' ' : sign;
  if (!Number.isFinite(value)) return notFinite(shownSign, digits, directive);
  const text = directive.hasSharp && verb !== 'b' ? withAllDigits(digits, verb, directive.precision) : digits;
  if (shownSign === '+' && !directive.hasPlus) return padded(text, directive);
  const zeros = directive.hasZero && !directive.isLeft ? paddingOf(directive, directive.width - text.length - 1) : '';
  return padded(shownSign + zeros + text, directive);
}

/** How Go formats by each verb, and its precision when the directive has none. */
const layouts: ReadonlyMap<string, readonly [FloatVerb, number | 'shortest']> = new Map([
  ['v', ['g', 'shortest']],
  ['g', ['g', 'shortest']],
  ['G', ['G', 'shortest']],
  ['b', ['b', 'shortest']],
  ['x', ['x', 'shortest']],
  ['X', ['X', 'shortest']],
  ['e', ['e', 6]],
  ['E', ['E', 6]],
  ['f', ['f', 6]],
  ['F', ['f', 6]],
]);

/** No zeros before what is no number. Infinity always has its sign, NaN only one that was asked for. */
function notFinite(sign: string, word: string, directive: Directive): string {
  const isBare = word === 'NaN' && !directive.hasSpace && !directive.hasPlus;
  return paddedWithSpaces(isBare ? word : sign + word, directive);
}

/** `#`: a point in any case, and with `g` the zeros that `g` drops. Go counts the x of `0x` as a digit, and pads no `X`. */
function withAllDigits(text: string, verb: FloatVerb, precision: number | undefined): string {
  const exponentAt = text.search(verb === 'x' || verb === 'X' ? /p/i : /e/i);
  const mantissa = exponentAt < 0 ? text : text.slice(0, exponentAt);
  const wanted = verb === 'g' || verb === 'G' || verb === 'x' ? (precision ?? 6) : 0;
  const shown = mantissa === '0' ? 1 : mantissa.replace('.', '').replace(/^0+/, '').length;
  const point = mantissa.includes('.') ? '' : '.';
  return mantissa + point + '0'.repeat(Math.max(wanted - shown, 0)) + text.slice(mantissa.length);
}

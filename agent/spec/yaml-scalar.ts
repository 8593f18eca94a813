import type { Place } from '../core/problem.ts';
import type { SpecNode } from '../core/shape.ts';

/**
 * A plain (unquoted) scalar as kubectl reads it: YAML 1.1 with the changes of Go's yaml package (gotemplate.md 15.3). So `yes` is a
 * boolean, `010` is 8, and `12:30` and dates stay text.
 */
export function plainScalar(text: string, place: Place): SpecNode {
  const word = words.get(text);
  if (word === null) return { kind: 'null', place };
  if (typeof word === 'boolean') return { kind: 'boolean', value: word, text, place };
  const value = word ?? (/^[-+.0-9]/.test(text) ? numberOf(text) : undefined);
  return value === undefined ? { kind: 'string', value: text, place } : { kind: 'number', value, text, place };
}

const words: ReadonlyMap<string, boolean | null | number> = new Map<string, boolean | null | number>([
  ...spelled(['y', 'yes', 'true', 'on'], true),
  ...spelled(['n', 'no', 'false', 'off'], false),
  ...spelled(['', '~', 'null'], null),
  ...['.nan', '.NaN', '.NAN'].map((text) => [text, Number.NaN] as const),
  ...['.inf', '.Inf', '.INF', '+.inf', '+.Inf', '+.INF'].map((text) => [text, Number.POSITIVE_INFINITY] as const),
  ...['-.inf', '-.Inf', '-.INF'].map((text) => [text, Number.NEGATIVE_INFINITY] as const),
]);

/** Lower case, capitalised, upper case: no other mixture counts. */
function spelled<T>(names: readonly string[], value: T): readonly (readonly [string, T])[] {
  return names.flatMap((name) =>
    [name, name.slice(0, 1).toUpperCase() + name.slice(1), name.toUpperCase()].map((each) => [each, value] as const),
  );
}

/** An integer with Go's prefixes, else a float; undefined: text. */
function numberOf(text: string): number | undefined {
  const digits = text.replaceAll('_', '');
  return integerOf(digits) ?? floatOf(digits);
}

const integerForm = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;

function integerOf(text: string): number | undefined {
  const [, sign, hexadecimal, binary, octal, decimal] = integerForm.exec(text) ?? [];
  const size = hexadecimal
    ? Number(`0x${hexadecimal}`)
    : binary
      ? Number(`0b${binary}`)
      : octal
        ? Number(`0o${octal}`)
        : decimal && Number(decimal);
  if (typeof size !== 'number') return undefined;
  return sign === '-' ? -size : size;
}

/** What is too large for a float stays text. */
function floatOf(text: string): number | undefined {
  if (!/^[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?$/.test(text)) return undefined;
  const value = Number(text);
  return Number.isFinite(value) ? value : undefined;
}

import { runeCount } from '../runes.ts';

/** What a format asks for one argument, as in `%-8.3d` (gotemplate.md 9.3). */
export interface Directive {
  /** A rune as a Go string. */
  readonly verb: string;
  /** `-`: padding goes to the right. */
  readonly isLeft: boolean;
  /** `+`: a sign also for positive numbers, and quotes in ASCII. */
  readonly hasPlus: boolean;
  /** `#`: the other form, such as `0x1f` for `1f`. */
  readonly hasSharp: boolean;
  /** A space where a `+` would be. */
  readonly hasSpace: boolean;
  /** `0`: padding is zeros, after the sign. */
  readonly hasZero: boolean;
  /** `%+v`: `+` means the names of fields, and no longer a sign. */
  readonly namesFields: boolean;
  /** `%#v`: `#` means Go syntax, and no longer the other form. */
  readonly isGoSyntax: boolean;
  /** In runes; 0 when there is none. */
  readonly width: number;
  readonly precision: number | undefined;
}

/** `%v`, by which `print` prints all. */
export const plainly: Directive = {
  verb: 'v',
  isLeft: false,
  hasPlus: false,
  hasSharp: false,
  hasSpace: false,
  hasZero: false,
  namesFields: false,
  isGoSyntax: false,
  width: 0,
  precision: undefined,
};

/** Fills a text up to the width, with zeros also a word, but never on its right. */
export function padded(text: string, directive: Directive): string {
  if (directive.width === 0) return text;
  const padding = paddingOf(directive, directive.width - runeCount(text));
  return directive.isLeft ? text + padding : padding + text;
}

/** For what has its zeros already, or can have none. */
export function paddedWithSpaces(text: string, directive: Directive): string {
  return padded(text, { ...directive, hasZero: false });
}

export function paddingOf({ hasZero, isLeft }: Directive, size: number): string {
  return (hasZero && !isLeft ? '0' : ' ').repeat(Math.max(size, 0));
}

/** What a layout of package time is made of (gotemplate.md 18.2): literal text, and chunks that stand for a part of a time. */
export interface LayoutPart {
  /** The text before the chunk. */
  readonly literal: string;
  /** As the layout has it, such as `2006`; empty at the end. */
  readonly chunk: string;
}

const chunk =
  /January|Jan(?![a-z])|Monday|Mon(?![a-z])|MST|0[1-6]|002|15|1|2006|2|_2(?!006)|__2|3|4|5|PM|pm|[-Z](?:070000|07:00:00|0700|07:00|07)|[.,](?:0+|9+)(?![0-9])/g;

/** The last part has no chunk. */
export function layoutParts(layout: string): readonly LayoutPart[] {
  const parts: LayoutPart[] = [];
  let from = 0;
  for (const { 0: text, index } of layout.matchAll(chunk)) {
    parts.push({ literal: layout.slice(from, index), chunk: text });
    from = index + text.length;
  }
  return [...parts, { literal: layout.slice(from), chunk: '' }];
}

/** `.000` or `,999`, and so on. Go counts up to 4095 digits. */
export function fractionOf(chunk: string): { readonly digits: number; readonly isTrimmed: boolean } | undefined {
  if (!/^[.,]/.test(chunk)) return undefined;
  return { digits: (chunk.length - 1) % 4096, isTrimmed: chunk.charAt(1) === '9' };
}

export const longMonths = [
  ...['January', 'February', 'March', 'April', 'May', 'June'],
  ...['July', 'August', 'September', 'October', 'November', 'December'],
] as const;

export const longDays = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;

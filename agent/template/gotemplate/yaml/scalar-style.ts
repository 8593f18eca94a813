import { isTimestamp, resolvePlain } from '../../../core/yaml-plain.ts';
import { breakWidth, isPrintable, widthAt } from './characters.ts';

export type ScalarStyle = 'plain' | 'single' | 'double' | 'literal';

/** What the emitter looks for in a text before it chooses a style. */
interface Analysis {
  readonly isMultiline: boolean;
  readonly plainAllowed: boolean;
  readonly singleAllowed: boolean;
  readonly literalAllowed: boolean;
}

/** A scalar with the style it is written in. A value that isn't a string comes as its text and is `plain`. */
export interface StyledScalar {
  readonly text: string;
  readonly style: ScalarStyle;
  /** It has a line break of some kind, and so can't be a simple key. */
  readonly isMultiline: boolean;
}

/** gotemplate.md 15.1, string style. */
export function styleOf(text: string): StyledScalar {
  const analysis = analyse(text);
  return { text, style: allowed(wanted(text), analysis), isMultiline: analysis.isMultiline };
}

function wanted(text: string): ScalarStyle {
  if (text.includes('\n')) return 'literal';
  const staysText = typeof resolvePlain(text) === 'string' && !isTimestamp(text) && !base60.test(text);
  return staysText ? 'plain' : 'double';
}

/** YAML 1.1 has numbers such as `12:30`. */
const base60 = /^[-+]?[0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?$/;

function allowed(style: ScalarStyle, analysis: Analysis): ScalarStyle {
  if (style === 'literal') return analysis.literalAllowed ? 'literal' : 'double';
  if (style === 'double' || (style === 'plain' && analysis.plainAllowed)) return style;
  return analysis.singleAllowed ? 'single' : 'double';
}

function analyse(text: string): Analysis {
  if (text === '') return { isMultiline: false, plainAllowed: true, singleAllowed: true, literalAllowed: false };
  const found = breaksAndSpaces(text);
  const isPlain = !found.atEdge && !found.hasBreak && !found.breakSpace && !hasIndicator(text);
  return {
    isMultiline: found.hasBreak,
    plainAllowed: isPlain && !found.special && !found.spaceBreak,
    singleAllowed: !found.breakSpace && !found.spaceBreak && !found.special,
    literalAllowed: !text.endsWith(' ') && !found.spaceBreak && !found.special,
  };
}

interface BreaksAndSpaces {
  hasBreak: boolean;
  /** A space or a line break comes first or last. */
  atEdge: boolean;
  /** A space follows a line break. */
  breakSpace: boolean;
  /** A line break follows a space. */
  spaceBreak: boolean;
  /** A character that must be escaped. */
  special: boolean;
}

function breaksAndSpaces(text: string): BreaksAndSpaces {
  const found = { hasBreak: false, atEdge: false, breakSpace: false, spaceBreak: false, special: false };
  let previous: 'space' | 'break' | 'other' = 'other';
  let width = 1;
  for (let at = 0; at < text.length; at += width) {
    width = widthAt(text, at);
    if (!isPrintable(text, at)) found.special = true;
    const kind = text[at] === ' ' ? 'space' : breakWidth(text, at) > 0 ? 'break' : 'other';
    if (kind === 'break') found.hasBreak = true;
    if (kind !== 'other' && (at === 0 || at + width === text.length)) found.atEdge = true;
    if (kind === 'space' && previous === 'break') found.breakSpace = true;
    if (kind === 'break' && previous === 'space') found.spaceBreak = true;
    previous = kind;
  }
  return found;
}

/** Something in the text would be taken for YAML's own signs. */
function hasIndicator(text: string): boolean {
  return (
    text.startsWith('---') || text.startsWith('...') || /^[#,[\]{}&*!|>'"%@`]|^[?:-](?:[ \t]|$)|:(?:[ \t]|$)|[ \t]#/.test(text)
  );
}

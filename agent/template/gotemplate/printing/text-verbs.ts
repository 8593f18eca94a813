import { runeAt } from '../runes.ts';
import { type Directive, padded, paddingOf } from './directive.ts';
import { canBackquote, quoteAscii, quoteGo } from './quote.ts';

/** A string by a directive; undefined when the verb is none for strings. */
export function textByVerb(text: string, directive: Directive): string | undefined {
  switch (directive.verb) {
    case 'v':
      return directive.isGoSyntax ? quoted(text, directive) : plainText(text, directive);
    case 's':
      return plainText(text, directive);
    case 'q':
      return quoted(text, directive);
    case 'x':
      return hexOf(text, directive);
    case 'X':
      return hexOf(text, directive).toUpperCase();
    default:
      return undefined;
  }
}

/** The precision cuts by runes. */
export function plainText(text: string, directive: Directive): string {
  return padded(cut(text, directive.precision), directive);
}

function cut(text: string, precision: number | undefined): string {
  if (precision === undefined || precision >= text.length) return text;
  let end = 0;
  for (let count = 0; count < precision && end < text.length; count += 1) end += runeAt(text, end).bytes.length;
  return text.slice(0, end);
}

function quoted(text: string, directive: Directive): string {
  const shown = cut(text, directive.precision);
  if (directive.hasSharp && canBackquote(shown)) return padded(`\`${shown}\``, directive);
  return padded(directive.hasPlus ? quoteAscii(shown) : quoteGo(shown), directive);
}

/** The precision cuts by bytes. No byte, no `0x`, and then padding goes left or right alike. */
function hexOf(text: string, directive: Directive): string {
  const bytes = Buffer.from(text.slice(0, directive.precision), 'latin1').toString('hex');
  if (bytes === '') return paddingOf(directive, directive.width);
  const prefix = directive.hasSharp ? '0x' : '';
  const shown = directive.hasSpace ? bytes.replace(/..(?=.)/g, `$& ${prefix}`) : bytes;
  return padded(prefix + shown, directive);
}

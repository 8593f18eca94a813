import { GoError } from '../go-error.ts';
import { quoteGo } from '../printing/quote.ts';

/** Which kind of address a text is, as `netip.ParseAddr` sees it; throws GoError with its words. */
export function ipVersion(text: string): 4 | 6 {
  const first = /[.:%]/.exec(text)?.[0];
  if (first === '.') checkFour(text, text);
  else if (first === ':') checkSix(text);
  else throw ipError(text, first === '%' ? 'missing IPv6 address' : 'unable to parse IP');
  return first === '.' ? 4 : 6;
}

function ipError(text: string, problem: string, at?: string): GoError {
  return new GoError(`ParseAddr(${quoteGo(text)}): ${problem}${at ? ` (at ${quoteGo(at)})` : ''}`);
}

/** `part` is the IPv4 address in the text. */
function checkFour(part: string, text: string): void {
  let points = 0;
  let field = '';
  for (const [at, char] of [...part].entries()) {
    if (char >= '0' && char <= '9') {
      if (field === '0') throw ipError(text, 'IPv4 field has octet with leading zero');
      field += char;
      if (Number(field) > 255) throw ipError(text, 'IPv4 field has value >255');
      continue;
    }
    if (char !== '.') throw ipError(text, 'unexpected character', part.slice(at));
    if (field === '' || at === part.length - 1) {
      throw ipError(text, 'IPv4 field must have at least one digit', part.slice(at));
    }
    if (points === 3) throw ipError(text, 'IPv4 address too long');
    points += 1;
    field = '';
  }
  if (points < 3) throw ipError(text, 'IPv4 address too short');
}

function checkSix(text: string): void {
  const zone = text.indexOf('%');
  if (zone === text.length - 1) throw ipError(text, 'zone must be a non-empty string');
  const address = zone < 0 ? text : text.slice(0, zone);
  let hasEllipsis = address.startsWith('::');
  let rest = hasEllipsis ? address.slice(2) : address;
  let fields = 0;
  if (rest === '') return;
  while (fields < 8) {
    const size = fieldSize(rest, text);
    if (rest[size] === '.') {
      checkPlaceOfFour(fields, hasEllipsis, rest, text);
      checkFour(rest, text);
      fields += 2;
      rest = '';
      break;
    }
    fields += 1;
    rest = afterColon(rest.slice(size), text);
    if (!rest.startsWith(':')) {
      if (rest === '') break;
      continue;
    }
    if (hasEllipsis) throw ipError(text, 'multiple :: in address', rest);
    hasEllipsis = true;
    rest = rest.slice(1);
    if (rest === '') break;
  }
  if (rest !== '') throw ipError(text, 'trailing garbage after address', rest);
  if (fields < 8 && !hasEllipsis) throw ipError(text, 'address string too short');
  if (fields === 8 && hasEllipsis) throw ipError(text, 'the :: must expand to at least one field of zeros');
}

function fieldSize(rest: string, text: string): number {
  const size = /^[0-9a-fA-F]*/.exec(rest)?.[0].length ?? 0;
  if (size > 4) throw ipError(text, 'each group must have 4 or less digits', rest);
  if (size === 0) throw ipError(text, 'each colon-separated field must have at least one digit', rest);
  return size;
}

function checkPlaceOfFour(fields: number, hasEllipsis: boolean, rest: string, text: string): void {
  if (!hasEllipsis && fields !== 6) {
    throw ipError(text, 'embedded IPv4 address must replace the final 2 fields of the address', rest);
  }
  if (fields > 6) throw ipError(text, 'too many hex fields to fit an embedded IPv4 at the end of the address', rest);
}

/** What follows a field and its colon: nothing only where the address ends. */
function afterColon(rest: string, text: string): string {
  if (rest === '') return '';
  if (!rest.startsWith(':')) throw ipError(text, 'unexpected character, want colon', rest);
  if (rest === ':') throw ipError(text, 'colon must be followed by more characters', rest);
  return rest.slice(1);
}

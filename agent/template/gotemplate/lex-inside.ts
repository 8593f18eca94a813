import { endOfMatch, errorToken, isSpaceByte, type Lexer, rightDelimiterAt, tokenTo } from './lexer.ts';
import { quoteGo } from './printing/quote.ts';
import { isPrint, runeAt } from './runes.ts';
import type { Token } from './token.ts';

/** The next token of an action. */
export function lexInside(lexer: Lexer): Token {
  const { source, at } = lexer;
  if (rightDelimiterAt(lexer, at)) {
    return lexer.openParens === 0 ? rightDelimiter(lexer) : errorToken(lexer, 'unclosed left paren');
  }
  const char = source[at];
  if (char === undefined) return errorToken(lexer, 'unclosed action');
  if (isSpaceByte(char)) return lexSpace(lexer);
  if (char === '.' && !/[0-9]/.test(source[at + 1] ?? '0')) return lexField(lexer, 'dot', 'field');
  if (/[-+.0-9]/.test(char)) return lexNumber(lexer);
  return lexMark(lexer, char) ?? lexWord(lexer);
}

function rightDelimiter(lexer: Lexer): Token {
  const { begin, end } = rightDelimiterAt(lexer, lexer.at) ?? { begin: lexer.at, end: lexer.at };
  lexer.at = begin;
  const token = tokenTo(lexer, 'right delimiter', begin + lexer.delimiters[1].length);
  lexer.at = end;
  lexer.isInside = false;
  return token;
}

/** The last space may belong to a delimiter that trims. */
function lexSpace(lexer: Lexer): Token {
  const { source, at } = lexer;
  let end = at;
  while (isSpaceByte(source[end])) end += 1;
  const isDelimiter = source[end] === '-' && rightDelimiterAt(lexer, end - 1) !== undefined;
  if (!isDelimiter) return tokenTo(lexer, 'space', end);
  return end - at === 1 ? rightDelimiter(lexer) : tokenTo(lexer, 'space', end - 1);
}

/** Everything that one character tells. */
function lexMark(lexer: Lexer, char: string): Token | undefined {
  const { source, at } = lexer;
  switch (char) {
    case '=':
      return tokenTo(lexer, 'assign', at + 1);
    case ':':
      return source[at + 1] === '=' ? tokenTo(lexer, 'declare', at + 2) : errorToken(lexer, 'expected :=');
    case '|':
      return tokenTo(lexer, 'pipe', at + 1);
    case '"':
      return lexQuoted(lexer, '"', 'string', 'unterminated quoted string');
    case "'":
      return lexQuoted(lexer, "'", 'character', 'unterminated character constant');
    case '`': {
      const end = source.indexOf('`', at + 1);
      return end < 0 ? errorToken(lexer, 'unterminated raw quoted string') : tokenTo(lexer, 'raw string', end + 1);
    }
    case '$':
      return lexField(lexer, 'variable', 'variable');
    case '(':
      lexer.openParens += 1;
      return tokenTo(lexer, '(', at + 1);
    case ')':
      lexer.openParens -= 1;
      return lexer.openParens < 0 ? errorToken(lexer, 'unexpected right paren') : tokenTo(lexer, ')', at + 1);
    default:
      return undefined;
  }
}

function lexQuoted(lexer: Lexer, quote: string, kind: Token['kind'], problem: string): Token {
  const { source, at } = lexer;
  for (let end = at + 1; end < source.length && source[end] !== '\n'; end += 1) {
    if (source[end] === quote) return tokenTo(lexer, kind, end + 1);
    if (source[end] === '\\') end += 1;
    if (source[end] === '\n') break;
  }
  return errorToken(lexer, problem);
}

/** `.` or `$`, and the name behind it. */
function lexField(lexer: Lexer, alone: 'dot' | 'variable', kind: 'field' | 'variable'): Token {
  const begin = lexer.at + 1;
  if (isTerminator(lexer, begin)) return tokenTo(lexer, alone, begin);
  const end = wordEnd(lexer.source, begin);
  return isTerminator(lexer, end) ? tokenTo(lexer, kind, end) : badCharacter(lexer, end);
}

const keywords = new Set(['block', 'break', 'continue', 'define', 'else', 'end', 'if', 'range', 'nil', 'template', 'with']);

function lexWord(lexer: Lexer): Token {
  const { source, at } = lexer;
  const end = wordEnd(source, at);
  if (end > at) {
    if (!isTerminator(lexer, end)) return badCharacter(lexer, end);
    const word = source.slice(at, end);
    if (keywords.has(word)) return tokenTo(lexer, 'keyword', end);
    return tokenTo(lexer, word === 'true' || word === 'false' ? 'bool' : 'identifier', end);
  }
  const { rune } = runeAt(source, at);
  if (rune < 0x80 && isPrint(rune)) return tokenTo(lexer, 'char', at + 1);
  return errorToken(lexer, `unrecognized character in action: ${codePoint(rune, source, at)}`);
}

const wordRune = /^[\p{L}\p{Nd}_]$/u;
const asciiWord = /\w*/y;

function wordEnd(source: string, begin: number): number {
  for (let end = begin; ; ) {
    end = endOfMatch(asciiWord, source, end);
    if (end === source.length || source.charCodeAt(end) < 0x80) return end;
    const { rune, bytes } = runeAt(source, end);
    if (!wordRune.test(String.fromCodePoint(rune))) return end;
    end += bytes.length;
  }
}

/** What must follow a word, a field, a variable. */
function isTerminator(lexer: Lexer, at: number): boolean {
  const char = lexer.source[at];
  return char === undefined || isSpaceByte(char) || '.,|:)('.includes(char) || lexer.source.startsWith(lexer.delimiters[1], at);
}

function badCharacter(lexer: Lexer, at: number): Token {
  return errorToken(lexer, `bad character ${codePoint(runeAt(lexer.source, at).rune, lexer.source, at)}`);
}

/** As `%#U` prints a rune. */
function codePoint(rune: number, source: string, at: number): string {
  const hex = rune.toString(16).toUpperCase().padStart(4, '0');
  const { bytes, isValid } = runeAt(source, at);
  return isPrint(rune) ? `U+${hex} '${isValid ? bytes : '\xef\xbf\xbd'}'` : `U+${hex}`;
}

const decimalDigits = '[0-9_]*';
const run = new RegExp(
  `[-+]?(?:0[xX][0-9a-fA-F_]*(?:\\.[0-9a-fA-F_]*)?(?:[pP][-+]?${decimalDigits})?` +
    `|0[oO][0-7_]*(?:\\.[0-7_]*)?|0[bB][01_]*(?:\\.[01_]*)?` +
    `|${decimalDigits}(?:\\.${decimalDigits})?(?:[eE][-+]?${decimalDigits})?)i?`,
  'y',
);

/** The run of characters that could be a number; whether it is one is the parser's question. */
function lexNumber(lexer: Lexer): Token {
  const { source, at } = lexer;
  const first = numberEnd(source, at);
  if (first.isCut) return badNumber(lexer, first.end);
  if (!/[-+]/.test(source[first.end] ?? '')) return tokenTo(lexer, 'number', first.end);
  const second = numberEnd(source, first.end);
  if (second.isCut || source[second.end - 1] !== 'i') return badNumber(lexer, second.end);
  return tokenTo(lexer, 'complex', second.end);
}

function numberEnd(source: string, at: number): { readonly end: number; readonly isCut: boolean } {
  const end = endOfMatch(run, source, at);
  const next = wordEnd(source, end) > end ? runeAt(source, end).bytes.length : 0;
  return { end: end + next, isCut: next > 0 };
}

function badNumber(lexer: Lexer, end: number): Token {
  return errorToken(lexer, `bad number syntax: ${quoteGo(lexer.source.slice(lexer.at, end))}`);
}

import { Eta } from 'eta/core';
import { AgentError } from '../core/agent-error.ts';

/** Where something stands in a template: line and column from 1. */
export interface TemplatePlace {
  readonly line: number;
  readonly column: number;
}

/** JavaScript made of a template: the body of a strict `function (it, options, keytidePut)`. */
export interface EtaSource {
  readonly code: string;
  /** The place in the template of a place in `code`; `end` when it lies behind all that comes from the template. */
  readonly placeOf: (line: number, column: number) => TemplatePlace | 'end';
}

/** One tag as eta reads it: `e` runs, `i` and `r` write a value. */
type Part = string | { readonly t: string; readonly val: string };

/**
 * Lets eta read the template and write its JavaScript, but for what adds to the output: that goes through `keytidePut`,
 * which bounds it and takes nothing but text. `subject` names the template in errors: TEMPLATE_FAILED.
 */
export function etaSource(text: string, subject: string): EtaSource {
  const eta = new Eta({ autoEscape: false, autoTrim: false, outputFunctionName: 'etaOutput' });
  let body: Body = { code: '', lines: 0, pieces: [] };
  eta.compileBody = (parts) => {
    body = bodyOf(parts, text, subject);
    return body.code;
  };
  const code = compile(eta, text, subject);
  const linesBefore = code.slice(0, code.indexOf(body.code)).split('\n').length - 1;
  return { code, placeOf: (line, column) => placeIn(body, line - linesBefore, column) };
}

function compile(eta: Eta, text: string, subject: string): string {
  try {
    return eta.compileToString(text);
  } catch (error) {
    if (error instanceof AgentError) throw error;
    const [, what, line, column] = /^(.*?) at line (\d+) col (\d+)/.exec(error instanceof Error ? error.message : '') ?? [];
    throw new AgentError('TEMPLATE_FAILED', `${subject}: line ${line}, column ${column}: ${what}`);
  }
}

/** A tag's code as it stands in the body: it begins at the first column of `bodyLine`. */
interface Piece extends TemplatePlace {
  readonly bodyLine: number;
  readonly lines: number;
}

interface Body {
  readonly code: string;
  readonly lines: number;
  readonly pieces: readonly Piece[];
}

/** eta's own `output` knows no bound, and its include would read all entries; its layout is not there. */
const ownFunctions = [
  'const output = (text) => { __eta.res=keytidePut(__eta.res,text); };\n',
  'include = this.render; includeAsync = layout = this.renderAsync;\n',
].join('');

function bodyOf(parts: readonly Part[], text: string, subject: string): Body {
  const places = placesOfTags(parts, text);
  const pieces: Piece[] = [];
  let code = ownFunctions;
  let line = ownFunctions.split('\n').length; // Of the body, where the next piece of code begins.
  for (const part of parts) {
    if (typeof part === 'string') {
      code += `__eta.res=keytidePut(__eta.res,'${part.replaceAll('\u2028', '\\u2028').replaceAll('\u2029', '\\u2029')}');\n`;
      line += 1;
      continue;
    }
    const place = places[pieces.length] ?? { line: 1, column: 1 };
    refuseLater(part.val, place, subject);
    const [before, after] = part.t === 'e' ? ['', '\n'] : ['__eta.res=keytidePut(__eta.res,(\n', '\n));\n']; // Its own line: `//` ends.
    const lines = part.val.split('\n').length;
    pieces.push({ ...place, lines, bodyLine: line + (before === '' ? 0 : 1) });
    code += before + part.val + after;
    line += lines + (before === '' ? 0 : 2);
  }
  return { code, lines: line, pieces };
}

/** Where each tag's code begins. eta doesn't say, but every `<%` outside a tag begins one. */
function placesOfTags(parts: readonly Part[], text: string): readonly TemplatePlace[] {
  const places: TemplatePlace[] = [];
  let [line, lineStart, at] = [1, 0, 0];
  for (const part of parts) {
    if (typeof part === 'string') continue;
    const open = text.indexOf('<%', at);
    const start = open + (/^<%[-_]?\s*[=~]?\s*/.exec(text.slice(open, open + 1000))?.[0].length ?? 2);
    for (let end = text.indexOf('\n', lineStart); end !== -1 && end < start; end = text.indexOf('\n', lineStart)) {
      [line, lineStart] = [line + 1, end + 1];
    }
    places.push({ line, column: start - lineStart + 1 });
    at = start + part.val.length;
  }
  return places;
}

/**
 * A template is done when it returns: what runs later would fail where nobody catches it. Strings are looked into as well:
 * to tell them from regular expressions takes a parser, and such a string in a tag is rare.
 */
const later = /(?<![\w$.])(?:(async)\s*(?:[\w$#[(*]|(?<=\s)['"])|(import)\s*\()/;

function refuseLater(code: string, { line, column }: TemplatePlace, subject: string): void {
  const [, isAsync, isImport] = later.exec(code.replace(/\/\*[\s\S]*?\*\//g, ' ')) ?? [];
  const word = isAsync ?? isImport;
  if (word === undefined) return;
  throw new AgentError('TEMPLATE_FAILED', `${subject}: line ${line}, column ${column}: a template can't use ${word}`);
}

/** The last piece that begins at or before the line; the call around it stands on the line above. */
function placeIn({ lines: all, pieces }: Body, bodyLine: number, column: number): TemplatePlace | 'end' {
  const piece = pieces.findLast((each) => each.bodyLine <= bodyLine + 1);
  if (!piece || bodyLine >= all) return 'end';
  const lines = Math.min(bodyLine - piece.bodyLine, piece.lines - 1);
  if (lines > 0) return { line: piece.line + lines, column: Math.max(1, column) };
  return { line: piece.line, column: piece.column + (lines === 0 ? Math.max(0, column - 1) : 0) };
}

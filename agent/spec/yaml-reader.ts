import { Composer, type Document, Lexer, Parser } from 'yaml';
import type { Problem } from '../core/problem.ts';
import type { SpecNode } from '../core/shape.ts';
import { type PlaceAt, placesOf } from './text-places.ts';
import { deepestNesting, specNode } from './yaml-nodes.ts';
import { renderFirst, UnreadableYaml, wordsOf, yamlProblem } from './yaml-problem.ts';

/** About 10 for each `- key: value`; bounds the time that a hostile or a mistaken file can take. */
const mostLexemes = 500_000;

export interface YamlText {
  /** The roots of the documents that aren't empty. */
  readonly roots: readonly SpecNode[];
  readonly problems: readonly Problem[];
}

/** YAML or JSON, several documents a text. Whatever the text is, it returns, and soon. */
export function readYaml(file: string, text: string): YamlText {
  const placeAt = placesOf(file, text);
  const problems: Problem[] = [];
  const roots: SpecNode[] = [];
  try {
    refuseControlCharacters(text);
    for (const document of documentsIn(text)) {
      const root = rootOf(document, placeAt, (problem) => problems.push(problem));
      if (root && root.kind !== 'null') roots.push(root);
    }
  } catch (error) {
    problems.push(problemOf(error, placeAt));
  }
  return { roots, problems };
}

/** The parser has known bugs of its own kind (a deep stack, an assertion): they are the file's problem, not ours. */
function problemOf(error: unknown, placeAt: PlaceAt): Problem {
  return error instanceof UnreadableYaml
    ? yamlProblem(error.offset, error.message, placeAt)
    : yamlProblem(0, 'the YAML parser gave up on this file', placeAt);
}

function refuseControlCharacters(text: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for; YAML forbids them, and the lexer uses some.
  const at = text.search(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f]/);
  if (at !== -1) throw new UnreadableYaml(at, 'a control character stands here; YAML allows none but tab and line ends');
}

function* documentsIn(text: string): Generator<Document.Parsed> {
  const lexer = new Lexer();
  const parser = new Parser();
  const composer = new Composer({ schema: 'failsafe', uniqueKeys: false, prettyErrors: false, logLevel: 'silent' });
  const guard = lexemeGuard(parser);
  for (const lexeme of lexer.lex(text)) {
    guard(lexeme);
    for (const token of parser.next(lexeme)) yield* composer.next(token);
  }
  for (const token of parser.end()) yield* composer.next(token);
  yield* composer.end(true, text.length);
}

/** Looks at the text as the parser takes it in, before anything is built that could be too large or too deep. */
function lexemeGuard(parser: Parser): (lexeme: string) => void {
  let count = 0;
  let before = '';
  return (lexeme) => {
    count += 1;
    if (count > mostLexemes) throw new UnreadableYaml(parser.offset, 'the file is too large: split it');
    if (parser.stack.length > deepestNesting)
      throw new UnreadableYaml(parser.offset, `nested more than ${deepestNesting} levels deep`);
    // No YAML in use begins a flow map with a flow map as its key.
    if (lexeme === '{' && before === '{') throw new UnreadableYaml(parser.offset - 1, renderFirst);
    before = lexeme;
  };
}

/** One error a document: those after the first are mostly its echo. */
function rootOf(document: Document.Parsed, placeAt: PlaceAt, report: (problem: Problem) => void): SpecNode | undefined {
  const [error] = document.errors;
  if (!error) return document.contents === null ? undefined : specNode(document.contents, placeAt, report).node;
  report(yamlProblem(error.pos[0], wordsOf(error), placeAt));
  return undefined;
}

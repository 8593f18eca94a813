import type { YAMLParseError } from 'yaml';
import type { Problem } from '../core/problem.ts';
import type { PlaceAt } from './text-places.ts';

/** What is wrong with a file as a text, before anything is known of its kinds. Never a piece of that text: it may be a secret. */
export class UnreadableYaml extends Error {
  readonly offset: number;

  constructor(offset: number, message: string) {
    super(message);
    this.offset = offset;
  }
}

/** A problem of a file's syntax. */
export function yamlProblem(offset: number, message: string, placeAt: PlaceAt): Problem {
  return { severity: 'error', place: placeAt(offset), path: 'YAML', message };
}

/** What the parser says of an error, where its words hold nothing of the file; else ours. */
export function wordsOf({ code, message }: YAMLParseError): string {
  return ours.get(code) ?? message.slice(0, 1).toLowerCase() + message.slice(1);
}

const ours: ReadonlyMap<string, string> = new Map([
  ['TAB_AS_INDENT', 'a tab stands in the indentation; YAML wants spaces'],
  [
    'UNEXPECTED_TOKEN',
    'something stands here that does not fit what is before it; a quote, bracket or colon may be missing above',
  ],
  ['BAD_DQ_ESCAPE', 'unknown escape in double quotes; write "\\\\" for a backslash, or use single quotes'],
  ['TAG_RESOLVE_FAILED', 'unknown tag; allowed: !!str, !!int, !!float, !!bool, !!null, !!map, !!seq'],
  ['BAD_ALIAS', 'an anchor or alias needs a name'],
  ['BAD_DIRECTIVE', 'unknown directive'],
  ['RESOURCE_EXHAUSTION', 'nested too deeply'],
  [
    'BLOCK_AS_IMPLICIT_KEY',
    'a mapping or list begins here on the line of another key; quote a text that holds ": ", or begin a new line',
  ],
  [
    'MULTILINE_IMPLICIT_KEY',
    'a key must be on one line and end with ":"; perhaps the line before has no ":" or is indented wrongly',
  ],
]);

export const renderFirst =
  'a template stands where YAML should: manifests of a Helm chart must be rendered first (helm template CHART | ...)';
